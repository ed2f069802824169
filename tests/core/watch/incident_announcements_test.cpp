// How an incident stands when its news is sent, and the entry in the timeline about a delivery.
#include "core/watch/incident_announcements.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/test_storage.h"

using namespace connlog;
using namespace std::chrono_literals;

namespace {

struct World {
  TestStorage storage;
  Workspace workspace = storage.add_workspace();
  Agent agent = storage.add_agent(workspace);
  Rule rule = storage.add_rule(workspace);
  Incident incident = storage.open_incident(rule, agent);
  Announcement told = storage.announce(incident);
  RecipientId ada = RecipientId::make({1}, storage.random), ben = RecipientId::make({1}, storage.random);

  std::optional<IncidentStanding> standing(WorkspaceId of, IncidentId id) {
    IncidentAnnouncements announcements(storage->incidents());
    return storage.read<std::optional<IncidentStanding>>(
        [&](Snapshot& snapshot) { return announcements.standing(snapshot, of, id); });
  }
  // By an object of its own, as after a restart.
  void deliver(const Announcement& announcement, RecipientId to, bool sent, const std::string& answer) {
    IncidentAnnouncements announcements(storage->incidents());
    storage.write([&](Transaction& tx) {
      return announcements.delivered(tx, announcement, to, {.at = storage.clock.now(), .sent = sent, .answer = answer});
    });
  }
  std::vector<IncidentEvent> timeline(const Incident& of) {
    return storage.read<std::vector<IncidentEvent>>(
        [&](Snapshot& snapshot) { return storage->incidents().events(snapshot, workspace.id, of.id); });
  }
};

}  // namespace

TEST_CASE("an incident stands as it is now, not as it was told") {
  World world;
  const auto before = world.standing(world.workspace.id, world.incident.id);
  REQUIRE(before.has_value());
  CHECK_FALSE(before->acknowledged_at.is_set());
  CHECK_FALSE(before->resolved_at.is_set());

  Incident incident = world.incident;
  incident.acknowledged_at = incident.opened_at + 1min;
  incident.acknowledged_by = "Ada";
  incident.resolved_at = incident.opened_at + 2min;
  incident.resolution = "recovered";
  world.storage.write([&](Transaction& tx) { return world.storage->incidents().update(tx, incident); });
  const auto now = world.standing(world.workspace.id, incident.id);
  REQUIRE(now.has_value());
  CHECK(now->acknowledged_at == incident.acknowledged_at);
  CHECK(now->acknowledged_by == "Ada");
  CHECK(now->resolved_at == incident.resolved_at);
  CHECK(now->resolution == "recovered");
}

TEST_CASE("an incident of another workspace stands nowhere") {
  World world;
  CHECK_FALSE(world.standing(world.storage.add_workspace("other").id, world.incident.id).has_value());
}

TEST_CASE("the timeline says what became of a delivery") {
  World world;
  world.deliver(world.told, world.ada, true, "Mail to a@example.org: 250 Ok");
  world.deliver(world.told, world.ben, false, "Mail to b@example.org: 550 no");
  const auto events = world.timeline(world.incident);
  REQUIRE(events.size() == 2);
  CHECK(events[0].kind == "notified");
  CHECK(events[0].text == "Mail to a@example.org: 250 Ok");
  CHECK(events[0].actor_name == "connlog");
  CHECK(events[1].kind == "notify_failed");
  CHECK(events[1].text == "Mail to b@example.org: 550 no");
}

TEST_CASE("the same outcome for the same recipient is told once; what was sent at last after a failure is told too") {
  World world;
  world.deliver(world.told, world.ada, false, "550 no");
  world.deliver(world.told, world.ada, false, "550 no");
  CHECK(world.timeline(world.incident).size() == 1);
  world.storage.restart();
  world.deliver(world.told, world.ada, false, "550 no");
  CHECK(world.timeline(world.incident).size() == 1);
  world.deliver(world.told, world.ada, true, "250 Ok");
  world.deliver(world.told, world.ada, true, "250 Ok");
  const auto events = world.timeline(world.incident);
  REQUIRE(events.size() == 2);
  CHECK(events.back().kind == "notified");
  // Another announcement of the same incident is another matter.
  world.deliver(world.storage.announce(world.incident), world.ada, true, "250 Ok");
  CHECK(world.timeline(world.incident).size() == 3);
}

TEST_CASE("each incident of which an announcement tells gets its entry; a test's has none") {
  World world;
  const Incident other = world.storage.open_incident(world.rule, world.storage.add_agent(world.workspace, "db-2"));
  Announcement both = world.told;
  both.incidents.push_back(other.id);
  world.deliver(both, world.ada, true, "250 Ok");
  CHECK(world.timeline(world.incident).size() == 1);
  CHECK(world.timeline(other).size() == 1);
  Announcement test;
  test.id = AnnouncementId::make({1}, world.storage.random);
  test.workspace = world.workspace.id;
  world.deliver(test, world.ada, true, "250 Ok");
  CHECK(world.timeline(world.incident).size() == 1);
}

TEST_CASE("an incident whose time was over is no reason to keep the outcome from being noted") {
  World world;
  Announcement late = world.told;
  late.incidents.insert(late.incidents.begin(), IncidentId::make({1}, world.storage.random));
  world.deliver(late, world.ada, true, "250 Ok");
  CHECK(world.timeline(world.incident).size() == 1);
}
