// Agents and alerts as stories, over the real database under a fake clock.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/alert_world.h"

using namespace connlog;
using namespace std::chrono_literals;

namespace {

using Kind = Notification::Kind;

std::vector<std::string> kinds(const std::vector<IncidentEvent>& events) {
  std::vector<std::string> kinds;
  for (const IncidentEvent& event : events) kinds.push_back(event.kind);
  return kinds;
}

int count(const std::vector<Event>& events, EventName name) {
  return static_cast<int>(
      std::count_if(events.begin(), events.end(), [&](const Event& event) { return event.name == name; }));
}

}  // namespace

// ── Silence ──

TEST_CASE("an agent silent past its grace period opens one incident, once, and its recovery resolves it") {
  AlertWorld world;
  const TestAgent agent = world.add_agent("db-1");
  CHECK(world.live(agent).state == AgentState::pending);
  world.heartbeat(agent);
  CHECK(world.live(agent).state == AgentState::up);

  world.pass(39s);
  CHECK(world.open_incidents().empty());
  world.pass(1s);
  auto open = world.open_incidents();
  REQUIRE(open.size() == 1);
  CHECK(open[0].summary == "db-1 has been silent for 40 s");
  CHECK(open[0].rule_sentence == "When an agent falls silent");
  CHECK(world.live(agent).state == AgentState::down);
  CHECK(world.live(agent).open_incidents == 1);
  CHECK(world.woken == 1);
  CHECK(count(world.events, EventName::incident_opened) == 1);

  world.pass(300s);
  CHECK(world.incidents().size() == 1);
  CHECK(world.outbox(Kind::incident_opened) == 1);

  world.heartbeat(agent);
  CHECK(world.open_incidents().empty());
  CHECK(world.live(agent).state == AgentState::up);
  const auto resolved = world.incidents().front();
  CHECK(resolved.resolution == "recovered");
  CHECK(kinds(world.timeline(resolved)) == std::vector<std::string>{"opened", "resolved"});
  CHECK(world.outbox(Kind::incident_resolved) == 1);
  CHECK(count(world.events, EventName::incident_resolved) == 1);
}

TEST_CASE("the message id of a notification is its own, and stays") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  world.pass(40s);
  const auto rows = world.notifications(world.open_incidents().front());
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].message_id == "<" + rows[0].id.text() + "@monitor.example.org>");
  CHECK(rows[0].shown == "ada@example.org");
  CHECK(rows[0].state == Notification::State::queued);
  CHECK(rows[0].next_attempt_at == world.clock.now());
}

TEST_CASE("an agent that was never heard cannot fall silent") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.services->ingest.config(agent.authorization);
  world.pass(600s);
  world.restart(3'600s);
  world.pass(600s);
  CHECK(world.incidents().empty());
  CHECK(world.live(agent).state == AgentState::pending);
}

TEST_CASE("a restart in each state changes nothing") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.restart();  // pending
  CHECK(world.live(agent).state == AgentState::pending);
  world.heartbeat(agent);
  world.restart();  // up
  CHECK(world.live(agent).state == AgentState::up);
  CHECK(world.live(agent).newest.has_value());
  world.pass(40s);
  REQUIRE(world.open_incidents().size() == 1);
  const IncidentId incident = world.open_incidents().front().id;
  world.restart();  // open
  CHECK(world.live(agent).state == AgentState::down);
  CHECK(world.live(agent).open_incidents == 1);
  world.pass(120s);
  REQUIRE(world.open_incidents().size() == 1);
  CHECK(world.open_incidents().front().id == incident);
  CHECK(world.outbox(Kind::incident_opened) == 1);
  world.heartbeat(agent);
  CHECK(world.open_incidents().empty());
  world.restart();  // in cooldown
  world.pass(600s);
  REQUIRE(world.open_incidents().size() == 1);  // silent again, past the cooldown
  CHECK(world.incidents().size() == 2);
}

TEST_CASE("while we were down nobody was silent: after a start, silence counts from the moment we listen") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  world.restart(86'400s);
  world.pass(39s);
  CHECK(world.open_incidents().empty());
  world.pass(1s);
  REQUIRE(world.open_incidents().size() == 1);
  CHECK(world.open_incidents().front().summary == "db-1 has been silent for 1 d");
}

TEST_CASE("an agent that returns within its grace period after our outage causes no incident") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  world.restart(7'200s);
  world.pass(30s);
  world.beat_for(agent, 300s);
  CHECK(world.incidents().empty());
}

