// Letters: queued with what they tell of, sent by the outbox thread, and gone from the database as far as they were
// secret.
#include "core/notify/letters.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <sodium.h>
#include <thread>

#include "core/notify/letter_text.h"
#include "core/notify/letter_worker.h"
#include "tests/core/notify/outbox_fixture.h"
#include "tests/support/outside.h"

namespace connlog {
namespace {

using namespace std::chrono_literals;
using test::OutsideServer;

struct LetterFixture : test::OutboxFixture {
  Letters post{needs, [] {}};
  LetterWorker worker{needs, courier};

  static Letter reset_letter() {
    Letter letter;
    letter.kind = "password_reset";
    letter.to_name = "Ada";
    letter.to_address = "ada@example.com";
    letter.headline = "Choose a new password";
    letter.paragraphs = {"Somebody asked for a new password.", "If it was not you, do nothing."};
    letter.link = LetterLink{Secret("/reset#token=link_secret"), "Choose a new password"};
    return letter;
  }
  Result<LetterId> queue(const Letter& letter) {
    LetterId id;
    const auto done = stores.write([&](Transaction& tx) -> Result<void> {
      id = TRY(post.post(tx, letter));
      return {};
    });
    if (!done) return done.error();
    worker.wake();
    return id;
  }
  PostedLetter now(LetterId id) {
    return *storage.read<std::optional<PostedLetter>>(
        [&](Snapshot& snapshot) { return storage->letters().find(snapshot, id); });
  }
  void turn() {
    worker.turn();
    courier.poll(0ms);
    worker.turn();
  }
};

std::string body_of(const std::string& mail_line) {
  const auto mail = nlohmann::json::parse(mail_line);
  const std::string encoded = mail["data"];
  std::string data(encoded.size(), '\0');
  std::size_t length = 0;
  sodium_base642bin(reinterpret_cast<unsigned char*>(data.data()), data.size(), encoded.data(), encoded.size(), nullptr,
                    &length, nullptr, sodium_base64_VARIANT_ORIGINAL);
  data.resize(length);
  return data;
}

}  // namespace

TEST_CASE("a letter reaches the mailbox as text alone, and its link is nowhere in the database afterwards") {
  OutsideServer mailbox("smtp_server.py", {});
  test::OutboxFixture world;
  world.set_mail_server("127.0.0.1", mailbox.port(), MailSecurity::none);
  Notify notify(world.needs);
  notify.start();
  LetterId id;
  world.storage.write([&](Transaction& tx) -> Result<void> {
    const bool can_send = TRY(notify.letters().can_send(tx));
    CHECK(can_send);
    id = TRY(notify.letters().post(tx, LetterFixture::reset_letter()));
    return {};
  });
  const std::string mail = body_of(mailbox.next("mail"));
  CHECK(mail.find("ada@example.com") != std::string::npos);
  CHECK(mail.find("Subject: Choose a new password") != std::string::npos);
  CHECK(mail.find("Hello Ada,") != std::string::npos);
  CHECK(mail.find("https://monitor.example.com:8443/reset#token=3Dlink_secret") != std::string::npos);
  CHECK(mail.find("Auto-Submitted: auto-generated") != std::string::npos);
  CHECK(mail.find("text/html") == std::string::npos);
  std::optional<PostedLetter> row;
  for (int i = 0; i < 500 && (!row || row->state != Notification::State::sent); ++i) {
    std::this_thread::sleep_for(10ms);
    row = world.storage.read<std::optional<PostedLetter>>(
        [&](Snapshot& snapshot) { return world.storage->letters().find(snapshot, id); });
  }
  CHECK(row->state == Notification::State::sent);
  CHECK(row->sealed_link.empty());
  CHECK(row->sent_at.is_set());
  notify.stop();
}

TEST_CASE("a waiting letter's link is sealed at rest") {
  LetterFixture world;
  const LetterId id = world.queue(LetterFixture::reset_letter()).value();
  const PostedLetter row = world.now(id);
  CHECK_FALSE(row.sealed_link.empty());
  for (const std::string& text : {row.sealed_link, row.text, row.headline, row.link_text})
    CHECK(text.find("link_secret") == std::string::npos);
}

TEST_CASE("a letter is tried again while the server is busy, under one message id, and then marked as sent") {
  LetterFixture world;
  int tries = 0;
  world.courier.answer = [&](const test::FakeCourier::Sent&) { return ++tries < 3 ? test::busy() : test::delivered(); };
  const LetterId id = world.queue(LetterFixture::reset_letter()).value();
  for (int i = 0; i < 3; ++i) {
    world.turn();
    world.storage.clock.advance(2min);
  }
  CHECK(tries == 3);
  CHECK(world.now(id).state == Notification::State::sent);
  CHECK(world.now(id).last_error.empty());
  CHECK(world.courier.history[0] == world.courier.history[2]);
  world.storage.clock.advance(2h);
  world.worker.wake();
  world.turn();
  CHECK(tries == 3);
}

TEST_CASE("a letter that cannot be delivered fails visibly when its link is over, and the link is erased") {
  LetterFixture world;
  world.courier.answer = [](const test::FakeCourier::Sent&) { return test::unreachable(); };
  Letter letter = LetterFixture::reset_letter();
  letter.useful_until = world.storage.clock.now() + 1h;
  const LetterId id = world.queue(letter).value();
  for (int i = 0; i < 70 && world.now(id).state != Notification::State::failed; ++i) {
    world.turn();
    world.storage.clock.advance(1min);
  }
  const PostedLetter row = world.now(id);
  CHECK(row.state == Notification::State::failed);
  CHECK(row.last_error == "mail.test: could not connect.");
  CHECK(row.sealed_link.empty());
  CHECK(row.attempts < 12);
}

TEST_CASE("a letter waits for the mail settings and goes out as soon as there are some") {
  LetterFixture world;
  world.storage.write([&](Transaction& tx) { return world.storage->settings().put(tx, "mail", "{}"); });
  const LetterId id = world.queue(LetterFixture::reset_letter()).value();
  world.turn();
  CHECK(world.now(id).state == Notification::State::queued);
  CHECK_FALSE(world.now(id).last_error.empty());
  world.set_mail_server("mail.example.com", 587, MailSecurity::starttls);
  world.courier.answer = [](const test::FakeCourier::Sent&) { return test::delivered(); };
  world.worker.retry_all_soon();
  world.turn();
  CHECK(world.now(id).state == Notification::State::sent);
}

TEST_CASE("what a former process had leased is sent by the next one") {
  LetterFixture world;
  const LetterId id = world.queue(LetterFixture::reset_letter()).value();
  world.turn();  // on its way, never answered
  REQUIRE(world.now(id).state == Notification::State::leased);
  LetterWorker next(world.needs, world.courier);
  world.courier.pending.clear();
  world.courier.answer = [](const test::FakeCourier::Sent&) { return test::delivered(); };
  next.turn();
  world.courier.poll(0ms);
  next.turn();
  CHECK(world.now(id).state == Notification::State::sent);
}

TEST_CASE("many letters go out a few at a time, and the worker does not spin while they are on their way") {
  LetterFixture world;
  for (int i = 0; i < 20; ++i) REQUIRE(world.queue(LetterFixture::reset_letter()));
  world.worker.turn();
  CHECK(world.courier.pending.size() == 4);
  CHECK(world.worker.until_due() > 1s);
  world.courier.answer = [](const test::FakeCourier::Sent&) { return test::delivered(); };
  for (int i = 0; i < 8; ++i) world.turn();
  CHECK(world.courier.history.size() == 20);
}

TEST_CASE("a letter that is not fit for a mail is refused when it is posted") {
  LetterFixture world;
  const auto field = [&](auto edit) {
    Letter letter = LetterFixture::reset_letter();
    edit(letter);
    const auto posted = world.queue(letter);
    return posted ? std::string("(accepted)") : posted.error().field;
  };
  CHECK(field([](Letter& l) { l.to_address = "ada@example.com\r\nBcc: x@example.com"; }) == "mail");
  CHECK(field([](Letter& l) { l.to_address = "ada@example.com, x@example.com"; }) == "mail");
  CHECK(field([](Letter& l) { l.headline = ""; }) == "headline");
  CHECK(field([](Letter& l) { l.kind = "Reset\n"; }) == "kind");
  CHECK(field([](Letter& l) { l.paragraphs.clear(); }) == "paragraphs");
  CHECK(field([](Letter& l) { l.link->path = Secret("//evil.example/reset"); }) == "link");
  CHECK(field([](Letter& l) { l.link->path = Secret("https://evil.example/"); }) == "link");
  CHECK(field([](Letter& l) { l.link->path = Secret("/reset\r\nX: y"); }) == "link");
  CHECK(field([](Letter& l) { l.link->text = ""; }) == "link");
}

TEST_CASE("values in a letter stay on their line: no header, no paragraph and no link can be put in") {
  PostedLetter letter;
  letter.to_name = "Ada\r\nBcc: x@example.com";
  letter.headline = "Hello\r\nBcc: x@example.com";
  letter.link_text = "Open";
  letter.text = letter_lines({"First\n\nhttps://evil.example/", std::string(5'000, 'x')});
  const MailText mail = render_letter(letter, "/reset", "https://monitor.example.com");
  CHECK(mail.headline == "Hello  Bcc: x@example.com");
  CHECK(mail.html.empty());
  CHECK(
      mail.text.starts_with("Hello Ada  Bcc: x@example. com,\n\nFirst  https://evil.example/\n\n"
                            "Open:\nhttps://monitor.example.com/reset\n\nxxx"));
  CHECK(mail.text.size() < 1'400);
}

}  // namespace connlog
