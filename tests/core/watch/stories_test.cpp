// Silence, metrics and rules as stories, over the real database under a fake clock.
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

int count(const std::vector<Event>& events, EventName name) {
  return static_cast<int>(
      std::count_if(events.begin(), events.end(), [&](const Event& event) { return event.name == name; }));
}

}  // namespace

// ── Silence ──

TEST_CASE("an agent silent past its grace period opens one incident, once, and its recovery resolves it") {
  AlertWorld world;
  const TestAgent agent = world.add_agent("db-1");
  CHECK(world.live(agent).shown == ShownState::pending);
  world.heartbeat(agent);
  CHECK(world.live(agent).shown == ShownState::up);

  world.pass(39s);
  CHECK(world.open_incidents().empty());
  world.pass(1s);
  auto open = world.open_incidents();
  REQUIRE(open.size() == 1);
  CHECK(open[0].summary == "db-1 has been silent for 40 s");
  CHECK(open[0].rule_sentence == "When an agent falls silent");
  CHECK(world.live(agent).shown == ShownState::down);
  CHECK(world.live(agent).open_incidents == 1);
  CHECK(world.woken == 1);
  CHECK(count(world.events, EventName::incident_opened) == 1);

  world.pass(300s);
  CHECK(world.incidents().size() == 1);
  CHECK(world.outbox(Kind::incident_opened) == 1);

  world.heartbeat(agent);
  CHECK(world.open_incidents().empty());
  CHECK(world.live(agent).shown == ShownState::up);
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
  CHECK(world.live(agent).shown == ShownState::pending);
}

TEST_CASE("a restart in each state changes nothing") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.restart();  // pending
  CHECK(world.live(agent).shown == ShownState::pending);
  world.heartbeat(agent);
  world.restart();  // up
  CHECK(world.live(agent).shown == ShownState::up);
  CHECK(world.live(agent).newest.has_value());
  world.pass(40s);
  REQUIRE(world.open_incidents().size() == 1);
  const IncidentId incident = world.open_incidents().front().id;
  world.restart();  // open
  CHECK(world.live(agent).shown == ShownState::down);
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
  CHECK(world.live(agent).shown == ShownState::down);  // what is true is shown at once
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

// ── Metrics ──

TEST_CASE("a full disk opens after five minutes, and resolves when it is back by enough") {
  AlertWorld world;
  const TestAgent agent = world.add_agent("db-1");
  world.beat_for(agent, 300s, Vitals::disk(93.2));
  CHECK(world.incidents().empty());
  CHECK(world.live(agent).shown == ShownState::up);
  world.heartbeat(agent, Vitals::disk(93.2));
  REQUIRE(world.open_incidents().size() == 1);
  CHECK(world.open_incidents().front().summary == "Disk used on db-1 is 93.2 %, above 90 %");
  CHECK(world.live(agent).shown == ShownState::degraded);
  world.pass(10s);
  world.beat_for(agent, 100s, Vitals::disk(89));  // inside the hysteresis
  CHECK(world.open_incidents().size() == 1);
  world.heartbeat(agent, Vitals::disk(88));
  CHECK(world.open_incidents().empty());
  CHECK(world.incidents().front().resolution == "recovered");
  CHECK(world.live(agent).shown == ShownState::up);
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
  CHECK(world.live(agent).shown == ShownState::down);  // still true, though nobody is told
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
