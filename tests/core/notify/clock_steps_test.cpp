// Alerts and letters wait as long as they should, whatever the wall clock does meanwhile.
#include <doctest/doctest.h>

#include <optional>
#include <type_traits>

#include "core/notify/letter_worker.h"
#include "core/notify/outbox_worker.h"
#include "core/notify/retry_schedule.h"
#include "tests/core/notify/outbox_fixture.h"

namespace connlog {
namespace {

using namespace std::chrono_literals;
using test::OutboxFixture;
using Progress = Notification::State;
using days = std::chrono::days;

template <typename Worker>
void turns(Worker& worker, OutboxFixture& world) {
  for (int i = 0; i < 3; ++i) {
    if constexpr (std::is_same_v<Worker, OutboxWorker>) {
      worker.turn(0ms);
    } else {
      worker.turn();
      world.courier.poll(0ms);
    }
  }
}

struct LetterWorld : OutboxFixture {
  Letters post{needs, [] {}};

  LetterId queue_letter(Instant useful_until = {}) {
    Letter letter;
    letter.kind = "password_reset";
    letter.to_name = "Ada";
    letter.to_address = "ada@example.com";
    letter.headline = "Choose a new password";
    letter.paragraphs = {"Somebody asked for a new password."};
    letter.useful_until = useful_until;
    LetterId id;
    storage.write([&](Transaction& tx) -> Result<void> {
      id = TRY(post.post(tx, letter));
      return {};
    });
    return id;
  }
  PostedLetter letter(LetterId id) {
    return *storage.read<std::optional<PostedLetter>>(
        [&](Snapshot& snapshot) { return storage->letters().find(snapshot, id); });
  }
};

auto busy_server() {
  return [](const test::FakeCourier::Sent&) { return std::optional(test::busy()); };
}
auto good_server() {
  return [](const test::FakeCourier::Sent&) { return std::optional(test::delivered()); };
}

}  // namespace

TEST_CASE("a queued alert waits its time and no longer when the clock is set, back or ahead") {
  for (const microseconds step : {microseconds(-6h), microseconds(-days(365)), microseconds(6h),
                                  microseconds(days(365)), microseconds(40s), microseconds(-40s)}) {
    CAPTURE(step.count());
    OutboxFixture world;
    OutboxWorker worker(world.needs, world.courier);
    const Notification row = world.queue(world.mail);
    world.courier.answer = busy_server();
    turns(worker, world);
    REQUIRE(world.courier.history.size() == 1);
    const microseconds wait = world.now(row).next_attempt_at - world.storage.clock.now();

    world.storage.clock.step_wall_clock(step);
    turns(worker, world);
    CHECK(world.courier.history.size() == 1);  // not at once …
    CHECK(world.now(row).attempts == 1);
    CHECK(world.now(row).next_attempt_at == world.storage.clock.now() + wait);  // … and people see the new time
    world.storage.clock.advance(wait - 1us);
    turns(worker, world);
    CHECK(world.courier.history.size() == 1);
    world.courier.answer = good_server();
    world.storage.clock.advance(1us);
    turns(worker, world);
    CHECK(world.courier.history.size() == 2);
    CHECK(world.state_of(row) == Progress::sent);
  }
}

TEST_CASE("after a restart a row from the future is due at once, whether it was tried, waited or was being sent") {
  OutboxFixture world;
  const Notification tried = world.queue(world.mail);
  const Notification leased = world.queue(world.add_webhook("https://hooks.example/x"));
  {
    OutboxWorker before(world.needs, world.courier);
    world.courier.answer = [](const test::FakeCourier::Sent& sent) -> std::optional<DeliveryResult> {
      if (sent.target == "mail") return test::busy();
      return std::nullopt;
    };
    turns(before, world);
  }
  world.courier.pending.clear();  // the process is gone
  const Notification fresh = world.queue(world.mail);
  REQUIRE(world.state_of(leased) == Progress::leased);
  REQUIRE(world.state_of(tried) == Progress::queued);
  world.storage.clock.step_wall_clock(-6h);
  OutboxWorker after(world.needs, world.courier);
  world.courier.answer = good_server();
  turns(after, world);
  for (const Notification& row : {tried, leased, fresh}) CHECK(world.state_of(row) == Progress::sent);
}

TEST_CASE("a step of the clock gives no alert up: only attempts and the time that really passed do") {
  OutboxFixture world;
  OutboxWorker worker(world.needs, world.courier);
  const Notification row = world.queue(world.mail);
  world.courier.answer = busy_server();
  turns(worker, world);
  world.storage.clock.step_wall_clock(days(365));
  const Monotonic from = world.storage.clock.monotonic();
  const std::size_t tries = world.courier.history.size();
  while (world.state_of(row) == Progress::queued) {
    world.storage.clock.advance(1min);
    worker.turn(0ms);
    worker.turn(0ms);
    REQUIRE(world.storage.clock.monotonic() - from < 30h);
  }
  CHECK(world.state_of(row) == Progress::failed);
  CHECK(world.storage.clock.monotonic() - from > 12h);
  CHECK(world.courier.history.size() - tries > 15);
}

TEST_CASE("how long something was really tried is bounded by its attempts") {
  CHECK(really_passed(10s, 1) == 10s);
  CHECK(really_passed(days(365), 1) == microseconds(kLongestAttempt));
  CHECK(really_passed(3h, 20) == 3h);
  CHECK(really_passed(-6h, 1) == 0s);
  CHECK(really_passed(-6h, 3) == 36s);  // 15 s and 30 s, less a fifth
  CHECK(really_passed(-days(365), 1'000) > microseconds(kRetryFor));
  CHECK(rest_of_wait(Instant{100'000'000}, 1, Instant{90'000'000}) == 10s);
  CHECK(rest_of_wait(Instant{100'000'000}, 0, Instant{90'000'000}) == 0s);   // not tried yet
  CHECK(rest_of_wait(Instant{100'000'000}, 1, Instant{200'000'000}) == 0s);  // over
  CHECK(rest_of_wait(Instant{100'000'000}, 1, Instant{10'000'000}) == 0s);   // longer than it ever waits
}

TEST_CASE("a letter waits its time and no longer when the clock is set, and after a restart") {
  for (const microseconds step : {microseconds(-6h), microseconds(-days(365)), microseconds(40s)}) {
    CAPTURE(step.count());
    LetterWorld world;
    LetterWorker worker(world.needs, world.courier);
    const LetterId id = world.queue_letter();
    world.courier.answer = busy_server();
    turns(worker, world);
    REQUIRE(world.courier.history.size() == 1);
    const microseconds wait = world.letter(id).next_attempt_at - world.storage.clock.now();
    world.storage.clock.step_wall_clock(step);
    turns(worker, world);
    CHECK(world.courier.history.size() == 1);
    world.courier.answer = good_server();
    world.storage.clock.advance(wait);
    turns(worker, world);
    CHECK(world.letter(id).state == Progress::sent);
  }
  LetterWorld world;
  const LetterId id = world.queue_letter();
  {
    LetterWorker before(world.needs, world.courier);
    world.courier.answer = busy_server();
    turns(before, world);
  }
  world.storage.clock.step_wall_clock(-6h);
  LetterWorker after(world.needs, world.courier);
  world.courier.answer = good_server();
  turns(after, world);
  CHECK(world.letter(id).state == Progress::sent);
}

}  // namespace connlog
