#include "core/net/mail_header.h"

#include <doctest/doctest.h>

#include "core/net/http_url.h"
#include "core/net/smtp.h"

namespace connlog {

TEST_CASE("mail addresses are checked whole, so that none becomes two or a line of the protocol") {
  for (const std::string& good : std::vector<std::string>{
           "ops@example.com", "a.b+c_d@sub.example.co", "root@localhost", "x@[192.0.2.1]", "x@[IPv6:2001:db8::1]",
           "o'brien@example.com", "a@b", "ops@exämple.com", "ops@例え.テスト"}) {
    CAPTURE(good);
    CHECK(check_mail_address(good, "address"));
  }
  const std::string with_zero("ops@example.com\0", 16);
  for (const std::string& bad : {std::string(),
                                 std::string("ops"),
                                 std::string("@example.com"),
                                 std::string("ops@"),
                                 std::string("ops@example.com\n"),
                                 std::string("ops@example.com\r\nRCPT TO:<evil@example.com>"),
                                 std::string("a\nb@example.com"),
                                 with_zero,
                                 std::string("a b@example.com"),
                                 std::string("a,b@example.com"),
                                 std::string("<a@example.com>"),
                                 std::string("a@example.com>"),
                                 std::string("a@b@example.com"),
                                 std::string("\"a b\"@example.com"),
                                 std::string(".a@example.com"),
                                 std::string("a..b@example.com"),
                                 std::string("a@-example.com"),
                                 std::string("a@example..com"),
                                 std::string("a@example.com."),
                                 std::string("ü@example.com"),
                                 std::string("a@☃.com"),
                                 std::string("a@[[::1]]"),
                                 std::string("a@exa_mple.com"),
                                 std::string(65, 'a') + "@example.com",
                                 "a@" + std::string(260, 'b')}) {
    CAPTURE(bad);
    const auto checked = check_mail_address(bad, "address");
    REQUIRE_FALSE(checked);
    CHECK(checked.error().field == "address");
  }
}

TEST_CASE("an address goes over the wire in ASCII") {
  CHECK(*mail_address_for_wire("Ops@Exämple.com", "address") == "Ops@xn--exmple-cua.com");
  CHECK(*mail_address_for_wire("x@[IPv6:2001:db8::1]", "address") == "x@[IPv6:2001:db8::1]");
  CHECK(mail_address_for_wire("jürgen@example.com", "address").error().message.find("Before the @") == 0);
}

TEST_CASE("dates are RFC 5322 in UTC") {
  Instant at;
  REQUIRE(parse_iso8601("2026-11-24T09:15:02Z", at));
  CHECK(to_rfc5322(at) == "Tue, 24 Nov 2026 09:15:02 +0000");
  REQUIRE(parse_iso8601("2000-02-29T23:59:59Z", at));
  CHECK(to_rfc5322(at) == "Tue, 29 Feb 2000 23:59:59 +0000");
}

TEST_CASE("whatever comes in, a header is one header") {
  for (const std::string& hostile :
       {std::string("x\r\nBcc: evil@example.com"), std::string("x\nBcc: evil"), std::string("x\rBcc: e"),
        std::string("x\0y", 3), std::string("x\xe2\x80\xa8y"), std::string("x\xc2\x85y"), std::string("x\x0by")}) {
    const std::string line = header_line("Subject", hostile);
    CAPTURE(line);
    // A line break inside is a fold, and nothing else.
    for (std::size_t at = 0; at < line.size(); ++at) {
      if (line[at] == '\r') CHECK((line.substr(at, 3) == "\r\n "));
      if (line[at] == '\n') CHECK((at > 0 && line[at - 1] == '\r'));
      CHECK(static_cast<unsigned char>(line[at]) < 0x7f);
      CHECK(line[at] != '\0');
    }
    CHECK(line.find("\r\nBcc") == std::string::npos);
  }
}

TEST_CASE("header text beyond ASCII becomes encoded words that never cut a character") {
  CHECK(header_line("Subject", "[critical] db-1 is silent") == "Subject: [critical] db-1 is silent");
  CHECK(header_line("Subject", "Größe") == "Subject: =?UTF-8?B?R3LDtsOfZQ==?=");
  CHECK(header_line("Subject", "=?UTF-8?B?ZXZpbA==?=") == "Subject: =?UTF-8?B?PT9VVEYtOD9CP1pYWnBiQT09Pz0=?=");
  std::string snow;
  for (int i = 0; i < 40; ++i) snow += "☃";
  const std::string line = header_line("Subject", snow);
  std::size_t begin = 0;
  for (std::size_t end; begin < line.size(); begin = end + 2) {
    end = std::min(line.find("\r\n", begin), line.size());
    CHECK(end - begin <= 78);
  }
  CHECK(line.find("4piD") !=
        std::string::npos);  // each word begins with a whole character: ☃ is three bytes, four of base64
  CHECK(header_line("Subject", "\xff\xfe").find("77+9") != std::string::npos);  // U+FFFD
  CHECK(mailbox_header_line("From", "connlog", "a@example.com") == "From: \"connlog\" <a@example.com>");
  CHECK(mailbox_header_line("From", "a \"b\" \\", "a@example.com") == "From: \"a \\\"b\\\" \\\\\" <a@example.com>");
  CHECK(mailbox_header_line("From", "Überwachung", "a@example.com") ==
        "From: =?UTF-8?B?w5xiZXJ3YWNodW5n?= <a@example.com>");
  CHECK(mailbox_header_line("To", "", "a@example.com") == "To: a@example.com");
}

TEST_CASE("a message whose ids or addresses could break out of their line is not sent") {
  MailMessage message;
  message.from_address = "connlog@example.com";
  message.to_address = "ops@example.com";
  message.message_id = "<1@example.com>";
  CHECK(mail_header_lines(message));
  for (const std::string& id : std::vector<std::string>{"", "1@example.com", "<1>", "<a b@c>",
                                                        "<1@example.com>\r\nBcc: x", "<1@example.com", "<1@2@3>"}) {
    CAPTURE(id);
    MailMessage wrong = message;
    wrong.message_id = id;
    CHECK_FALSE(mail_header_lines(wrong));
    wrong = message;
    wrong.in_reply_to = id;
    CHECK(mail_header_lines(wrong).has_value() == id.empty());
  }
  message.to_address = "ops@example.com\r\nDATA";
  CHECK_FALSE(mail_header_lines(message));
}

TEST_CASE("a webhook's address is plain http or https, without user information") {
  const auto url = check_http_url("https://Hooks.Example.com:8443/a/b?c=d", "address");
  REQUIRE(url);
  CHECK(url->host == "hooks.example.com");
  CHECK(url->port == 8443);
  CHECK(check_http_url("http://[::1]/x", "address")->host == "::1");
  CHECK(check_http_url("http://0x7f.1/", "address")->host == "127.0.0.1");  // no other spelling hides an address
  for (const std::string& wrong :
       std::vector<std::string>{"", "hooks.example.com", "ftp://example.com/", "file:///etc/passwd", "gopher://x/",
                                "https://user:pw@example.com/", "https://user@example.com/", "https://example.com/#x",
                                "https://exämple.com/", "https://example.com/a b", "https://example.com/\r\nX: y",
                                "https://", "https:///x", "http://example.com:0/", "http://example.com:99999/",
                                "javascript:alert(1)", "https://example.com\\@evil.example/"}) {
    CAPTURE(wrong);
    const auto checked = check_http_url(wrong, "address");
    REQUIRE_FALSE(checked);
    CHECK(checked.error().field == "address");
  }
  const auto said = [](std::string_view text) { return check_http_url(text, "address").error().message; };
  CHECK(said("file:///etc/passwd") == "The address must begin with https:// or http://.");
  CHECK(said("https://ex\xC3\xA4mple.com:8443/x").find("Write the host as xn--exmple-cua.com.") != std::string::npos);
  CHECK(said("https://example.com/\xC3\xA4").find("percent-encoded") != std::string::npos);
}

}  // namespace connlog
