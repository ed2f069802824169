// Who is told, what people do, and our own faults, as stories over the real database under a fake clock.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/alert_world.h"

using namespace connlog;
using namespace std::chrono_literals;

namespace {

using Kind = Announcement::Kind;

std::vector<std::string> kinds(const std::vector<IncidentEvent>& events) {
  std::vector<std::string> kinds;
  for (const IncidentEvent& event : events) kinds.push_back(event.kind);
  return kinds;
}

}  // namespace

// ── Who is told ──

TEST_CASE("a rule tells its own recipients, or everybody who receives by default; never who is switched off") {
  AlertWorld world;
  Recipient other = world.storage.add_recipient(world.workspace, "grace@example.org");
  other.receives_by_default = false;
  world.storage.write([&](Transaction& tx) { return world.storage->recipients().update(tx, other); });
  Recipient off = world.storage.add_recipient(world.workspace, "off@example.org");
  off.enabled = false;
  world.storage.write([&](Transaction& tx) { return world.storage->recipients().update(tx, off); });

  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  world.pass(40s);
  auto rows = world.notifications(world.open_incidents().front());
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].shown == "ada@example.org");
  world.heartbeat(agent);

  Rule silence = world.silence_rule();
  silence.recipients = {other.id, off.id};
  world.change(silence);
  world.pass(100s);
  rows = world.notifications(world.open_incidents().front());
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].shown == "grace@example.org");
}

TEST_CASE("only who was told of the opening hears of the end") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  world.pass(40s);
  world.storage.add_recipient(world.workspace, "late@example.org");
  world.heartbeat(agent);
  const auto rows = world.notifications(world.incidents().front());
  REQUIRE(rows.size() == 2);
  for (const Notification& row : rows) CHECK(row.shown == "ada@example.org");
}

TEST_CASE("who could not be told of the opening is not told of the end") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  world.pass(40s);
  Notification row = world.notifications(world.open_incidents().front()).front();
  row.state = Notification::State::failed;
  world.storage.write([&](Transaction& tx) { return world.storage->outbox().update(tx, row); });
  world.heartbeat(agent);
  CHECK(world.open_incidents().empty());
  CHECK(world.outbox(Kind::incident_resolved) == 0);
}

TEST_CASE("testing a rule queues a test for everybody whom it would tell") {
  AlertWorld world;
  world.storage.add_recipient(world.workspace, "grace@example.org");
  std::int64_t queued = 0;
  REQUIRE(world.in_transaction([&](Transaction& tx) -> Result<void> {
    queued = TRY(world.services->rules.send_test(tx, world.actor(), world.silence_rule_id()));
    return {};
  }));
  CHECK(queued == 2);
  CHECK(world.woken == 1);  // once for both
}

// ── People ──

TEST_CASE("acknowledging notes who and when, once, and never a resolved incident") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  world.pass(40s);
  const IncidentId id = world.open_incidents().front().id;
  const auto acknowledge = [&](const std::string& comment) {
    return world.in_transaction([&](Transaction& tx) -> Result<void> {
      TRY(world.services->incidents.acknowledge(tx, world.actor(), id, comment));
      return {};
    });
  };
  world.pass(1s);  // of one instant, the order of a timeline is open
  CHECK(acknowledge("on my way"));
  const Incident incident = world.open_incidents().front();
  CHECK(incident.acknowledged_by == "Ada");
  CHECK(incident.acknowledged_at == world.clock.now());
  CHECK(incident.version == 2);
  CHECK(kinds(world.timeline(incident)) == std::vector<std::string>{"opened", "acknowledged"});
  CHECK(world.timeline(incident).back().text == "on my way");
  CHECK(acknowledge("").error().code == ErrorCode::conflict);
  world.heartbeat(agent);
  CHECK(acknowledge("").error().code == ErrorCode::conflict);
  const auto acts = world.audit_acts();
  CHECK(std::count(acts.begin(), acts.end(), "incident.acknowledged") == 1);
}

TEST_CASE("another workspace's rule, agent or incident is not there") {  // threats 10
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  world.pass(40s);
  Actor stranger = world.actor();
  stranger.workspace = world.storage.add_workspace("other").id;
  const auto refused = [&](const std::function<Result<void>(Transaction&)>& act) {
    const auto result = world.in_transaction(act);
    return !result && result.error().code == ErrorCode::not_found;
  };
  CHECK(refused([&](Transaction& tx) -> Result<void> {
    TRY(world.services->incidents.acknowledge(tx, stranger, world.open_incidents().front().id, ""));
    return {};
  }));
  CHECK(refused([&](Transaction& tx) -> Result<void> {
    AgentChange change;
    change.disabled = true;
    TRY(world.services->agents.change(tx, stranger, agent.agent.id, change));
    return {};
  }));
  CHECK(refused([&](Transaction& tx) { return world.services->agents.remove(tx, stranger, agent.agent.id); }));
  CHECK(refused([&](Transaction& tx) { return world.services->rules.remove(tx, stranger, world.silence_rule_id()); }));
  CHECK(!world.services->agent_directory.find(stranger.workspace, agent.agent.id));
}

