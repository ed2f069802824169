// What notify is told of an incident, and the entry in the timeline about a delivery.
#include "core/watch/incident_announcements.h"

#include <doctest/doctest.h>

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
  IncidentAnnouncements announcements{storage->incidents(), storage.random};

  std::optional<AnnouncedIncident> find(WorkspaceId of, IncidentId id) {
    return storage.read<std::optional<AnnouncedIncident>>(
        [&](Snapshot& snapshot) { return announcements.find(snapshot, of, id); });
  }
};

}  // namespace

TEST_CASE("an incident is told as it is now, in the words of its rule") {
  World world;
  Incident incident = world.incident;
  incident.summary = "Disk used on db-1 is 93.2 %";
  incident.acknowledged_at = incident.opened_at + 1min;
  incident.acknowledged_by = "Ada";
  incident.resolved_at = incident.opened_at + 2min;
  incident.resolution = "recovered";
  world.storage.write([&](Transaction& tx) { return world.storage->incidents().update(tx, incident); });

  const auto told = world.find(world.workspace.id, incident.id);
  REQUIRE(told.has_value());
  CHECK(told->id == incident.id);
  CHECK(told->agent == incident.agent);
  CHECK(told->agent_name == incident.agent_name);
  CHECK(told->rule == incident.rule);
  CHECK(told->rule_sentence == incident.rule_sentence);
  CHECK(told->summary == incident.summary);
  CHECK(told->opened_at == incident.opened_at);
  CHECK(told->acknowledged_at == incident.acknowledged_at);
  CHECK(told->acknowledged_by == "Ada");
  CHECK(told->resolved_at == incident.resolved_at);
  CHECK(told->resolution == "recovered");
}

TEST_CASE("kind and severity are told as words") {
  Incident incident;
  incident.kind = RuleKind::silence;
  incident.severity = Severity::warning;
  CHECK(announced(incident).kind == "silence");
  CHECK(announced(incident).severity == "warning");
  incident.kind = RuleKind::metric;
  incident.severity = Severity::critical;
  CHECK(announced(incident).kind == "metric");
  CHECK(announced(incident).severity == "critical");
}

TEST_CASE("an incident of another workspace is told to nobody") {
  World world;
  CHECK_FALSE(world.find(world.storage.add_workspace("other").id, world.incident.id).has_value());
}

TEST_CASE("the timeline says what became of a delivery") {
  World world;
  Notification sent;
  sent.incident = world.incident.id;
  sent.workspace = world.workspace.id;
  sent.state = Notification::State::sent;
  Notification failed = sent;
  failed.state = Notification::State::failed;
  const Instant now = world.storage.clock.now();
  world.storage.write([&](Transaction& tx) -> Result<void> {
    TRY(world.announcements.delivered(tx, sent, now, "Mail to a@example.org: 250 Ok"));
    return world.announcements.delivered(tx, failed, now + 1s, "Mail to b@example.org: 550 no");
  });
  const auto events = world.storage.read<std::vector<IncidentEvent>>([&](Snapshot& snapshot) {
    return world.storage->incidents().events(snapshot, world.workspace.id, world.incident.id);
  });
  REQUIRE(events.size() >= 2);
  const IncidentEvent& first = events[events.size() - 2];
  const IncidentEvent& second = events.back();
  CHECK(first.kind == "notified");
  CHECK(first.text == "Mail to a@example.org: 250 Ok");
  CHECK(first.actor_name == "connlog");
  CHECK(second.kind == "notify_failed");
  CHECK(second.text == "Mail to b@example.org: 550 no");
}