TEST_CASE("a wall clock that steps neither makes an agent silent nor hides its silence") {
  for (const seconds step : {-86'400s, -30s, 30s, 86'400s}) {
    CAPTURE(step.count());
    AlertWorld world;
    const TestAgent agent = world.add_agent();
    world.beat_for(agent, 60s);
    world.clock.step_wall_clock(step);
    world.pass(9s);
    world.beat_for(agent, 60s);
    CHECK(world.incidents().empty());
    world.clock.step_wall_clock(-step);
    world.pass(29s);  // the last heartbeat was 10 s before
    CHECK(world.incidents().empty());
    world.pass(1s);
    CHECK(world.open_incidents().size() == 1);
  }
}

TEST_CASE("an agent that falls silent again within the cooldown is reported when the cooldown is over") {
  AlertWorld world;
  Rule silence = world.silence_rule();
  silence.cooldown_seconds = 600;
  world.change(silence);
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  world.pass(40s);
  CHECK(world.incidents().size() == 1);
  world.heartbeat(agent);  // recovered: the cooldown runs
  world.pass(40s);
  CHECK(world.live(agent).state == AgentState::down);  // what is true is shown at once
  CHECK(world.open_incidents().empty());
  world.pass(559s);
  CHECK(world.open_incidents().empty());
  world.pass(1s);
  CHECK(world.open_incidents().size() == 1);
}

TEST_CASE("a cooldown that runs over a restart ends when it should") {
  AlertWorld world;
  Rule silence = world.silence_rule();
  silence.cooldown_seconds = 600;
  world.change(silence);
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  world.pass(40s);
  world.heartbeat(agent);
  world.pass(40s);
  world.restart(100s);
  world.pass(459s);
  CHECK(world.open_incidents().empty());
  world.pass(1s);
  CHECK(world.open_incidents().size() == 1);
}

// ── The interval in force (§12.5) ──

TEST_CASE("silence is judged by the interval that the agent runs, not by the one just saved") {
  AlertWorld world;
  const TestAgent agent = world.add_agent("slow", {}, 300);
  world.heartbeat(agent);
  AgentChange faster;
  faster.interval_seconds = 10;
  world.change(agent, faster);
  world.pass(100s);
  CHECK(world.incidents().empty());  // it still sleeps for 300 s
  world.restart(10s);
  world.pass(1'199s);
  CHECK(world.incidents().empty());  // and after a restart too
  world.pass(1s);
  CHECK(world.open_incidents().size() == 1);
}

TEST_CASE("once it acknowledges the shorter interval, it is judged by that") {
  AlertWorld world;
  const TestAgent agent = world.add_agent("slow", {}, 300);
  world.heartbeat(agent);
  AgentChange faster;
  faster.interval_seconds = 10;
  world.change(agent, faster);
  Beat old_version = world.beat(agent);
  world.pass(300s);
  old_version.config_version = "1";
  CHECK(world.send(old_version).status == 200);
  world.pass(100s);
  CHECK(world.incidents().empty());
  world.heartbeat(agent);  // version 2 now
  world.pass(40s);
  CHECK(world.open_incidents().size() == 1);
}

TEST_CASE("an agent that fetched a longer interval may sleep for it before it says so") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  AgentChange slower;
  slower.interval_seconds = 600;
  world.change(agent, slower);
  world.services->ingest.config(agent.authorization);
  world.pass(100s);
  CHECK(world.incidents().empty());
  world.restart(1s);
  world.pass(500s);
  CHECK(world.incidents().empty());
}

TEST_CASE("an agent on its built-in fallback beats every 60 s and is judged by that") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  Beat beat = world.beat(agent);
  beat.config_version = "0";
  CHECK(world.send(beat).status == 200);
  world.pass(239s);
  CHECK(world.incidents().empty());
  world.pass(1s);
  CHECK(world.open_incidents().size() == 1);
}

// ── Agents that change while their incident is open ──

TEST_CASE("disabling a silent agent ends its incident; enabling it waits for its next attempt") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  world.pass(40s);
  REQUIRE(world.open_incidents().size() == 1);
  world.set_disabled(agent, true);
  CHECK(world.incidents().front().resolution == "agent_disabled");
  CHECK(world.live(agent).state == AgentState::disabled);
  world.pass(600s);
  CHECK(world.incidents().size() == 1);
  world.set_disabled(agent, false);
  world.pass(339s);  // a 423 makes it sleep for 300 s (§11)
  CHECK(world.incidents().size() == 1);
  world.pass(1s);
  CHECK(world.incidents().size() == 2);
}

TEST_CASE("removing an agent ends its incidents and nobody waits for it any more") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  world.pass(40s);
  world.remove(agent);
  CHECK(world.incidents().front().resolution == "agent_removed");
  CHECK(world.outbox(Kind::incident_resolved) == 1);
  world.pass(600s);
  world.restart();
  world.pass(600s);
  CHECK(world.incidents().size() == 1);
  CHECK(world.services->directory.list(world.workspace.id).empty());
}