TEST_CASE("an agent is added only by who confirms that they may monitor it, and the confirmation is audited") {
  AlertWorld world;
  const auto refused = world.in_transaction([&](Transaction& tx) -> Result<void> {
    NewAgent wanted;
    wanted.name = "db-1";
    TRY(world.services->agents.add(tx, world.actor(), wanted));
    return {};
  });
  REQUIRE(!refused);
  CHECK(refused.error().field == "authorised");
  world.add_agent();
  const auto acts = world.audit_acts();
  CHECK(std::count(acts.begin(), acts.end(), "agent.added") == 1);
}

TEST_CASE("a preview tells how many agents a rule is about, matches now, and would have reported") {
  AlertWorld world;
  const TestAgent full = world.add_agent("full");
  const TestAgent roomy = world.add_agent("roomy");
  for (int i = 0; i < 40; ++i) {
    world.heartbeat(full, Vitals::disk(i % 20 < 10 ? 95 : 50));
    world.heartbeat(roomy, Vitals::disk(20));
    world.clock.advance(10s);
  }
  world.heartbeat(full, Vitals::disk(95));
  Rule rule = world.default_rule(Metric::disk_percent);
  rule.duration_seconds = 60;
  rule.cooldown_seconds = 0;
  Actor asker;
  asker.workspace = world.workspace.id;
  const RulePreview preview = world.storage.read<RulePreview>(
      [&](Snapshot& snapshot) { return world.services->rules.preview(snapshot, asker, rule); });
  CHECK(preview.targeted_subjects == 2);
  CHECK(preview.matching_now == 1);
  CHECK(preview.incidents_30_days == 2);
  CHECK(preview.complete);

  rule.kind = RuleKind::silence;
  world.pass(60s);
  const RulePreview silence = world.storage.read<RulePreview>(
      [&](Snapshot& snapshot) { return world.services->rules.preview(snapshot, asker, rule); });
  CHECK(silence.matching_now == 2);
  CHECK(silence.incidents_30_days == 2);
}

// ── Our own faults (threats 29) ──

TEST_CASE("while the database refuses, nobody falls silent who speaks") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  world.pass(10s);
  world.dice.failures_percent = 100;
  for (int i = 0; i < 30; ++i) {
    CHECK(world.send(world.beat(agent)).status == 503);
    world.pass(10s);
  }
  CHECK(world.live(agent).shown == ShownState::up);
  world.dice.failures_percent = 0;
  world.pass(20s);
  world.heartbeat(agent);
  CHECK(world.incidents().empty());
}

TEST_CASE("while nothing can be stored, states are unknown and nobody falls silent; afterwards silence counts anew") {
  AlertWorld world;
  const TestAgent speaker = world.add_agent("db-1");
  const TestAgent gone = world.add_agent("db-2");
  world.heartbeat(gone);
  world.pass(60s);
  CHECK(world.live(gone).shown == ShownState::down);
  CHECK(world.open_incidents().size() == 1);
  world.heartbeat(speaker);
  CHECK(world.live(speaker).shown == ShownState::up);

  world.storage->health().failed("the quota is used up");
  CHECK(world.live(speaker).shown == ShownState::unknown);
  CHECK(world.live(gone).shown == ShownState::down);  // it was silent before, and was not heard since
  REQUIRE(!world.events.empty());
  CHECK(world.events.back().name == EventName::storage_changed);
  CHECK(world.events.back().data.find("the quota is used up") != std::string::npos);
  world.pass(600s);
  CHECK(world.incidents().size() == 1);
  CHECK(world.services->scheduler.is_alive());

  world.storage->health().stored();
  CHECK(world.live(speaker).shown == ShownState::up);
  world.pass(39s);
  CHECK(world.incidents().size() == 1);  // it has a whole window to speak again
  world.pass(3s);
  CHECK(world.open_incidents().size() == 2);
  CHECK(world.live(speaker).shown == ShownState::down);
}

TEST_CASE("silence that could not be written down is written later") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  world.dice.failures_percent = 100;
  world.pass(60s);
  CHECK(world.incidents().empty());
  CHECK(world.outbox(Kind::incident_opened) == 0);
  CHECK(world.live(agent).shown == ShownState::up);
  CHECK(world.services->scheduler.is_alive());
  world.dice.failures_percent = 0;
  world.pass(5s);
  CHECK(world.open_incidents().size() == 1);
  CHECK(world.outbox(Kind::incident_opened) == 1);
}

TEST_CASE("the scheduler's watchdog tells when its rounds stop") {
  AlertWorld world;
  world.services->scheduler.run_once();
  CHECK(world.services->scheduler.is_alive());
  world.clock.advance(16s);
  CHECK(!world.services->scheduler.is_alive());
}
