// Observed states, pauses, removal and parts as stories, over the real database under a fake clock.
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

#include "tests/support/alert_world.h"

using namespace connlog;
using namespace std::chrono_literals;

namespace {

// An agent about which a rule of each condition has an incident open: silence, a metric, a state.
struct InTrouble {
  AlertWorld world;
  TestAgent agent = world.add_agent("db-1", {"web"});
  std::vector<Rule> rules;

  InTrouble() {
    const RuleTarget web{RuleTarget::Kind::tag, "web", {}};
    Rule silence = world.silence_rule();
    silence.target = web;
    rules.push_back(world.change(silence));
    Rule disk = world.default_rule(Metric::disk_percent);
    disk.target = web;
    disk.duration_seconds = 0;
    rules.push_back(world.change(disk));
    rules.push_back(world.add_rule(AlertWorld::state_rule(State::down, 0s, web)));
    world.heartbeat(agent, Vitals::disk(95));
    world.pass(40s);
    REQUIRE(world.open_incidents().size() == 3);
    REQUIRE(world.live(agent).open_incidents == 3);
  }
  void expect_all_ended(const std::string& resolution) {
    CHECK(world.open_incidents().empty());
    REQUIRE(world.incidents().size() == 3);
    for (const Incident& incident : world.incidents()) CHECK(incident.resolution == resolution);
    CHECK(world.outbox(Announcement::Kind::incident_resolved) == 3);
  }
};

Observation seen(const std::vector<std::pair<PartNumber, State>>& parts) {
  ValuesBuilder values;
  for (const auto& [part, state] : parts) values.set(Metric::state, static_cast<std::int64_t>(state), part);
  Observation observation;
  observation.values = values.build();
  return observation;
}

// A rule about each part of everything, or about one.
Rule part_rule(const std::string& part) {
  Rule rule = AlertWorld::state_rule(State::down, 0s);
  rule.part = part;
  return rule;
}

}  // namespace

// ── The record ──

TEST_CASE("each change of an observed state is written down, with its reason and the moment from which it holds") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  const Instant added = world.clock.now();
  world.pass(5s);
  world.heartbeat(agent);
  const Instant heard = world.clock.now();
  world.pass(10s);
  world.heartbeat(agent);  // says nothing new
  const Instant last = world.clock.now();
  world.pass(100s);
  world.heartbeat(agent);
  const auto changes = world.state_changes(agent.id());
  REQUIRE(changes.size() == 4);
  CHECK(changes[0].state == State::pending);
  CHECK(changes[0].reason == StateReason::added);
  CHECK(changes[0].at == added);
  CHECK(changes[1].state == State::up);
  CHECK(changes[1].reason == StateReason::heard);
  CHECK(changes[1].at == heard);
  CHECK(changes[2].state == State::down);
  CHECK(changes[2].reason == StateReason::silent);
  CHECK(changes[2].at == last + 40s);
  CHECK(changes[3].state == State::up);
  CHECK(changes[3].at == world.clock.now());
}

TEST_CASE("silence that was noticed late holds from when it began") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  const Instant heard = world.clock.now();
  world.dice.failures_percent = 100;
  world.pass(120s);
  world.dice.failures_percent = 0;
  world.pass(5s);
  CHECK(world.stored_state(agent.id()).state == State::down);
  CHECK(world.stored_state(agent.id()).since == heard + 40s);
}

TEST_CASE("heartbeats, states and being made a member leave the version; what people change raises it") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  const auto version = [&] { return world.live(agent).row->version; };
  const std::int64_t before = version();
  world.heartbeat(agent);
  world.pass(60s);
  world.heartbeat(agent);
  world.add_group("rack-4", {agent.id()});
  CHECK(version() == before);
  world.label(agent, {{"env", "prod"}});
  CHECK(version() == before + 1);
  world.pause(agent.id());
  CHECK(version() == before + 2);
}

// ── What ends incidents ──

TEST_CASE("a pause ends what is open under every kind of rule, and nothing is judged while it lasts") {
  InTrouble trouble;
  AlertWorld& world = trouble.world;
  world.pause(trouble.agent.id());
  trouble.expect_all_ended("subject_paused");
  CHECK(world.live(trouble.agent).shown == ShownState::paused);
  CHECK(world.live(trouble.agent).observed.state == State::unknown);
  CHECK(world.live(trouble.agent).observed.reason == StateReason::paused);

  const std::size_t readings = world.readings(trouble.agent).size();
  world.heartbeat(trouble.agent, Vitals::disk(95));  // stored, not judged
  CHECK(world.readings(trouble.agent).size() == readings + 1);
  world.pass(600s);
  world.restart();
  world.pass(600s);
  CHECK(world.incidents().size() == 3);
  CHECK(world.live(trouble.agent).shown == ShownState::paused);

  world.resume(trouble.agent.id());
  CHECK(world.live(trouble.agent).observed.state == State::pending);
  CHECK(world.live(trouble.agent).observed.reason == StateReason::resumed);
  world.heartbeat(trouble.agent);
  CHECK(world.live(trouble.agent).shown == ShownState::up);
  CHECK(world.open_incidents().empty());
}

