#include "core/notify/outbox_worker.h"

#include <doctest/doctest.h>

#include <optional>

#include "core/notify/mail_health.h"
#include "core/notify/retry_schedule.h"
#include "tests/core/notify/outbox_fixture.h"

namespace connlog {
namespace {

using namespace std::chrono_literals;
using test::OutboxFixture;
using Progress = Notification::State;

void turns(OutboxWorker& worker, int count = 3) {
  for (int i = 0; i < count; ++i) worker.turn(0ms);
}

}  // namespace

TEST_CASE("what is due is sent, then marked, told in the timeline and published") {
  OutboxFixture world;
  OutboxWorker worker(world.needs, world.courier);
  const Notification row = world.queue(world.mail);
  std::optional<Progress> while_sending;
  world.courier.on_send = [&](const test::FakeCourier::Sent&) { while_sending = world.state_of(row); };
  world.courier.answer = [](const test::FakeCourier::Sent&) { return test::delivered(); };

  worker.turn(0ms);
  CHECK(while_sending == Progress::leased);  // never "sent" before it is
  const Notification after = world.now(row);
  CHECK(after.state == Progress::sent);
  CHECK(after.attempts == 1);
  CHECK(after.sent_at == world.storage.clock.now());
  CHECK(after.last_error.empty());
  CHECK(worker.is_idle());
  REQUIRE(world.timeline_count("notified") == 1);
  CHECK(world.timeline().back().text == "Mail to ops@example.com: 250 2.0.0 Ok");
  REQUIRE(world.events.size() == 1);
  CHECK(world.events[0].name == EventName::notification_changed);
  CHECK(world.events[0].data.find(world.workspace.id.text()) != std::string::npos);

  turns(worker);
  CHECK(world.courier.history.size() == 1);
}

TEST_CASE("a failure is tried again later and later, and given up, visibly, after a day") {
  OutboxFixture world;
  OutboxWorker worker(world.needs, world.courier);
  const Notification row = world.queue(world.mail);
  world.courier.answer = [](const test::FakeCourier::Sent&) { return test::busy(); };

  worker.turn(0ms);
  std::vector<microseconds> pauses;
  while (world.state_of(row) == Progress::queued) {
    const Notification waiting = world.now(row);
    CHECK(waiting.last_error == "451 4.3.0 try later");
    const microseconds pause = waiting.next_attempt_at - world.storage.clock.now();
    pauses.push_back(pause);
    // Not a moment before it is due.
    world.storage.clock.advance(pause - 1us);
    worker.turn(0ms);
    REQUIRE(world.courier.history.size() == pauses.size());
    world.storage.clock.advance(1us);
    worker.turn(0ms);
    REQUIRE(world.courier.history.size() == pauses.size() + 1);
  }
  seconds expected = 15s;
  for (const microseconds pause : pauses) {
    CHECK(pause >= expected * 4 / 5);
    CHECK(pause <= expected * 6 / 5);
    expected = std::min(expected * 2, seconds(3'600));
  }
  const microseconds lasted = world.storage.clock.now() - row.created_at;
  CHECK(lasted > 22h);
  CHECK(lasted <= 24h);
  const Notification after = world.now(row);
  CHECK(after.state == Progress::failed);
  CHECK(after.last_error == "451 4.3.0 try later");
  CHECK(world.timeline_count("notify_failed") == 1);
  CHECK(world.timeline_count("notified") == 0);
  CHECK(world.events.back().name == EventName::notification_changed);
  // The same identity every time.
  for (const std::string& id : world.courier.history) CHECK(id == row.message_id);
}

TEST_CASE("a refusal for good is tried three times") {
  OutboxFixture world;
  OutboxWorker worker(world.needs, world.courier);
  const Notification row = world.queue(world.mail);
  world.courier.answer = [](const test::FakeCourier::Sent&) { return test::refused(); };
  for (int i = 0; i < 10; ++i) {
    worker.turn(0ms);
    world.storage.clock.advance(2h);
  }
  CHECK(world.courier.history.size() == 3);
  CHECK(world.state_of(row) == Progress::failed);
  CHECK(world.now(row).last_error == "550 5.1.1 no such user");
}

TEST_CASE("jitter keeps to a fifth, and no delay passes an hour by more") {
  SeededRandom random;
  for (int attempts = 1; attempts < 64; ++attempts) {
    for (int i = 0; i < 50; ++i) {
      const microseconds delay = retry_delay(attempts, random);
      CHECK(delay >= 12s);
      CHECK(delay <= 72min);
    }
  }
}

TEST_CASE("nobody is told who is no longer there to be told") {
  OutboxFixture world;
  OutboxWorker worker(world.needs, world.courier);
  const Notification removed = world.queue(world.storage.add_recipient(world.workspace, "gone@example.com"));
  const Notification off = world.queue(world.mail);
  world.storage.write(
      [&](Transaction& tx) { return world.storage->recipients().remove(tx, world.workspace.id, removed.recipient); });
  world.mail.enabled = false;
  world.storage.write([&](Transaction& tx) { return world.storage->recipients().update(tx, world.mail); });
  turns(worker);
  CHECK(world.courier.history.empty());
  CHECK(world.state_of(removed) == Progress::failed);
  CHECK(world.now(removed).last_error.find("removed") != std::string::npos);
  CHECK(world.state_of(off) == Progress::failed);
  CHECK(worker.is_idle());
}

TEST_CASE("a slow target takes few slots and holds up nobody else") {
  OutboxFixture world;
  OutboxWorker worker(world.needs, world.courier);
  const Recipient slow = world.add_webhook("https://slow.example/hook");
  std::vector<Notification> stuck;
  for (int i = 0; i < 20; ++i) stuck.push_back(world.queue(slow));
  const Notification mail = world.queue(world.mail);
  world.courier.answer = [](const test::FakeCourier::Sent& sent) -> std::optional<DeliveryResult> {
    if (sent.target == "mail") return test::delivered();
    return std::nullopt;
  };
  turns(worker);
  CHECK(world.state_of(mail) == Progress::sent);
  CHECK(world.courier.pending.size() == 4);

  // What comes later still gets through, however long the queue of the slow one is.
  const Notification later = world.queue(world.mail);
  worker.wake();
  turns(worker);
  CHECK(world.state_of(later) == Progress::sent);

  // When it turns out to be dead, its queue goes back to the outbox at once.
  world.courier.answer = [](const test::FakeCourier::Sent&) { return test::unreachable(); };
  turns(worker);
  CHECK(worker.is_idle());
  CHECK(world.courier.history.size() == 2 + 4);
  for (const Notification& row : stuck) CHECK(world.state_of(row) == Progress::queued);
}

TEST_CASE("a target that answers, even with a refusal, gets all that waits for it") {
  OutboxFixture world;
  OutboxWorker worker(world.needs, world.courier);
  for (int i = 0; i < 20; ++i) world.queue(world.mail);
  world.courier.answer = [](const test::FakeCourier::Sent&) { return test::busy(); };
  turns(worker, 10);
  CHECK(world.courier.history.size() == 20);
}

TEST_CASE("when the mark cannot be written it is written later, and nothing is sent twice meanwhile") {
  OutboxFixture world;
  OutboxWorker worker(world.needs, world.courier);
  const Notification row = world.queue(world.mail);
  worker.turn(0ms);
  REQUIRE(world.courier.pending.size() == 1);
  world.stores.writes_fail = true;
  world.courier.answer = [](const test::FakeCourier::Sent&) { return test::delivered(); };
  worker.turn(0ms);
  for (int i = 0; i < 10; ++i) {
    world.storage.clock.advance(2min);  // the lease runs out meanwhile
    worker.turn(0ms);
  }
  CHECK(world.state_of(row) == Progress::leased);
  world.stores.writes_fail = false;
  world.storage.clock.advance(2s);
  turns(worker);
  CHECK(world.state_of(row) == Progress::sent);
  CHECK(world.courier.history.size() == 1);
  CHECK(world.timeline_count("notified") == 1);
}

TEST_CASE("what is on its way longer than its lease is not sent a second time") {
  OutboxFixture world;
  OutboxWorker worker(world.needs, world.courier);
  const Notification row = world.queue(world.mail);
  worker.turn(0ms);
  for (int i = 0; i < 5; ++i) {
    world.storage.clock.advance(10min);
    worker.turn(0ms);
  }
  CHECK(world.courier.history.size() == 1);
  world.courier.answer = [](const test::FakeCourier::Sent&) { return test::delivered(); };
  turns(worker);
  CHECK(world.state_of(row) == Progress::sent);
}

TEST_CASE("after a restart what was leased goes out at once, and what waits for its time keeps waiting") {
  OutboxFixture world;
  const Notification orphan = world.queue(world.mail);
  const Notification waiting = world.queue(world.add_webhook("https://hooks.example/x"));
  {
    OutboxWorker before(world.needs, world.courier);
    world.courier.answer = [](const test::FakeCourier::Sent& sent) -> std::optional<DeliveryResult> {
      if (sent.target != "mail") return test::busy();
      return std::nullopt;
    };
    turns(before);
  }
  world.courier.pending.clear();  // the process is gone, and its connections with it
  CHECK(world.state_of(orphan) == Progress::leased);
  const Notification left = world.now(waiting);
  REQUIRE(left.state == Progress::queued);

  OutboxWorker after(world.needs, world.courier);
  world.courier.answer = [](const test::FakeCourier::Sent&) { return test::delivered(); };
  turns(after);
  CHECK(world.state_of(orphan) == Progress::sent);
  const Notification untouched = world.now(waiting);
  CHECK(untouched.state == Progress::queued);
  CHECK(untouched.attempts == left.attempts);
  CHECK(untouched.next_attempt_at == left.next_attempt_at);
  world.storage.clock.advance(20s);
  turns(after);
  CHECK(world.state_of(waiting) == Progress::sent);
}

TEST_CASE("new mail settings try everything that waits") {
  OutboxFixture world;
  OutboxWorker worker(world.needs, world.courier);
  const Notification row = world.queue(world.mail);
  world.courier.answer = [](const test::FakeCourier::Sent&) { return test::unreachable(); };
  for (int i = 0; i < 8; ++i) {
    worker.turn(0ms);
    world.storage.clock.advance(world.now(row).next_attempt_at - world.storage.clock.now());
  }
  worker.turn(0ms);
  CHECK(world.state_of(row) == Progress::queued);
  CHECK(world.now(row).next_attempt_at > world.storage.clock.now() + 10min);
  world.courier.answer = [](const test::FakeCourier::Sent&) { return test::delivered(); };
  worker.retry_all_soon();
  turns(worker);
  CHECK(world.state_of(row) == Progress::sent);
}

TEST_CASE("without mail settings a mail waits and says why") {
  OutboxFixture world;
  world.storage.write([&](Transaction& tx) { return world.storage->settings().put(tx, "mail", "null"); });
  OutboxWorker worker(world.needs, world.courier);
  const Notification row = world.queue(world.mail);
  turns(worker);
  CHECK(world.courier.history.empty());
  CHECK(world.state_of(row) == Progress::queued);
  CHECK_FALSE(world.now(row).last_error.empty());
}

TEST_CASE("a recovery joins the thread of its alert") {
  OutboxFixture world;
  OutboxWorker worker(world.needs, world.courier);
  world.courier.answer = [](const test::FakeCourier::Sent&) { return test::delivered(); };
  std::vector<std::string> replies;
  world.courier.on_send = [&](const test::FakeCourier::Sent& sent) { replies.push_back(sent.in_reply_to); };
  const Notification opened = world.queue(world.mail);
  turns(worker);
  world.incident.resolved_at = world.storage.clock.now();
  world.incident.resolution = "recovered";
  world.storage.write([&](Transaction& tx) { return world.storage->incidents().update(tx, world.incident); });
  world.queue(world.mail, Announcement::Kind::incident_resolved);
  worker.wake();
  turns(worker);
  REQUIRE(replies.size() == 2);
  CHECK(replies[0].empty());
  CHECK(replies[1] == opened.message_id);
}

TEST_CASE("what a mail server has against us uses up no alert: it waits, says why, and goes out once that is mended") {
  OutboxFixture world;
  OutboxWorker worker(world.needs, world.courier);
  const Notification row = world.queue(world.mail);
  world.courier.answer = [](const test::FakeCourier::Sent&) {
    return DeliveryResult{DeliveryResult::Kind::about_us, true, "504 5.5.2 <monitor>: Helo command rejected", true};
  };
  for (int i = 0; i < 200; ++i) {
    worker.turn(0ms);
    world.storage.clock.advance(16min);
  }
  CHECK(world.courier.history.size() > 100);  // two days of it
  CHECK(world.state_of(row) == Progress::queued);
  CHECK(world.now(row).attempts == 0);
  CHECK(world.now(row).last_error == "504 5.5.2 <monitor>: Helo command rejected");
  const auto trouble = world.storage.read<std::optional<MailTrouble>>(
      [&](Snapshot& snapshot) { return load_mail_trouble(world.storage->settings(), snapshot); });
  REQUIRE(trouble.has_value());
  CHECK(trouble->answer == "504 5.5.2 <monitor>: Helo command rejected");
  CHECK(trouble->since == row.created_at);

  world.courier.answer = [](const test::FakeCourier::Sent&) { return test::delivered(); };
  worker.retry_all_soon();
  turns(worker);
  CHECK(world.state_of(row) == Progress::sent);
  const auto after = world.storage.read<std::optional<MailTrouble>>(
      [&](Snapshot& snapshot) { return load_mail_trouble(world.storage->settings(), snapshot); });
  CHECK_FALSE(after.has_value());
}

TEST_CASE("a refusal of one recipient says nothing about mail, and counts after one that was about us") {
  OutboxFixture world;
  OutboxWorker worker(world.needs, world.courier);
  const Notification row = world.queue(world.mail);
  int sent = 0;
  world.courier.answer = [&](const test::FakeCourier::Sent&) {
    const bool ours = ++sent <= 5;
    return ours ? DeliveryResult{DeliveryResult::Kind::about_us, true, "550 5.7.1 relay denied"} : test::refused();
  };
  for (int i = 0; i < 20; ++i) {
    worker.turn(0ms);
    world.storage.clock.advance(2h);
  }
  CHECK(sent == 5 + 3);
  CHECK(world.state_of(row) == Progress::failed);
}

TEST_CASE("a pause that a target asked for holds everything for it, uses nothing up, and holds nobody else") {
  OutboxFixture world;
  OutboxWorker worker(world.needs, world.courier);
  const Recipient hook = world.add_webhook("https://hooks.example/x");
  std::vector<Notification> rows;
  for (int i = 0; i < 10; ++i) rows.push_back(world.queue(hook));
  const Notification mail = world.queue(world.mail);
  world.courier.answer = [](const test::FakeCourier::Sent& sent) {
    if (sent.target == "mail") return test::delivered();
    return DeliveryResult{DeliveryResult::Kind::try_later, true, "HTTP 429 (too many requests)", true, seconds(7'200)};
  };
  turns(worker);
  CHECK(world.state_of(mail) == Progress::sent);
  CHECK(world.courier.history.size() == 1 + 4);  // what was on its way already

  const Notification later = world.queue(hook);
  worker.wake();
  world.storage.clock.advance(1h);
  turns(worker);
  CHECK(world.courier.history.size() == 1 + 4);
  CHECK(world.now(later).attempts == 0);
  CHECK(world.now(later).last_error == "HTTP 429 (too many requests)");

  world.courier.answer = [](const test::FakeCourier::Sent&) { return test::delivered(); };
  world.storage.clock.advance(1h + 2min);
  turns(worker, 40);
  for (const Notification& row : rows) CHECK(world.state_of(row) == Progress::sent);
  CHECK(world.state_of(later) == Progress::sent);
}

TEST_CASE("a pause of a day is kept and leaves one more attempt") {
  OutboxFixture world;
  OutboxWorker worker(world.needs, world.courier);
  const Notification row = world.queue(world.add_webhook("https://hooks.example/x"));
  world.courier.answer = [](const test::FakeCourier::Sent&) {
    return DeliveryResult{DeliveryResult::Kind::try_later, true, "HTTP 503", true, seconds(86'400)};
  };
  turns(worker);
  REQUIRE(world.state_of(row) == Progress::queued);
  CHECK(world.now(row).next_attempt_at >= row.created_at + 24h);
  world.courier.answer = [](const test::FakeCourier::Sent&) { return test::delivered(); };
  world.storage.clock.advance(24h + 2min);
  turns(worker);
  CHECK(world.state_of(row) == Progress::sent);
}

}  // namespace connlog
