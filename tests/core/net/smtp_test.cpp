#include "core/net/mail_pool.h"

#include <doctest/doctest.h>
#include <sodium.h>

#include <algorithm>
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

// Sends all of them, as the outbox does.
std::vector<SmtpOutcome> send_all(const MailServer& server, const std::vector<MailMessage>& mails,
                                  const SmtpLimits& limits = {}) {
  const OutboundOptions outbound;
  SystemClock clock;
  Transfers transfers;
  MailPool pool(outbound, transfers, clock, limits);
  std::vector<SmtpOutcome> outcomes;
  for (const MailMessage& mail : mails)
    pool.send(server.clone(), mail, [&](SmtpOutcome outcome) { outcomes.push_back(std::move(outcome)); });
  while (outcomes.size() < mails.size()) {
    transfers.poll(milliseconds(1'000));
    pool.turn();
  }
  return outcomes;
}

SmtpOutcome send(const MailServer& server, const MailMessage& mail = message(), const SmtpLimits& limits = {}) {
  return send_all(server, {mail}, limits).front();
}

std::vector<std::string> picky(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"--mode", "picky"});
  return arguments;
}

MailServer with_login(const OutsideServer& server) {
  MailServer out = server_at(server, MailSecurity::none);
  out.username = "ops";
  out.password = Secret("hunter2");
  return out;
}

std::size_t count(const std::vector<std::string>& lines, const std::string& part) {
  return static_cast<std::size_t>(
      std::ranges::count_if(lines, [&](const std::string& line) { return line.find(part) != std::string::npos; }));
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
    CHECK(outcome.kind == Kind::about_us);
    CHECK(contains(outcome.answer, "not signed by an authority"));
    settings.ca_pem.clear();  // the system's set does not know it either
    CHECK(send(settings).kind == Kind::about_us);
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
  CHECK(outcome.kind == Kind::about_us);
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
  CHECK(send(settings).kind == Kind::about_us);
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
  CHECK(outcome.kind == Kind::about_us);  // the settings can be corrected
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
  CHECK(outcome.kind == Kind::about_us);
  CHECK_FALSE(outcome.server_answered);
  CHECK(contains(outcome.answer, "could not connect"));
}

TEST_CASE("a server that greets late is waited for, and one that says nothing was still reached") {
  OutsideServer late("smtp_server.py", picky({"--greet-after", "2.5"}));
  // Longer than a connection may take to be made.
  CHECK(send(server_at(late, MailSecurity::none), message(), {milliseconds(1'000), milliseconds(20'000)}).kind ==
        Kind::delivered);
  OutsideServer silent("smtp_server.py", {"--mode", "silent"});
  const SmtpOutcome outcome =
      send(server_at(silent, MailSecurity::none), message(), {milliseconds(1'000), milliseconds(1'200)});
  CHECK(outcome.kind == Kind::about_us);
  CHECK(contains(outcome.answer, "connected, but no answer"));
}

TEST_CASE("a login is understood in each spelling, and after a refusal the next mechanism is tried") {
  const auto attempts = [](std::vector<std::string> arguments, MailLogin wanted = MailLogin::automatic) {
    arguments.insert(arguments.end(), {"--auth", "ops:hunter2"});
    OutsideServer server("smtp_server.py", picky(arguments));
    MailServer settings = with_login(server);
    settings.login = wanted;
    const SmtpOutcome outcome = send(settings);
    CHECK_MESSAGE(outcome.kind == Kind::delivered, outcome.answer);
    const std::string mail = server.next("mail");
    return mail.empty() ? json() : json::parse(mail)["attempts"];
  };
  CHECK(attempts({"--offer", "AUTH=LOGIN"}) == json::array({"LOGIN"}));
  CHECK(attempts({"--offer", "AUTH=LOGIN PLAIN", "--offer", "AUTH LOGIN PLAIN"}) == json::array({"PLAIN"}));
  CHECK(attempts({"--offer", "auth plain"}) == json::array({"PLAIN"}));
  CHECK(attempts({"--offer", "AUTH XOAUTH2 CRAM-MD5"}) == json::array({"CRAM-MD5"}));
  CHECK(attempts({"--offer", "AUTH PLAIN LOGIN CRAM-MD5", "--broken", "CRAM-MD5", "--broken", "PLAIN"}) ==
        json::array({"CRAM-MD5", "PLAIN", "LOGIN"}));
  CHECK(attempts({"--offer", "AUTH PLAIN LOGIN"}, MailLogin::login) == json::array({"LOGIN"}));
}