TEST_CASE("an agent that is resumed and stays silent is reported after a whole grace period") {
  AlertWorld world;
  Rule silence = world.silence_rule();
  silence.cooldown_seconds = 0;
  world.change(silence);
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  world.pause(agent.id());
  world.pass(600s);
  world.resume(agent.id());
  world.pass(39s);
  CHECK(world.incidents().empty());
  world.pass(2s);
  CHECK(world.open_incidents().size() == 1);
  CHECK(world.live(agent).observed.state == State::down);
}

TEST_CASE("switching an agent off, and removing it, end what is open under every kind of rule") {
  SUBCASE("off") {
    InTrouble trouble;
    trouble.world.set_disabled(trouble.agent, true);
    trouble.expect_all_ended("subject_disabled");
    CHECK(trouble.world.live(trouble.agent).observed.reason == StateReason::disabled);
  }
  SUBCASE("removed") {
    InTrouble trouble;
    trouble.world.remove(trouble.agent);
    trouble.expect_all_ended("subject_removed");
  }
}

TEST_CASE("a subject that loses the tag leaves the rules of every kind that were about it") {
  InTrouble trouble;
  SubjectChange untag;
  untag.tags = std::vector<std::string>{};
  trouble.world.change(trouble.agent.id(), untag);
  trouble.expect_all_ended("subject_changed");
}

TEST_CASE("switching rules of every kind off, and deleting them, ends what they hold open") {
  SUBCASE("off") {
    InTrouble trouble;
    for (Rule rule : trouble.rules) {
      rule.enabled = false;
      trouble.world.change(rule);
    }
    trouble.expect_all_ended("rule_disabled");
  }
  SUBCASE("deleted") {
    InTrouble trouble;
    for (const Rule& rule : trouble.rules) trouble.world.remove(rule);
    trouble.expect_all_ended("rule_deleted");
  }
}

TEST_CASE("a rule about a label follows the label") {
  AlertWorld world;
  world.remove(world.silence_rule());
  const TestAgent agent = world.add_agent();
  world.add_rule(AlertWorld::state_rule(State::down, 0s, RuleTarget{RuleTarget::Kind::label, "env=prod", {}}));
  world.heartbeat(agent);
  world.pass(60s);
  CHECK(world.incidents().empty());
  world.heartbeat(agent);
  world.label(agent, {{"env", "prod"}});
  world.pass(60s);
  REQUIRE(world.open_incidents().size() == 1);
  world.label(agent, {{"env", "test"}});
  CHECK(world.incidents().front().resolution == "subject_changed");
}

TEST_CASE("a removed subject leaves its incidents readable, and goes with the last of them") {
  AlertWorld world;
  const TestAgent agent = world.add_agent("db-1");
  world.heartbeat(agent);
  world.pass(40s);
  REQUIRE(world.open_incidents().size() == 1);
  const Beat last = world.beat(agent);
  const std::int64_t number = world.live(agent).row->number;
  world.remove(agent);
  const auto row = [&] {
    return world.storage.read<std::optional<Subject>>([&](Snapshot& snapshot) {
      return world.storage->subjects().find(snapshot, world.workspace.id, agent.id());
    });
  };
  const Incident incident = world.incidents().front();
  CHECK(incident.subject_name == "db-1");
  CHECK(world.timeline(incident).size() == 2);
  REQUIRE(row().has_value());
  CHECK(row()->removed_at.is_set());
  CHECK(row()->tags.empty());
  CHECK(world.state_changes(agent.id()).empty());
  CHECK(world.send(last).status == 410);
  world.restart();
  CHECK(world.send(last).status == 410);
  CHECK(world.services->agent_directory.list(world.workspace.id).empty());

  world.pass(1s);
  REQUIRE(world.in_transaction([&](Transaction& tx) -> Result<void> {
    TRY(world.storage->incidents().delete_before(tx, world.clock.now(), 100));
    return {};
  }));
  CHECK(world.incidents().empty());
  CHECK_FALSE(row().has_value());
  const TestAgent next = world.add_agent("db-1");
  CHECK(world.live(next).row->number != number);  // readings of the former may still be in the log
}

// ── Conditions ──

