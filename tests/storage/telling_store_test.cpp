// How the telling of incidents stands, as it is stored: what is due, what is woken, and what a start does to times that another
// clock wrote.
#include <doctest/doctest.h>

#include "core/watch/telling/telling_store.h"
#include "tests/support/test_storage.h"

using namespace connlog;
using namespace std::chrono_literals;

namespace {

struct Tellings {
  TestStorage storage;
  Workspace workspace = storage.add_workspace();
  Agent agent = storage.add_agent(workspace);
  Rule rule = storage.add_rule(workspace);
  Recipient recipient = storage.add_recipient(workspace);
  Instant now = storage.clock.now();

  TellingRow row(const Incident& incident, TellingPhase phase) {
    TellingRow made;
    made.incident = incident.id;
    made.workspace = workspace.id;
    made.subject = incident.subject;
    made.phase = phase;
    made.stage = "mute";
    made.reason = "muted";
    return made;
  }
  void put(const TellingRow& wanted) {
    storage.write([&](Transaction& tx) { return storage->tellings().put(tx, wanted); });
  }
  TellingRow stored(const Incident& incident) {
    return storage
        .read<std::optional<TellingRow>>(
            [&](Snapshot& snapshot) { return storage->tellings().find(snapshot, workspace.id, incident.id); })
        .value();
  }
  std::size_t due(Instant at) {
    return storage
        .read<std::vector<TellingRow>>([&](Snapshot& snapshot) { return storage->tellings().due(snapshot, at, 10); })
        .size();
  }
};

}  // namespace

TEST_CASE("a row comes back as it was, and is due by its look or by its reminder, not before, and once") {
  Tellings world;
  const Incident incident = world.storage.open_incident(world.rule, world.agent);
  TellingRow row = world.row(incident, TellingPhase::held);
  row.text = "muted: known";
  row.held_by = world.agent.id;
  row.look_at = world.now + 60s;
  row.told_at = world.now;
  row.repeat_at = world.now + 30s;
  row.reminders = 3;
  row.awaits_until = world.now + 61s;
  world.put(row);
  const TellingRow stored = world.stored(incident);
  CHECK(stored.phase == TellingPhase::held);
  CHECK(stored.text == row.text);
  CHECK(stored.held_by == row.held_by);
  CHECK(stored.look_at == row.look_at);
  CHECK(stored.repeat_at == row.repeat_at);
  CHECK(stored.reminders == 3);
  CHECK(stored.awaits_until == row.awaits_until);
  CHECK(world.due(world.now) == 0);
  CHECK(world.due(world.now + 30s) == 1);
  CHECK(world.due(world.now + 90s) == 1);
  const auto next = world.storage.read<TellingStore::Next>(
      [&](Snapshot& snapshot) { return world.storage->tellings().next_due(snapshot); });
  CHECK(next.engine == world.now + 30s);
  CHECK_FALSE(next.wall.has_value());
}

TEST_CASE("what a subject holds is woken, and nothing else") {
  Tellings world;
  const Agent other = world.storage.add_agent(world.workspace, "db-2");
  const Incident one = world.storage.open_incident(world.rule, world.agent);
  const Incident two = world.storage.open_incident(world.rule, other);
  TellingRow held = world.row(one, TellingPhase::held), free = world.row(two, TellingPhase::held);
  held.held_by = other.id;
  held.look_at = free.look_at = world.now + 600s;
  world.put(held);
  world.put(free);
  world.storage.write([&](Transaction& tx) -> Result<void> {
    const std::int64_t woken = TRY(world.storage->tellings().wake(tx, world.workspace.id, other.id, world.now));
    CHECK(woken == 1);
    return {};
  });
  CHECK(world.stored(one).look_at == world.now);
  CHECK(world.stored(two).look_at == world.now + 600s);
  world.storage.write([&](Transaction& tx) -> Result<void> {
    const std::int64_t woken = TRY(world.storage->tellings().wake(tx, world.workspace.id, SubjectId{}, world.now));
    CHECK(woken == 2);
    return {};
  });
}

