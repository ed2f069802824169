// What becomes of an agent's heartbeats when people change, pause or remove it.
#include <doctest/doctest.h>

#include <algorithm>
#include <future>

#include "storage/connection.h"
#include "tests/support/alert_world.h"

using namespace connlog;

TEST_CASE("a removed agent is answered with 410 for ever, and nobody else ever is") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  const TestAgent other = world.add_agent("db-2");
  world.heartbeat(agent);
  SUBCASE("and nothing is left of it") {}
  SUBCASE("while an incident still refers to it") {
    world.pass(seconds(60));
    REQUIRE(world.open_incidents().size() == 1);
  }
  world.remove(agent);
  CHECK(world.open_incidents().empty());
  for (int start = 0; start < 2; ++start) {
    CHECK(world.send(world.beat(agent)).status == 410);
    CHECK(world.services->ingest.config(agent.authorization).status == 410);
    CHECK(world.services->ingest.endpoint_assignment(agent.authorization).status == 410);
    Beat stranger = world.beat(agent);
    stranger.authorization.back() = stranger.authorization.back() == '0' ? '1' : '0';
    CHECK(world.send(stranger).status == 401);
    CHECK(world.send(world.beat(other)).status == 200);
    world.restart(seconds(86'400));
  }
  CHECK(world.readings(agent).empty());
  CHECK(world.readings(other).size() == 2);
}

TEST_CASE("a heartbeat that is under way while its agent is removed is answered with 410") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  // One that still refers to it, so that what is left of the subject says that it was removed.
  world.pass(seconds(60));
  REQUIRE(world.open_incidents().size() == 1);
  std::promise<void> go;
  std::shared_future<void> may_go = go.get_future().share();
  world.storage.stores().submit(
      Urgency::at_once,
      [may_go](Transaction&) -> Result<void> {
        may_go.wait();
        return {};
      },
      [](const Result<void>&) {});
  std::promise<void> removed;
  world.storage.stores().submit(
      Urgency::at_once,
      [&](Transaction& tx) { return world.services->agents.remove(tx, world.actor(), agent.agent.id); },
      [&](const Result<void>& outcome) {
        CHECK(outcome.has_value());
        removed.set_value();
      });
  const Beat beat = world.beat(agent);
  HeartbeatInput input;
  input.authorization = beat.authorization;
  input.agent_version = beat.agent_version;
  input.protocol_version = beat.protocol_version;
  input.config_version = beat.config_version;
  input.machine_id = beat.machine_id;
  input.request_id = beat.request_id;
  input.has_quick_action_headers = true;
  input.body = beat.body;
  std::promise<int> answered;
  world.services->ingest.heartbeat(input, [&](const AgentReply& reply) { answered.set_value(reply.status); });
  go.set_value();
  removed.get_future().wait();
  CHECK(answered.get_future().get() == 410);
  CHECK(world.open_incidents().empty());
}

TEST_CASE("a paused agent's heartbeats are stored and answered, and nobody is told of anything") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  world.pass(seconds(10));
  world.pause(agent.id());
  CHECK(world.live(agent).shown == ShownState::paused);
  world.beat_for(agent, seconds(900), Vitals::disk(99));
  CHECK(world.readings(agent).size() == 91);
  world.pass(seconds(600));  // and then nothing any more
  CHECK(world.incidents().empty());
  CHECK(world.live(agent).observed.reason == StateReason::paused);
  world.restart(seconds(5));
  CHECK(world.live(agent).shown == ShownState::paused);
  world.heartbeat(agent, Vitals::disk(99));
  world.pass(seconds(60));
  CHECK(world.incidents().empty());
  world.resume(agent.id());
  CHECK(world.live(agent).observed.reason == StateReason::resumed);
  world.heartbeat(agent);
  CHECK(world.live(agent).shown == ShownState::up);
  CHECK(world.readings(agent).size() == 93);
  world.pass(seconds(60));
  CHECK(world.open_incidents().size() == 1);  // from now on silence counts again
}

TEST_CASE("a heartbeat changes no version, what people set of an agent does") {
  AlertWorld world(false);
  const TestAgent agent = world.add_agent();
  const auto version = [&] { return world.live(agent).row->version; };
  const std::int64_t at_first = version();
  Beat beat = world.beat(agent);
  beat.hostname = "db-1";
  CHECK(world.send(beat).status == 200);
  world.pass(seconds(60));  // silent, and back
  world.heartbeat(agent);
  CHECK(version() == at_first);
  AgentChange settings;
  settings.interval_seconds = 20;
  world.change(agent, settings);
  CHECK(version() == at_first + 1);
  world.change(agent, settings);  // the same again
  CHECK(version() == at_first + 1);
  settings.missed_threshold = 5;
  settings.name = "db-one";
  world.change(agent, settings);
  CHECK(version() == at_first + 2);
  world.set_disabled(agent, true);
  CHECK(version() == at_first + 3);
  const auto acts = world.audit_acts();
  CHECK(std::count(acts.begin(), acts.end(), "agent.changed") == 3);  // one line each, whatever it names
  REQUIRE(!world.in_transaction([&](Transaction& tx) -> Result<void> {
    AgentChange late;
    late.disabled = false;
    TRY(world.services->agents.change(tx, world.actor(), agent.agent.id, late, at_first));
    return {};
  }));
  CHECK(world.live(agent).agent.disabled);
}

TEST_CASE("an agent whose subject has a word of a later version is told of our fault, and never that it is unknown") {
  AlertWorld world;
  const TestAgent agent = world.add_agent(), other = world.add_agent("db-2");
  world.heartbeat(agent);
  REQUIRE(world.in_transaction([](Transaction& tx) {
    return storage::at(tx).execute("UPDATE subject SET kind = 'probe' WHERE name = 'db-1'");
  }));
  world.restart(seconds(10));
  CHECK(world.send(world.beat(agent)).status == 503);
  CHECK(world.services->ingest.config(agent.authorization).status == 503);
  CHECK(world.send(world.beat(other)).status == 200);
}