TEST_CASE("losing the tag that a rule is about ends that rule's incident") {
  AlertWorld world;
  Rule rule = world.default_rule(Metric::disk_percent);
  rule.target = RuleTarget{RuleTarget::Kind::tag, "web", {}};
  rule.duration_seconds = 0;
  world.change(rule);
  const TestAgent agent = world.add_agent("web-1", {"web"});
  world.heartbeat(agent, Vitals::disk(95));
  REQUIRE(world.open_incidents().size() == 1);
  AgentChange untag;
  untag.tags = std::vector<std::string>{"db"};
  world.change(agent, untag);
  CHECK(world.incidents().front().resolution == "agent_changed");
  CHECK(world.live(agent).open_incidents == 0);
}

TEST_CASE("switching a metric off ends the incident about it") {
  AlertWorld world(false);
  Rule rule = world.default_rule(Metric::disk_percent);
  rule.duration_seconds = 0;
  world.change(rule);
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent, Vitals::disk(95));
  REQUIRE(world.open_incidents().size() == 1);
  AgentChange no_disk;
  no_disk.metrics = wire::MetricToggles{.cpu = true, .memory = true, .disk = false, .load = true};
  world.change(agent, no_disk);
  CHECK(world.open_incidents().empty());
  CHECK(world.incidents().front().resolution == "agent_changed");
}

// ── Metrics ──

TEST_CASE("a full disk opens after five minutes, and resolves when it is back by enough") {
  AlertWorld world;
  const TestAgent agent = world.add_agent("db-1");
  world.beat_for(agent, 300s, Vitals::disk(93.2));
  CHECK(world.incidents().empty());
  CHECK(world.live(agent).state == AgentState::up);
  world.heartbeat(agent, Vitals::disk(93.2));
  REQUIRE(world.open_incidents().size() == 1);
  CHECK(world.open_incidents().front().summary == "Disk used on db-1 is 93.2 %, above 90 %");
  CHECK(world.live(agent).state == AgentState::warning);
  world.pass(10s);
  world.beat_for(agent, 100s, Vitals::disk(89));  // inside the hysteresis
  CHECK(world.open_incidents().size() == 1);
  world.heartbeat(agent, Vitals::disk(88));
  CHECK(world.open_incidents().empty());
  CHECK(world.incidents().front().resolution == "recovered");
  CHECK(world.live(agent).state == AgentState::up);
}

TEST_CASE("a restart while a breach is pending loses nothing of the duration") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.beat_for(agent, 200s, Vitals::disk(95));
  world.restart(20s);
  world.beat_for(agent, 80s, Vitals::disk(95));
  CHECK(world.incidents().empty());
  world.heartbeat(agent, Vitals::disk(95));
  CHECK(world.open_incidents().size() == 1);
}

TEST_CASE("a clock set back during a restart never makes a pending breach wait longer than its duration") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.beat_for(agent, 100s, Vitals::disk(95));
  world.clock.step_wall_clock(-7 * 86'400s);
  world.restart(1s);
  world.beat_for(agent, 310s, Vitals::disk(95));
  CHECK(world.open_incidents().size() == 1);
}

TEST_CASE("high before and high after a silence is not high all along") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.beat_for(agent, 100s, Vitals::disk(95));
  world.pass(1'000s);
  CHECK(world.open_incidents().size() == 1);  // the silence
  world.heartbeat(agent, Vitals::disk(95));
  CHECK(world.open_incidents().empty());
  world.pass(10s);
  world.beat_for(agent, 290s, Vitals::disk(95));
  CHECK(world.open_incidents().empty());
  world.heartbeat(agent, Vitals::disk(95));
  CHECK(world.open_incidents().size() == 1);
}

TEST_CASE("load is judged per core, and not at all while the cores are unknown") {
  AlertWorld world;
  Rule rule = world.default_rule(Metric::load_per_core);
  rule.duration_seconds = 0;
  world.change(rule);
  const TestAgent agent = world.add_agent();
  Vitals busy;
  busy.load = 17;
  Beat beat = world.beat(agent, busy);
  beat.cpu_core_count.clear();
  CHECK(world.send(beat).status == 200);
  CHECK(world.incidents().empty());
  world.pass(10s);
  world.heartbeat(agent, busy);  // 4 cores: 4.25
  REQUIRE(world.open_incidents().size() == 1);
  CHECK(world.open_incidents().front().summary == "Load per core on db-1 is 4.25, above 4");
}

// ── Rules that change while their incident is open ──

TEST_CASE("deleting a rule ends its incidents, and the deleted rule opens none again") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  world.pass(40s);
  world.pass(1s);  // of one instant, the order of a timeline is open
  world.remove(world.silence_rule());
  CHECK(world.incidents().front().resolution == "rule_deleted");
  const auto events = world.timeline(world.incidents().front());
  CHECK(events.back().actor_name == "Ada");
  world.pass(300s);
  world.restart();
  world.pass(300s);
  CHECK(world.incidents().size() == 1);
  CHECK(world.live(agent).state == AgentState::down);  // still true, though nobody is told
  CHECK(world.live(agent).open_incidents == 0);
}

