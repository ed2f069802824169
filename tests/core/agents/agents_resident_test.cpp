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
