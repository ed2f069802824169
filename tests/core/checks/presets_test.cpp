// The protocols of the kind "tcp" against servers that follow the protocols' documents, and against such as do not
// (tests/support/stream_stand_in.py). Real servers: `make proof`, and tests/system/real_servers_test.cpp.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "core/checks/kinds/presets.h"
#include "tests/core/checks/kind_world.h"

namespace connlog {
namespace {

using namespace test;
using namespace std::chrono_literals;

GivenValues with_ca(const std::string& tls) {
  return {{"tls", tls}, {"tls_trust", std::string("ca")}, {"ca", read_text(certificates() / "ca.pem")}};
}
std::vector<std::string> and_tls(std::vector<std::string> words, const std::string& certificate = "server.pem") {
  words.insert(words.end(),
               {"--tls", (certificates() / certificate).string(), (certificates() / "server.key").string()});
  return words;
}

CheckResult asked(const std::string& preset, const OutsideServer& server, const GivenValues& more = {}) {
  auto spec = spec_for("tcp", with({{"host", std::string("127.0.0.1")},
                                    {"port", std::int64_t{server.port()}},
                                    {"preset", preset}},
                                   more));
  return one_check(spec);
}

void is_down(const std::string& preset, std::vector<std::string> words, CheckReason reason, std::string_view text,
             const GivenValues& more = {}) {
  CAPTURE(preset);
  CAPTURE(std::string(text));
  const OutsideServer server("stream_stand_in.py", std::move(words));
  const CheckResult result = asked(preset, server, more);
  CHECK(result.verdict == CheckVerdict::down);
  CHECK(result.reason == reason);
  CHECK(result.source == FailureSource::target);
  CHECK_MESSAGE(has(result.text, text), result.text);
}

}  // namespace

TEST_CASE("SMTP: greeting, EHLO and a polite end") {
  OutsideServer server("stream_stand_in.py", {"smtp", "220 stand-in.example ESMTP"});
  const CheckResult result = asked("smtp", server);
  CHECK_MESSAGE(result.verdict == CheckVerdict::up, result.text);
  CHECK(result.text == "answered 220 stand-in.example ESMTP");
  CHECK(has(server.next("heard"), "EHLO [127.0.0.1]"));
  CHECK(has(server.next("heard"), "QUIT"));
}

TEST_CASE("SMTP with STARTTLS: the certificate is judged, and greets again behind it") {
  OutsideServer server("stream_stand_in.py", and_tls({"smtp", "220 stand-in.example", "starttls"}));
  const CheckResult result = asked("smtp", server, with_ca("starttls"));
  CHECK_MESSAGE(result.verdict == CheckVerdict::up, result.text);
  CHECK(value_of(result, CheckMeasure::certificate_days));
  CHECK(has(server.next("heard"), "EHLO"));
  CHECK(has(server.next("heard"), "STARTTLS"));
  CHECK(has(server.next("heard"), "EHLO"));

  is_down("smtp", {"smtp", "220 x"}, CheckReason::tls_failed, "offers no STARTTLS", with_ca("starttls"));
  is_down("smtp", and_tls({"smtp", "220 x", "starttls", "inject"}), CheckReason::protocol_wrong, "in clear",
          with_ca("starttls"));
  is_down("smtp", and_tls({"smtp", "220 x", "starttls"}, "expired.pem"), CheckReason::certificate_wrong, "expired",
          with_ca("starttls"));
  is_down("smtp", and_tls({"smtp", "220 x", "starttls"}, "other_name.pem"), CheckReason::certificate_wrong,
          "elsewhere.example", with_ca("starttls"));
}

TEST_CASE("SMTP: what refuses or is none is down") {
  is_down("smtp", {"smtp", "554 go away"}, CheckReason::content_wrong, "554 go away");
  is_down("smtp", {"says", "* OK IMAP ready\\r\\n"}, CheckReason::protocol_wrong, "does not speak SMTP");
}

TEST_CASE("IMAP: greeting, PREAUTH, BYE and STARTTLS") {
  const OutsideServer good("stream_stand_in.py", {"imap", "* OK [CAPABILITY IMAP4rev2] ready"});
  CHECK(asked("imap", good).text == "answered * OK [CAPABILITY IMAP4rev2] ready");
  const OutsideServer known("stream_stand_in.py", {"imap", "* PREAUTH hello"});
  CHECK(asked("imap", known).verdict == CheckVerdict::up);
  const OutsideServer tls("stream_stand_in.py", and_tls({"imap", "* OK x", "starttls"}));
  const CheckResult secured = asked("imap", tls, with_ca("starttls"));
  CHECK_MESSAGE(secured.verdict == CheckVerdict::up, secured.text);
  CHECK(value_of(secured, CheckMeasure::certificate_days));
  const OutsideServer first("stream_stand_in.py", and_tls({"imap", "* OK x", "first"}));
  CHECK(asked("imap", first, with_ca("tls")).verdict == CheckVerdict::up);
  is_down("imap", {"imap", "* BYE overloaded"}, CheckReason::content_wrong, "overloaded");
  is_down("imap", {"imap", "* OK x"}, CheckReason::tls_failed, "offers no STARTTLS", with_ca("starttls"));
  is_down("imap", {"says", "220 mail\\r\\n"}, CheckReason::protocol_wrong, "does not speak IMAP");
}

TEST_CASE("SSH: the version is enough, unless a host key is demanded") {
  const OutsideServer server("stream_stand_in.py", {"says", "please be patient\\r\\nSSH-2.0-stand_in\\r\\n"});
  auto spec = spec_for("tcp", {{"host", std::string("127.0.0.1")},
                               {"port", std::int64_t{server.port()}},
                               {"preset", std::string("ssh")}});
  spec->time_limit = 500ms;
  // It never answers the exchange of keys.
  const CheckResult still = one_check(spec);
  CHECK(still.reason == CheckReason::timed_out);

  is_down("ssh", {"says", "SSH-1.5-old\\r\\n"}, CheckReason::protocol_wrong, "older than 2.0");
  is_down("ssh", {"says", "HTTP/1.1 400 Bad Request\\r\\n\\r\\n"}, CheckReason::protocol_wrong, "does not speak SSH");
  is_down("ssh", {"says", R"(SSH-2.0-x\r\n\xff\xff\xff\xff\x00)"}, CheckReason::protocol_wrong, "packet");
  // A server that ends the exchange (message 1) has shown its version; where a key is demanded that is not enough.
  const std::vector<std::string> disconnects = {
      "says", R"(SSH-2.0-x\r\n\x00\x00\x00\x0c\x06\x01\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00)"};
  const OutsideServer leaves("stream_stand_in.py", disconnects);
  const CheckResult alone = asked("ssh", leaves);
  CHECK_MESSAGE(alone.verdict == CheckVerdict::up, alone.text);
  CHECK(alone.text == "answered SSH-2.0-x");
  is_down("ssh", disconnects, CheckReason::content_wrong, "could not be read",
          {{"expect", "SHA256:" + std::string(43, 'A')}});
}

TEST_CASE("Redis: PONG is up, a server that wants a login lives, one that loads does not answer yet") {
  const OutsideServer good("stream_stand_in.py", {"redis", "+PONG"});
  CHECK(asked("redis", good).text == "answered PONG");
  const OutsideServer login("stream_stand_in.py", {"redis", "-NOAUTH Authentication required."});
  CHECK(asked("redis", login).verdict == CheckVerdict::up);
  const OutsideServer tls("stream_stand_in.py", and_tls({"redis", "+PONG"}));
  CHECK(asked("redis", tls, with_ca("tls")).verdict == CheckVerdict::up);
  is_down("redis", {"redis", "-LOADING Redis is loading the dataset in memory"}, CheckReason::content_wrong, "LOADING");
  is_down("redis", {"says", "hello\\r\\n"}, CheckReason::protocol_wrong, "Redis");
}

TEST_CASE("PostgreSQL: the request for TLS is answered, and TLS begins where it is wanted") {
  OutsideServer offers("stream_stand_in.py", {"postgresql", "S"});
  CHECK(asked("postgresql", offers).text == "takes connections, offers TLS");
  CHECK(has(offers.next("heard"), "8 80877103"));
  const OutsideServer bare("stream_stand_in.py", {"postgresql", "N"});
  CHECK(asked("postgresql", bare).text == "takes connections, offers no TLS");
  const OutsideServer tls("stream_stand_in.py", and_tls({"postgresql", "S"}));
  const CheckResult secured = asked("postgresql", tls, with_ca("starttls"));
  CHECK_MESSAGE(secured.verdict == CheckVerdict::up, secured.text);
  CHECK(value_of(secured, CheckMeasure::certificate_days));
  is_down("postgresql", {"postgresql", "N"}, CheckReason::tls_failed, "offers no TLS", with_ca("starttls"));
  is_down("postgresql", {"postgresql", "x"}, CheckReason::protocol_wrong, "PostgreSQL");
}

TEST_CASE("MySQL: the greeting is read whole, and a login without a name ends it politely") {
  OutsideServer server("stream_stand_in.py", {"mysql"});
  const CheckResult result = asked("mysql", server);
  CHECK_MESSAGE(result.verdict == CheckVerdict::up, result.text);
  CHECK(result.text == "answered version 8.0.36-stand-in");
  const auto response = nlohmann::json::parse(server.next("response"));
  CHECK(response["whole"] == true);
  CHECK(response["name"] == "");
  is_down("mysql", {"says", R"(\x17\x00\x00\x00\xff\x10\x04Too many connections)"}, CheckReason::content_wrong,
          "error 1040: Too many connections");
  is_down("mysql", {"says", "220 mail ESMTP\\r\\n"}, CheckReason::protocol_wrong, "MySQL");
  is_down("mysql", {"says", R"(\x05\x00\x00\x00\x0a8.0x)"}, CheckReason::protocol_wrong, "not whole");
}

TEST_CASE("MQTT: CONNECT as 3.1.1 has it; a broker that wants a login lives") {
  OutsideServer server("stream_stand_in.py", {"mqtt", "0"});
  const CheckResult result = asked("mqtt", server);
  CHECK_MESSAGE(result.verdict == CheckVerdict::up, result.text);
  CHECK(nlohmann::json::parse(server.next("connect"))["whole"] == true);
  const OutsideServer login("stream_stand_in.py", {"mqtt", "5"});
  CHECK(asked("mqtt", login).verdict == CheckVerdict::up);
  const OutsideServer tls("stream_stand_in.py", and_tls({"mqtt", "0"}));
  CHECK(asked("mqtt", tls, with_ca("tls")).verdict == CheckVerdict::up);
  is_down("mqtt", {"mqtt", "3"}, CheckReason::content_wrong, "not available");
  is_down("mqtt", {"mqtt", "1"}, CheckReason::content_wrong, "3.1.1");
  is_down("mqtt", {"says", "hello"}, CheckReason::protocol_wrong, "MQTT");
}

TEST_CASE("every protocol survives servers that close, reset, stay silent or never end") {
  const OutsideServer closes("stream_stand_in.py", {"closes"}), resets("stream_stand_in.py", {"reset"}),
      silent("stream_stand_in.py", {"silent"}), endless("stream_stand_in.py", {"endless"});
  for (const Preset& preset : tcp_presets()) {
    const std::string word(preset.word);
    CAPTURE(word);
    for (const OutsideServer* server : {&closes, &resets, &silent, &endless}) {
      auto spec = spec_for("tcp", {{"host", std::string("127.0.0.1")},
                                   {"port", std::int64_t{server->port()}},
                                   {"preset", word}});
      spec->time_limit = 400ms;
      const CheckResult result = one_check(spec);
      CHECK(result.verdict == CheckVerdict::down);
      CHECK_FALSE(result.text.empty());
    }
  }
}

}  // namespace connlog
