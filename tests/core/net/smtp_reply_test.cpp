#include "core/net/smtp_reply.h"

#include <doctest/doctest.h>

namespace connlog {
namespace {

SmtpReply reply(const std::string& text) {
  SmtpReplyReader reader;
  REQUIRE(reader.take(text + "\r\n"));
  const auto read = reader.next();
  REQUIRE(read);
  return *read;
}

}  // namespace

TEST_CASE("replies come out of bytes whole, however they are cut") {
  SmtpReplyReader reader;
  for (const char c : std::string("250-mail.test\r\n250-SIZE 10\r\n250 HELP\r\n334\r\n421 4.3.2 bye\n"))
    CHECK(reader.take(std::string_view(&c, 1)));
  const auto ehlo = reader.next();
  REQUIRE(ehlo);
  CHECK(ehlo->code == 250);
  CHECK(ehlo->lines == std::vector<std::string>{"mail.test", "SIZE 10", "HELP"});
  CHECK(ehlo->shown() == "250 mail.test / SIZE 10 / HELP");
  CHECK(reader.next()->code == 334);
  CHECK(reader.next()->shown() == "421 4.3.2 bye");
  CHECK_FALSE(reader.next());
  CHECK_FALSE(reader.take(std::string(100'000, 'x')));  // a line without end
}

TEST_CASE("what a server offers is read in any spelling") {
  const SmtpOffer offer =
      read_offer(reply("250-AUTH is my name\r\n250-auth=LOGIN\r\n250-AUTH LOGIN,PLAIN xoauth2\r\n250 Size 35882577"));
  CHECK(offer.logins == std::vector<std::string>{"LOGIN", "PLAIN", "XOAUTH2"});
  CHECK(offer.has_size);
  CHECK(offer.size_max == 35'882'577);
  CHECK(read_offer(reply("250 mail.test")).logins.empty());
}

TEST_CASE("a refusal is about us, or about the recipient, and the words of real servers tell which") {
  struct {
    SmtpStep step;
    const char* said;
    bool about_us;
  } const refusals[] = {
      {SmtpStep::recipient, "504 5.5.2 <monitor>: Helo command rejected: need fully-qualified hostname", true},
      {SmtpStep::recipient, "450 4.7.1 <monitor>: Helo command rejected: Host not found", true},
      {SmtpStep::recipient, "450 4.7.1 Client host rejected: cannot find your reverse hostname, [192.0.2.1]", true},
      {SmtpStep::recipient, "554 5.7.1 <ops@example.com>: Relay access denied", true},
      {SmtpStep::recipient, "454 4.7.1 Relay access denied", true},
      {SmtpStep::recipient, "550 relaying denied", true},
      {SmtpStep::recipient, "530 5.7.0 Must issue a STARTTLS command first", true},
      {SmtpStep::recipient, "553 5.7.1 Sender address rejected: not owned by user ops", true},
      {SmtpStep::recipient, "550 5.1.8 Sender domain not found", true},
      {SmtpStep::recipient, "421 4.7.0 Too many errors", true},
      {SmtpStep::recipient, "550 5.1.1 No such user here", false},
      {SmtpStep::recipient, "550 5.1.1 <ops@example.com>: Recipient address rejected: User unknown in relay table",
       false},
      {SmtpStep::recipient, "550 No such user here", false},
      {SmtpStep::recipient, "552 5.2.2 Mailbox full", false},
      {SmtpStep::recipient, "450 4.2.0 Greylisted", false},
      {SmtpStep::recipient, "451 4.7.1 Greylisting in action, please come back later", false},
      {SmtpStep::sender, "550 5.7.1 Not allowed", true},
      {SmtpStep::sender, "451 4.3.0 Try later", true},
      {SmtpStep::sender, "552 5.3.4 Message too big", false},
      {SmtpStep::data, "554 5.7.1 Looks like spam", false},
      {SmtpStep::data, "550 5.7.1 Sender is not authorised", true},
      {SmtpStep::data, "451 4.3.0 Try later", false},
  };
  for (const auto& refusal : refusals) {
    CAPTURE(refusal.said);
    CHECK(is_about_us(refusal.step, reply(refusal.said)) == refusal.about_us);
  }
}

}  // namespace connlog
