#include "core/net/smtp.h"

#include <doctest/doctest.h>
#include <sodium.h>

#include <nlohmann/json.hpp>

#include "tests/support/outside.h"

namespace connlog {
namespace {

using nlohmann::json;
using test::OutsideServer;
using Kind = SmtpOutcome::Kind;

std::vector<std::string> with_tls(std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"--certificate", (test::certificates() / "server.pem").string(), "--key",
                                     (test::certificates() / "server.key").string()});
  return arguments;
}

MailServer server_at(const OutsideServer& server, MailSecurity security) {
  MailServer out;
  out.host = "localhost";
  out.port = server.port();
  out.security = security;
  out.ca_pem = test::read_text(test::certificates() / "ca.pem");
  out.client_name = "monitor.example.com";
  return out;
}

MailMessage message() {
  MailMessage mail;
  mail.from_address = "connlog@example.com";
  mail.from_name = "connlog";
  mail.to_address = "ops@example.com";
  mail.headline = "[critical] Größe auf db-1";
  mail.text = "Erste Zeile\n.\nDritte Zeile: ünïcode\n";
  mail.html = "<p>Erste Zeile</p>";
  mail.message_id = "<2@example.com>";
  mail.in_reply_to = "<1@example.com>";
  mail.date = Instant{1'795'000'000'000'000};
  return mail;
}

SmtpOutcome send(const MailServer& server, const MailMessage& mail = message()) {
  const OutboundOptions outbound;
  TlsTrust trust;
  if (!server.ca_pem.empty()) trust = {TlsTrust::Kind::ca_pem, server.ca_pem};
  auto anchors = TrustAnchors::open(trust, {});
  REQUIRE(anchors);
  SmtpTransfer transfer(outbound, *anchors, server, mail);
  if (!transfer.is_sendable()) return transfer.outcome();
  Transfers transfers;
  bool done = false;
  transfers.add(transfer, [&] { done = true; });
  while (!done) transfers.poll(milliseconds(1'000));
  return transfer.outcome();
}

std::string decoded(const json& mail) {
  const std::string text = mail["data"];
  std::string out(text.size(), '\0');
  std::size_t length = 0;
  REQUIRE(sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(), text.size(), nullptr,
                            &length, nullptr, sodium_base64_VARIANT_ORIGINAL) == 0);
  out.resize(length);
  return out;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a mail arrives whole: headers, thread, both bodies, and the server's answer comes back") {
  OutsideServer server("smtp_server.py", {});
  const SmtpOutcome outcome = send(server_at(server, MailSecurity::none));
  CHECK(outcome.kind == Kind::delivered);
  CHECK(outcome.answer == "250 2.0.0 Ok: queued as 4F1B2");
  const json mail = json::parse(server.next("mail"));
  CHECK(mail["from"] == "connlog@example.com");
  CHECK(mail["to"] == json::array({"ops@example.com"}));
  CHECK(mail["helo"] == "monitor.example.com");
  CHECK(mail["tls"] == false);
  const std::string text = decoded(mail);
  INFO(text);
  CHECK(contains(text, "\r\nDate: Wed, 18 Nov 2026 11:06:40 +0000\r\n"));
  CHECK(contains(text, "\r\nFrom: \"connlog\" <connlog@example.com>\r\n"));
  CHECK(contains(text, "\r\nTo: ops@example.com\r\n"));
  CHECK(contains(text, "\r\nSubject: =?UTF-8?B?"));
  CHECK(contains(text, "\r\nMessage-ID: <2@example.com>\r\n"));
  CHECK(contains(text, "\r\nIn-Reply-To: <1@example.com>\r\n"));
  CHECK(contains(text, "\r\nReferences: <1@example.com>\r\n"));
  CHECK(contains(text, "\r\nAuto-Submitted: auto-generated\r\n"));
  CHECK(contains(text, "\r\nMime-Version: 1.0\r\n"));
  CHECK(text.starts_with("Content-Type: multipart/alternative; boundary="));
  CHECK(contains(text, "Content-Type: text/plain; charset=utf-8\r\n"));
  CHECK(contains(text, "Content-Type: text/html; charset=utf-8\r\n"));
  CHECK(contains(text, "Content-Transfer-Encoding: quoted-printable\r\n"));
  CHECK_FALSE(contains(text, "=0A"));
  CHECK(contains(text, "\r\n.\r\nDritte Zeile: =C3=BCn=C3=AFcode\r\n"));  // a lone dot ends nothing
}

TEST_CASE("STARTTLS and TLS protect a mail, and the server is authenticated by its authority") {
  for (const MailSecurity security : {MailSecurity::starttls, MailSecurity::tls}) {
    OutsideServer server("smtp_server.py", with_tls({"--mode", security == MailSecurity::tls ? "tls" : "starttls"}));
    MailServer settings = server_at(server, security);
    CHECK(send(settings).kind == Kind::delivered);
    CHECK(json::parse(server.next("mail"))["tls"] == true);

    settings.ca_pem = test::read_text(test::certificates() / "stranger.pem");
    SmtpOutcome outcome = send(settings);
    CHECK(outcome.kind == Kind::refused_for_now);
    CHECK(contains(outcome.answer, "not signed by an authority"));
    settings.ca_pem.clear();  // the system's set does not know it either
    CHECK(send(settings).kind == Kind::refused_for_now);
    settings = server_at(server, security);
    settings.host = "127.0.0.2";  // not in the certificate
    CHECK(contains(send(settings).answer,
                   security == MailSecurity::tls || security == MailSecurity::starttls ? "127.0.0.2" : ""));
    for (const std::string& line : server.rest()) CHECK_FALSE(contains(line, "\"mail\""));
  }
}

TEST_CASE("a server that no longer offers STARTTLS gets neither mail nor password") {
  OutsideServer server("smtp_server.py", {"--mode", "stripped"});
  MailServer settings = server_at(server, MailSecurity::starttls);
  settings.username = "ops";
  settings.password = Secret("hunter2");
  const SmtpOutcome outcome = send(settings);
  CHECK(outcome.kind == Kind::refused_for_now);
  CHECK(contains(outcome.answer, "STARTTLS"));
  for (const std::string& line : server.rest()) {
    CHECK_FALSE(contains(line, "AUTH"));
    CHECK_FALSE(contains(line, "MAIL"));
  }
}

TEST_CASE("replies sent before the handshake do not count after it") {
  OutsideServer server("smtp_server.py", {"--mode", "injecting"});
  MailServer settings = server_at(server, MailSecurity::starttls);
  settings.username = "ops";
  settings.password = Secret("hunter2");
  CHECK(send(settings).kind == Kind::refused_for_now);
  for (const std::string& line : server.rest()) {
    CHECK_FALSE(contains(line, "AUTH"));
    CHECK_FALSE(contains(line, "MAIL"));
  }
}

TEST_CASE("authentication works, and a refused password shows the server's own words and no secret") {
  OutsideServer server("smtp_server.py", with_tls({"--mode", "starttls", "--auth", "ops:hunter2"}));
  MailServer settings = server_at(server, MailSecurity::starttls);
  settings.username = "ops";
  settings.password = Secret("hunter2");
  CHECK(send(settings).kind == Kind::delivered);
  CHECK(json::parse(server.next("mail"))["user"] == "ops");
  settings.password = Secret("hunter3");
  const SmtpOutcome outcome = send(settings);
  CHECK(outcome.kind == Kind::refused_for_now);  // the settings can be corrected
  CHECK(outcome.answer.starts_with("535 "));
  CHECK_FALSE(contains(outcome.answer, "hunter"));
}

TEST_CASE("what a server refuses is told apart: for now, for good, and in its words") {
  const auto answer_of = [](const std::string& option, const std::string& reply) {
    OutsideServer server("smtp_server.py", {option, reply});
    return send(server_at(server, MailSecurity::none));
  };
  SmtpOutcome outcome = answer_of("--reject-recipient", "550 5.1.1 No such user here");
  CHECK(outcome.kind == Kind::refused_for_good);
  CHECK(outcome.answer == "550 5.1.1 No such user here");
  outcome = answer_of("--reject-recipient", "451 4.7.1 Greylisted, try again");
  CHECK(outcome.kind == Kind::refused_for_now);
  CHECK(outcome.answer == "451 4.7.1 Greylisted, try again");
  CHECK(outcome.server_answered);
  outcome = answer_of("--reject-data", "554-5.7.1 Looks like spam\r\n554 5.7.1 See https://mail.test/why");
  CHECK(outcome.kind == Kind::refused_for_good);
  CHECK(outcome.answer == "554 5.7.1 Looks like spam / 5.7.1 See https://mail.test/why");

  MailServer nobody;
  nobody.host = "127.0.0.1";
  nobody.port = test::unused_port();
  nobody.security = MailSecurity::none;
  outcome = send(nobody);
  CHECK(outcome.kind == Kind::refused_for_now);
  CHECK_FALSE(outcome.server_answered);
  CHECK(contains(outcome.answer, "could not connect"));
}

}  // namespace connlog