TEST_CASE("without a login nothing is sent, and the answer says why and names the mechanisms") {
  const auto outcome_of = [](std::vector<std::string> arguments) {
    OutsideServer server("smtp_server.py", picky(arguments));
    const SmtpOutcome outcome = send(with_login(server));
    CHECK(count(server.rest(), "MAIL FROM") == 0);
    CHECK(outcome.kind == Kind::about_us);
    CHECK(outcome.whole_server);
    CHECK_FALSE(contains(outcome.answer, "hunter2"));
    return outcome.answer;
  };
  CHECK(contains(outcome_of({}), "offers no login"));
  CHECK(contains(outcome_of({"--reply", "EHLO=502 5.5.1 what?"}), "offers no login"));  // then HELO, which knows none
  CHECK(contains(outcome_of({"--offer", "AUTH XOAUTH2 NTLM"}), "takes only XOAUTH2, NTLM"));
  CHECK(contains(outcome_of({"--offer", "AUTH PLAIN LOGIN", "--auth", "ops:other"}),
                 "535 5.7.8 No (AUTH PLAIN, then LOGIN)"));
  CHECK(contains(
      outcome_of({"--offer", "AUTH PLAIN LOGIN", "--auth", "ops:other", "--reply", "PLAIN=454 4.7.0 Try later"}),
      "454 4.7.0 Try later (AUTH PLAIN)"));
}

TEST_CASE("several mails go over few connections, with one login each") {
  OutsideServer server("smtp_server.py", picky({"--offer", "AUTH PLAIN", "--auth", "ops:hunter2"}));
  for (const SmtpOutcome& outcome : send_all(with_login(server), std::vector<MailMessage>(12, message())))
    CHECK(outcome.kind == Kind::delivered);
  const std::vector<std::string> lines = server.rest();
  CHECK(count(lines, "\"mail\"") == 12);
  CHECK(count(lines, "AUTH PLAIN") <= 2);
  CHECK(count(lines, "\"connection\"") == count(lines, "AUTH PLAIN"));
}

TEST_CASE("a server that limits connections, or the mails over one, gets all mails nevertheless") {
  for (const auto& limit : std::vector<std::vector<std::string>>{{"--connections-max", "1"}, {"--mails-max", "3"}}) {
    CAPTURE(limit[0]);
    OutsideServer server("smtp_server.py", picky(limit));
    for (const SmtpOutcome& outcome :
         send_all(server_at(server, MailSecurity::none), std::vector<MailMessage>(10, message())))
      CHECK_MESSAGE(outcome.kind == Kind::delivered, outcome.answer);
    CHECK(count(server.rest(), "\"mail\"") == 10);
  }
}

TEST_CASE("what a server has against us is not held against the recipient") {
  const auto outcome_of = [](std::vector<std::string> arguments, const std::string& name = "monitor") {
    OutsideServer server("smtp_server.py", picky(arguments));
    MailServer settings = server_at(server, MailSecurity::none);
    settings.client_name = name;
    return send(settings);
  };
  CHECK(outcome_of({"--full-name"}).kind == Kind::about_us);
  CHECK(outcome_of({"--full-name"}, "monitor.example.com").kind == Kind::delivered);
  CHECK(outcome_of({"--full-name"}, "[192.0.2.1]").kind == Kind::delivered);
  for (const std::string& refusal :
       {std::string("CONNECT=554 5.7.1 Not you"), std::string("CONNECT=421 4.7.0 Later"),
        std::string("MAIL=550 5.7.1 Sender not allowed"), std::string("MAIL=451 4.3.0 Later")}) {
    CAPTURE(refusal);
    const SmtpOutcome outcome = outcome_of({"--reply", refusal});
    CHECK(outcome.kind == Kind::about_us);
    CHECK(outcome.whole_server);
    CHECK(contains(outcome.answer, refusal.substr(refusal.find('=') + 1)));
  }
  const SmtpOutcome unknown = outcome_of({"--reply", "RCPT=550 5.1.1 No such user"});
  CHECK(unknown.kind == Kind::refused_for_good);
  CHECK_FALSE(unknown.whole_server);
}

TEST_CASE("a server's limit of size is kept: text alone where that fits, else a refusal that says so") {
  OutsideServer server("smtp_server.py", picky({"--offer", "SIZE 4000"}));
  MailMessage mail = message();
  mail.html = std::string(8'000, 'x');
  CHECK(send(server_at(server, MailSecurity::none), mail).kind == Kind::delivered);
  const std::string text = decoded(json::parse(server.next("mail")));
  CHECK_FALSE(contains(text, "text/html"));
  CHECK(contains(text, "Content-Type: text/plain"));
  mail.text = std::string(8'000, 'x');
  const SmtpOutcome outcome = send(server_at(server, MailSecurity::none), mail);
  CHECK(outcome.kind == Kind::refused_for_good);
  CHECK(contains(outcome.answer, "at most 4000 bytes"));
}

TEST_CASE("a mail to an internationalised domain goes to its ASCII form") {
  OutsideServer server("smtp_server.py", picky({}));
  MailMessage mail = message();
  mail.to_address = "ops@ex\u00e4mple.example.org";
  CHECK(send(server_at(server, MailSecurity::none), mail).kind == Kind::delivered);
  const json got = json::parse(server.next("mail"));
  CHECK(got["to"] == json::array({"ops@xn--exmple-cua.example.org"}));
  CHECK(contains(decoded(got), "\r\nTo: ops@xn--exmple-cua.example.org\r\n"));
}

}  // namespace connlog