TEST_CASE("a host that restarted is seen by its uptime, and the incident ends when it has been up for long enough") {
  AlertWorld world;
  Rule restarted;
  restarted.kind = RuleKind::metric;
  restarted.metric = Metric::uptime;
  restarted.comparison = Comparison::below;
  restarted.threshold_x100 = 60'000;  // ten minutes
  restarted.hysteresis_x100 = 0;
  restarted.duration_seconds = restarted.cooldown_seconds = 0;
  world.add_rule(restarted);
  const TestAgent agent = world.add_agent();
  Vitals vitals;
  world.heartbeat(agent, vitals);
  world.pass(10s);
  CHECK(world.incidents().empty());
  vitals.uptime = 30;
  world.heartbeat(agent, vitals);
  CHECK(world.open_incidents().size() == 1);
  world.pass(10s);
  vitals.uptime = 599;
  world.heartbeat(agent, vitals);
  CHECK(world.open_incidents().size() == 1);
  world.pass(10s);
  vitals.uptime = 600;
  world.heartbeat(agent, vitals);
  CHECK(world.open_incidents().empty());
  CHECK(world.incidents().front().resolution == "recovered");
}

TEST_CASE("an open incident shows a subject as degraded and leaves what was observed") {
  AlertWorld world;
  Rule disk = world.default_rule(Metric::disk_percent);
  disk.duration_seconds = 0;
  world.change(disk);
  const TestAgent agent = world.add_agent();
  const Group group = world.add_group("rack-4", {agent.id()});
  world.heartbeat(agent, Vitals::disk(95));
  REQUIRE(world.open_incidents().size() == 1);
  CHECK(world.live(agent).shown == ShownState::degraded);
  CHECK(world.live(agent).observed.state == State::up);
  CHECK(world.group_live(group).observed.state == State::up);
}

// ── Parts ──

TEST_CASE("each part that is down has an incident of its own, which ends with it or when the part is gone") {
  AlertWorld world;
  world.remove(world.silence_rule());
  const TestAgent agent = world.add_agent("db-1");
  world.add_rule(part_rule("*"));
  const PartNumber data = world.part(agent.id(), "/data");
  const PartNumber home = world.part(agent.id(), "/home");
  CHECK(world.part(agent.id(), "/data") == data);
  CHECK(data != home);

  world.observe(agent.id(), seen({{data, State::up}, {home, State::up}}));
  CHECK(world.incidents().empty());
  world.observe(agent.id(), seen({{data, State::down}, {home, State::up}}));
  REQUIRE(world.open_incidents().size() == 1);
  CHECK(world.open_incidents().front().part == data);
  CHECK(world.open_incidents().front().part_text == "/data");
  world.observe(agent.id(), seen({{data, State::down}, {home, State::down}}));
  CHECK(world.open_incidents().size() == 2);
  CHECK(world.live(agent).open_incidents == 2);
  CHECK(world.live(agent).observed.state == State::up);  // its parts are down, it reports

  world.restart();
  CHECK(world.live(agent).open_incidents == 2);
  world.observe(agent.id(), seen({{data, State::down}, {home, State::up}}));
  REQUIRE(world.open_incidents().size() == 1);
  CHECK(world.open_incidents().front().part == data);
  world.part_gone(agent.id(), data);
  CHECK(world.open_incidents().empty());
  const auto all = world.incidents();
  CHECK(std::count_if(all.begin(), all.end(),
                      [](const Incident& incident) { return incident.resolution == "part_gone"; }) == 1);
}

TEST_CASE("a rule that names a part is about that one, and a pause ends the incidents of parts too") {
  AlertWorld world;
  world.remove(world.silence_rule());
  const TestAgent agent = world.add_agent("db-1");
  world.add_rule(part_rule("/home"));
  const PartNumber data = world.part(agent.id(), "/data");
  const PartNumber home = world.part(agent.id(), "/home");
  world.observe(agent.id(), seen({{data, State::down}, {home, State::up}}));
  CHECK(world.incidents().empty());
  world.observe(agent.id(), seen({{data, State::down}, {home, State::down}}));
  REQUIRE(world.open_incidents().size() == 1);
  CHECK(world.open_incidents().front().part_text == "/home");
  world.pause(agent.id());
  CHECK(world.incidents().front().resolution == "subject_paused");
}

TEST_CASE("a subject has room for so many parts: the next one is left out until another is gone, and those there go on") {
  AlertWorld world;
  const TestAgent agent = world.add_agent("db-1");
  std::vector<PartNumber> numbers;
  for (std::size_t i = 0; i < kPartsMax; ++i) numbers.push_back(world.part(agent.id(), "/disk-" + std::to_string(i)));
  CHECK_FALSE(world.part_if_room(agent.id(), "/one-more").has_value());
  CHECK(world.part(agent.id(), "/disk-7") == numbers[7]);
  world.restart();
  CHECK_FALSE(world.part_if_room(agent.id(), "/one-more").has_value());
  world.part_gone(agent.id(), numbers[3]);
  CHECK(world.part_if_room(agent.id(), "/one-more").has_value());
}
