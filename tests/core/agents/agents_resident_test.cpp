// What becomes of the agents of a workspace that is disabled and enabled again, by each of the people who may do it.
#include <doctest/doctest.h>

#include <functional>

#include "tests/support/alert_world.h"

using namespace connlog;

namespace {

// Its agent reports, and then hears 423 for two minutes.
void disable_for_a_while(AlertWorld& world,
                         const std::function<Result<void>(Transaction&, bool enabled)>& set_enabled) {
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  world.pass(seconds(5));
  REQUIRE(world.in_transaction([&](Transaction& tx) { return set_enabled(tx, false); }));
  CHECK(world.send(world.beat(agent)).status == 423);
  world.pass(seconds(120));
  CHECK(world.incidents().empty());  // nobody waits for it
  REQUIRE(world.in_transaction([&](Transaction& tx) { return set_enabled(tx, true); }));
}

// It asks again five minutes after a 423: silence counts from then on, for interval × (missed + 1).
void check_time_to_come_back(AlertWorld& world) {
  world.pass(seconds(335));
  CHECK(world.incidents().empty());
  world.pass(seconds(10));
  CHECK(world.open_incidents().size() == 1);
}

}  // namespace

TEST_CASE("agents of a workspace that its owner enables again have time to come back") {
  AlertWorld world;
  disable_for_a_while(world, [&](Transaction& tx, bool enabled) -> Result<void> {
    TRY(world.services->access.life().set_enabled(tx, world.actor(), world.workspace.id, enabled));
    return {};
  });
  check_time_to_come_back(world);
}

TEST_CASE("time does not judge a group of a workspace that is enabled again before its members could report") {
  AlertWorld world;
  world.remove(world.silence_rule());
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  const Group group = world.add_group("rack-4", {agent.id()});
  world.add_rule(AlertWorld::state_rule(State::down, seconds(600),
                                        {.kind = RuleTarget::Kind::subject, .subject = group.id}));
  const auto set_enabled = [&](bool enabled) {
    REQUIRE(world.in_transaction([&](Transaction& tx) -> Result<void> {
      TRY(world.services->access.life().set_enabled(tx, world.actor(), world.workspace.id, enabled));
      return {};
    }));
  };
  world.pass(seconds(100));
  REQUIRE(world.group_live(group).observed.state == State::down);
  set_enabled(false);
  world.pass(seconds(700));
  set_enabled(true);
  world.pass(seconds(290));
  CHECK(world.incidents().empty());
  world.heartbeat(agent);
  CHECK(world.group_live(group).observed.state == State::up);
  world.pass(seconds(30));
  CHECK(world.incidents().empty());
}

TEST_CASE("agents of a workspace that the administrator enables again have time to come back") {
  AlertWorld world;
  Actor administrator;
  administrator.kind = Actor::Kind::user;
  administrator.appliance_administrator = true;
  administrator.name = "A. Ministrator";
  disable_for_a_while(world, [&](Transaction& tx, bool enabled) -> Result<void> {
    TRY(world.services->administration.workspaces().set_enabled(tx, administrator, world.workspace.id, enabled));
    return {};
  });
  check_time_to_come_back(world);
}