TEST_CASE("after a start nothing waits longer than its own window, whatever clock wrote it") {
  Tellings world;
  const Agent other = world.storage.add_agent(world.workspace, "db-2");
  Incident told = world.storage.open_incident(world.rule, world.agent);
  const Incident held = world.storage.open_incident(world.rule, other);
  told.acknowledged_at = world.now + 24h;
  told.acknowledged_until = world.now + 32h;
  world.storage.write([&](Transaction& tx) { return world.storage->incidents().update(tx, told); });
  world.rule.repeat_seconds = 600;
  world.storage.write([&](Transaction& tx) { return world.storage->rules().update(tx, world.rule); });
  TellingRow row = world.row(told, TellingPhase::told);
  row.look_at = world.now + 32h;
  row.repeat_at = world.now + 24h;
  world.put(row);
  row = world.row(held, TellingPhase::held);
  row.look_at = world.now + 24h;
  world.put(row);
  const Incident untold = world.storage.open_incident(world.rule, world.storage.add_agent(world.workspace, "db-3"));
  row = world.row(untold, TellingPhase::dropped);
  row.reason = to_text(TellingReason::nobody_named);
  row.look_at = world.now + 24h;
  world.put(row);
  RecipientPace pace;
  pace.workspace = world.workspace.id;
  pace.recipient = world.recipient.id;
  pace.window_until = world.now + 24h;
  pace.step = 1;
  world.storage.write([&](Transaction& tx) -> Result<void> {
    TRY(world.storage->tellings().put_pace(tx, pace));
    const std::int64_t looked = TRY(world.storage->tellings().after_restart(tx, world.now));
    CHECK(looked == 1);
    return {};
  });
  CHECK(world.stored(told).look_at == world.now + 8h);
  CHECK(world.stored(told).repeat_at == world.now + 600s);
  CHECK(world.stored(held).look_at == world.now);
  CHECK(world.stored(untold).look_at == world.now);
  const auto kept = world.storage.read<std::optional<RecipientPace>>([&](Snapshot& snapshot) {
    return world.storage->tellings().pace(snapshot, world.workspace.id, world.recipient.id);
  });
  CHECK(kept.value().window_until == world.now + 300s);
}

TEST_CASE("of an incident the newest two hundred decisions stay, in their order") {
  Tellings world;
  const Incident incident = world.storage.open_incident(world.rule, world.agent);
  world.storage.write([&](Transaction& tx) -> Result<void> {
    for (int i = 0; i < 205; ++i) {
      TellingEntry entry;
      entry.incident = incident.id;
      entry.workspace = world.workspace.id;
      entry.at = world.now;
      entry.text = std::to_string(i);
      TRY(world.storage->tellings().add_entry(tx, entry));
    }
    return {};
  });
  const auto entries = world.storage.read<std::vector<TellingEntry>>([&](Snapshot& snapshot) {
    return world.storage->tellings().entries(snapshot, world.workspace.id, incident.id);
  });
  REQUIRE(entries.size() == 200);
  CHECK(entries.front().text == "5");
  CHECK(entries.back().text == "204");
}

TEST_CASE("what waits for a recipient waits once, and goes with its incident or with the message") {
  Tellings world;
  const Incident incident = world.storage.open_incident(world.rule, world.agent);
  const auto waiting = [&](bool for_digest) {
    return world.storage
        .read<std::vector<WaitingTelling>>([&](Snapshot& snapshot) {
          return world.storage->tellings().waiting_of(snapshot, world.workspace.id, world.recipient.id, for_digest);
        })
        .size();
  };
  WaitingTelling one;
  one.workspace = world.workspace.id;
  one.recipient = world.recipient.id;
  one.incident = incident.id;
  one.at = world.now;
  for (int i = 0; i < 2; ++i)
    world.storage.write([&](Transaction& tx) { return world.storage->tellings().wait(tx, one); });
  CHECK(waiting(false) == 1);
  CHECK(waiting(true) == 0);
  world.storage.write([&](Transaction& tx) {
    return world.storage->tellings().no_longer_waiting(tx, world.workspace.id, incident.id, ToldWhat::opened);
  });
  CHECK(waiting(false) == 0);
}
