// Texts of pings: link previews, slugs, bodies as they are kept, and the lines that the interface shows.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "core/base/text.h"
#include "core/monitors/ping_lines.h"
#include "core/monitors/pings.h"

using namespace connlog;

TEST_CASE("known link previews are recognised by their user agent, and only where they read") {
  for (const char* agent :
       {"Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "Mozilla/5.0 (compatible; Discordbot/2.0)",
        "TelegramBot (like TwitterBot)", "WhatsApp/2.23.20.0", "facebookexternalhit/1.1", "Mastodon/4.2 (http.rb/5.1)",
        "Synapse (bot; +https://github.com/matrix-org/synapse)"}) {
    CAPTURE(agent);
    CHECK(is_link_preview(agent, "GET"));
    CHECK(is_link_preview(agent, "HEAD"));
    CHECK_FALSE(is_link_preview(agent, "POST"));
  }
  for (const char* agent : {"", "curl/8.5.0", "Wget/1.21", "python-requests/2.31", "Healthchecks-Client/1.0"})
    CHECK_FALSE(is_link_preview(agent, "GET"));
}

TEST_CASE("a slug has small letters, digits, hyphens and underscores, and one is made of a name") {
  CHECK(is_slug("db-backup_1"));
  for (const std::string& text : {std::string(), std::string("Db"), std::string("a b"), std::string("a/b"),
                                  std::string("a\n"), std::string(101, 'a')})
    CHECK_FALSE(is_slug(text));
  CHECK(slug_of("Nightly Backup (db)") == "nightly-backup-db");
  CHECK(slug_of("  --  ") == "");
  CHECK(is_slug(slug_of(std::string(300, 'x'))));
}

TEST_CASE("a body is kept masked, as valid text, and cut between characters") {
  CHECK(body_to_keep("ok", 10) == "ok");
  CHECK(body_to_keep("123456", 3) == "123");
  CHECK(body_to_keep("\xC3\xA4\xC3\xB6", 3) == "\xC3\xA4");
  CHECK(body_to_keep(std::string("a\0b", 3), 10) == "ab");
  CHECK(body_to_keep("a\xFF\xC3", 100) == "a\xEF\xBF\xBD\xEF\xBF\xBD");
  CHECK(body_to_keep("line 1\nline 2\t.", 100) == "line 1\nline 2\t.");
  const std::string token = "ghp_" + std::string(36, 'a');
  CHECK(body_to_keep("x " + token, 20) == "x [a token of GitHub");  // it lay across the cut, and was seen whole
  CHECK(body_to_keep("\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\xE2\x82", 100) ==
        "\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\xEF\xBF\xBD\xEF\xBF\xBD");
  std::string letters;  // one bad byte behind many characters of several bytes
  for (int i = 0; i < 52'000; ++i) letters += "\xC3\xA4";
  CHECK(body_to_keep(letters + '\xFF', 200'000) == letters + "\xEF\xBF\xBD");
  const std::string noise(200'000, '\xFF');
  CHECK(is_utf8(body_to_keep(noise, 10'000)));
}

TEST_CASE("the shown lines carry the pin while the certificate is our own, and none otherwise") {
  const std::string url = "https://m.example.org:8443/ping/0b7f2c44-91d3-4a57-8c1e-5f6a7b8c9d0e";
  const std::string pin = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  for (const PingLine& line : ping_lines({.ping_url = url, .server_pin = pin, .schedule = {}})) {
    CAPTURE(line.client);
    CHECK(line.text.find(url) != std::string::npos);
    CHECK(line.text.find("sha256//" + pin) != std::string::npos);
  }
  for (const PingLine& line : ping_lines({.ping_url = url, .server_pin = {}, .schedule = "5 4 * * 1-5"})) {
    CAPTURE(line.client);
    CHECK(line.text.find(url) != std::string::npos);
    CHECK(line.text.find("sha256//") == std::string::npos);
    CHECK(line.text.find(" -k") == std::string::npos);
    if (line.client == "crontab") CHECK(line.text.starts_with("5 4 * * 1-5 "));
  }
  // A crontab takes neither a calendar event nor a percent sign.
  for (const PingLine& line : ping_lines({.ping_url = url, .server_pin = {}, .schedule = "Mon..Fri 08:00"})) {
    if (line.client == "crontab") CHECK(line.text.starts_with("30 2 * * * "));
  }
}