TEST_CASE("switching a rule off ends its incidents; switched on again it sees who is silent already") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  world.pass(40s);
  Rule silence = world.silence_rule();
  silence.enabled = false;
  world.change(silence);
  CHECK(world.incidents().front().resolution == "rule_disabled");
  world.pass(120s);
  silence.enabled = true;
  world.change(silence);
  world.pass(1s);
  CHECK(world.open_incidents().size() == 1);
}

TEST_CASE("a new rule about silence sees who is silent already") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  world.pass(40s);
  Rule another;
  another.name = "also silent";
  another.severity = Severity::warning;
  world.add_rule(another);
  world.pass(1s);
  CHECK(world.open_incidents().size() == 2);
  CHECK(world.live(agent).open_incidents == 2);
  world.heartbeat(agent);
  CHECK(world.open_incidents().empty());
}

TEST_CASE("a rule that now watches something else ends its incidents; a new threshold lets the next reading decide") {
  AlertWorld world(false);
  Rule rule = world.default_rule(Metric::disk_percent);
  rule.duration_seconds = 0;
  rule = world.change(rule);
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent, Vitals::disk(95));
  REQUIRE(world.open_incidents().size() == 1);
  rule.threshold_x100 = 9'700;
  rule = world.change(rule);
  CHECK(world.open_incidents().size() == 1);
  world.heartbeat(agent, Vitals::disk(95));
  CHECK(world.open_incidents().empty());
  CHECK(world.incidents().front().resolution == "recovered");
  world.pass(600s);
  world.heartbeat(agent, Vitals::disk(98));
  REQUIRE(world.open_incidents().size() >= 1);
  rule.metric = Metric::memory_percent;
  world.change(rule);
  const auto all = world.incidents();
  CHECK(std::any_of(all.begin(), all.end(),
                    [](const Incident& incident) { return incident.resolution == "rule_changed"; }));
}

TEST_CASE("a changed duration begins anew: what was pending was pending for the old sentence") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.beat_for(agent, 200s, Vitals::disk(95));
  Rule rule = world.default_rule(Metric::disk_percent);
  rule.duration_seconds = 100;
  world.change(rule);
  world.beat_for(agent, 100s, Vitals::disk(95));
  CHECK(world.incidents().empty());
  world.heartbeat(agent, Vitals::disk(95));
  CHECK(world.open_incidents().size() == 1);
}

TEST_CASE("two people who edit the same rule: the second is told, and nothing of the first is lost") {
  AlertWorld world;
  const Rule rule = world.silence_rule();
  Rule first = rule;
  first.name = "first";
  world.change(first);
  Rule second = rule;
  second.name = "second";
  const auto refused = world.in_transaction([&](Transaction& tx) -> Result<void> {
    TRY(world.services->rules.change(tx, world.actor(), rule.id, second, rule.version));
    return {};
  });
  REQUIRE(!refused);
  CHECK(refused.error().code == ErrorCode::conflict);
  CHECK(world.silence_rule().name == "first");
}

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
  CHECK(world.woken == 2);
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
  CHECK(!world.services->directory.find(stranger.workspace, agent.agent.id));
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
  CHECK(preview.targeted_agents == 2);
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
  CHECK(world.live(agent).state == AgentState::up);
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
  CHECK(world.live(gone).state == AgentState::down);
  CHECK(world.open_incidents().size() == 1);
  world.heartbeat(speaker);
  CHECK(world.live(speaker).state == AgentState::up);

  world.storage->health().failed("the quota is used up");
  CHECK(world.live(speaker).state == AgentState::unknown);
  CHECK(world.live(gone).state == AgentState::down);  // it was silent before, and was not heard since
  REQUIRE(!world.events.empty());
  CHECK(world.events.back().name == EventName::storage_changed);
  CHECK(world.events.back().data.find("the quota is used up") != std::string::npos);
  world.pass(600s);
  CHECK(world.incidents().size() == 1);
  CHECK(world.services->scheduler.is_alive());

  world.storage->health().stored();
  CHECK(world.live(speaker).state == AgentState::up);
  world.pass(39s);
  CHECK(world.incidents().size() == 1);  // it has a whole window to speak again
  world.pass(3s);
  CHECK(world.open_incidents().size() == 2);
  CHECK(world.live(speaker).state == AgentState::down);
}

TEST_CASE("silence that could not be written down is written later") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  world.dice.failures_percent = 100;
  world.pass(60s);
  CHECK(world.incidents().empty());
  CHECK(world.outbox(Kind::incident_opened) == 0);
  CHECK(world.live(agent).state == AgentState::up);
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
