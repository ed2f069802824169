// A message that tells of many incidents: each of them gets its entry, once, also where they are written in slices.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/core/notify/outbox_fixture.h"

namespace connlog {
namespace {

using namespace std::chrono_literals;

constexpr int kMany = 1'100;

struct ManyWorld : test::OutboxFixture {
  std::vector<IncidentId> many;

  ManyWorld() {
    needs.on_queued = [] {};
    storage.write([&](Transaction& tx) -> Result<void> {
      for (int i = 1; i <= kMany; ++i) {
        Incident each = incident;
        each.id = IncidentId::make(storage.clock.now(), storage.random);
        each.part = static_cast<PartNumber>(i);  // one is open for each part
        each.part_text = "part " + std::to_string(i);
        TRY(storage->incidents().insert(tx, each));
        many.push_back(each.id);
      }
      return {};
    });
  }
  void announce_all() {
    Notify notify(needs);
    Announcement group = told(Announcement::Kind::group);
    group.incidents = many;
    group.recovered = {many.front()};
    storage.write([&](Transaction& tx) -> Result<void> {
      TRY(notify.announce(tx, group, std::span(&mail, 1)));
      return {};
    });
  }
  std::size_t entries(IncidentId id) {
    const auto timeline_of = storage.read<std::vector<IncidentEvent>>(
        [&](Snapshot& snapshot) { return storage->incidents().events(snapshot, workspace.id, id); });
    return static_cast<std::size_t>(
        std::ranges::count_if(timeline_of, [](const IncidentEvent& event) { return event.kind == "notified"; }));
  }
};

}  // namespace

TEST_CASE("a message about a thousand incidents has its entry in each timeline, once") {
  ManyWorld world;
  world.announce_all();
  OutboxWorker worker(world.needs, world.courier);
  world.courier.answer = [](const test::FakeCourier::Sent&) { return std::optional(test::delivered()); };
  worker.turn(0ms);
  REQUIRE(world.log().size() == 1);
  CHECK(world.log()[0].notification.state == Notification::State::sent);
  CHECK(std::ranges::all_of(world.many, [&](IncidentId id) { return world.entries(id) == 1; }));
}

TEST_CASE("while nothing can be stored a long message stays on its way, and is marked with all its entries afterwards") {
  ManyWorld world;
  world.announce_all();
  OutboxWorker worker(world.needs, world.courier);
  world.courier.answer = [&](const test::FakeCourier::Sent&) {
    world.stores.writes_fail = true;
    return std::optional(test::delivered());
  };
  worker.turn(0ms);
  CHECK_FALSE(worker.is_idle());
  CHECK(world.entries(world.many.back()) == 0);
  world.stores.writes_fail = false;
  world.storage.clock.advance(2s);
  worker.turn(0ms);
  CHECK(worker.is_idle());
  CHECK(world.courier.history.size() == 1);
  CHECK(std::ranges::all_of(world.many, [&](IncidentId id) { return world.entries(id) == 1; }));
}

TEST_CASE("a group comes back with the incidents of whose end it tells, and counts as told of the others alone") {
  ManyWorld world;
  world.announce_all();
  const LoggedDelivery row = world.log().at(0);
  CHECK(row.announcement.incidents.size() == kMany);
  CHECK(row.announcement.recovered == std::vector{world.many.front()});
  const auto told = [&](IncidentId id) {
    return world.storage
        .read<std::vector<RecipientId>>([&](Snapshot& snapshot) {
          return world.storage->outbox().told_of_opening(snapshot, world.workspace.id, id);
        })
        .size();
  };
  CHECK(told(world.many.front()) == 0);
  CHECK(told(world.many.back()) == 1);
  const auto open = world.storage.read<std::int64_t>([&](Snapshot& snapshot) {
    return world.storage->outbox().count_open_told(snapshot, world.workspace.id, world.mail.id, 4);
  });
  CHECK(open == 4);  // as far as was asked
}

}  // namespace connlog
