// Threat 28 (Healthchecks, Uptime Kuma, Beszel): a notification that is marked sent before it is sent, so that a crash
// in between loses it. connlog sends, then marks: every point at which it can die ends in one delivery or in two under
// one id.
#include <doctest/doctest.h>

#include "tests/core/notify/outbox_fixture.h"

namespace connlog {
namespace {

using namespace std::chrono_literals;
using test::OutboxFixture;
using Progress = Notification::State;

}  // namespace

TEST_CASE("a crash at any point of a delivery loses nothing and keeps the id") {
  enum class Crash { before_lease, after_lease, while_sending, after_sending_before_mark, after_mark };
  for (const Crash crash : {Crash::before_lease, Crash::after_lease, Crash::while_sending,
                            Crash::after_sending_before_mark, Crash::after_mark}) {
    CAPTURE(static_cast<int>(crash));
    OutboxFixture world;
    const Notification row = world.queue(world.mail);
    int arrived = 0;
    const auto taken = [&](const test::FakeCourier::Sent&) -> std::optional<DeliveryResult> {
      ++arrived;
      return test::delivered();
    };
    {
      OutboxWorker worker(world.needs, world.courier);
      if (crash == Crash::after_lease) world.courier.on_send = [](const test::FakeCourier::Sent&) {};
      if (crash == Crash::after_sending_before_mark || crash == Crash::after_mark) world.courier.answer = taken;
      if (crash == Crash::after_sending_before_mark) {
        world.courier.on_send = [&](const test::FakeCourier::Sent&) { world.stores.writes_fail = true; };
      }
      if (crash != Crash::before_lease) worker.turn(0ms);
    }  // the process ends here; nothing of its memory is left
    world.courier.pending.clear();
    world.courier.on_send = nullptr;
    world.stores.writes_fail = false;
    if (crash != Crash::after_mark) CHECK(world.state_of(row) != Progress::sent);

    OutboxWorker next(world.needs, world.courier);
    world.courier.answer = taken;
    next.turn(0ms);
    next.turn(0ms);
    CHECK(world.state_of(row) == Progress::sent);
    CHECK(arrived == (crash == Crash::after_sending_before_mark ? 2 : 1));
    for (const std::string& id : world.courier.history) CHECK(id == row.message_id);
    CHECK(world.timeline_count("notified") == 1);
  }
}

TEST_CASE("nothing is marked sent while the other side has not taken it") {
  OutboxFixture world;
  OutboxWorker worker(world.needs, world.courier);
  const Notification row = world.queue(world.mail);
  for (int i = 0; i < 5; ++i) {
    worker.turn(0ms);
    CHECK(world.state_of(row) == Progress::leased);
    CHECK_FALSE(world.now(row).sent_at.is_set());
  }
  world.courier.answer = [](const test::FakeCourier::Sent&) { return test::unreachable(); };
  worker.turn(0ms);
  CHECK(world.state_of(row) == Progress::queued);
  CHECK_FALSE(world.now(row).sent_at.is_set());
}

}  // namespace connlog
