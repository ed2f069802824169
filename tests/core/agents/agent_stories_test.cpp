// What is an agent's own in the stories of alerts: the interval that it runs, and its changes while an incident is open.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/alert_world.h"

using namespace connlog;
using namespace std::chrono_literals;

namespace {

using Kind = Announcement::Kind;

}  // namespace

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
  CHECK(world.incidents().front().resolution == "subject_disabled");
  CHECK(world.live(agent).shown == ShownState::paused);
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
  CHECK(world.incidents().front().resolution == "subject_removed");
  CHECK(world.outbox(Kind::incident_resolved) == 1);
  world.pass(600s);
  world.restart();
  world.pass(600s);
  CHECK(world.incidents().size() == 1);
  CHECK(world.services->agent_directory.list(world.workspace.id).empty());
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
  CHECK(world.incidents().front().resolution == "subject_changed");
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
  CHECK(world.incidents().front().resolution == "subject_changed");
}
