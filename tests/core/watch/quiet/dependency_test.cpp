// Dependencies: no circle, not through groups either; what is kept; what goes and comes back with a subject.
#include "core/watch/quiet/dependency.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/alert_world.h"

using namespace connlog;

namespace {

SubjectId id_of(std::uint8_t n) {
  SubjectId id;
  id.bytes[15] = n;
  return id;
}
const SubjectId kHost = id_of(1), kRouter = id_of(2), kPower = id_of(3), kPaths = id_of(4), kRack = id_of(5);
const WorkspaceId kWorkspace{};

struct World : AlertWorld {
  Result<std::vector<SubjectId>> set(SubjectId subject, const std::vector<SubjectId>& parents) {
    return set_as(actor(), subject, parents);
  }
  Result<std::vector<SubjectId>> set_as(const Actor& who, SubjectId subject, const std::vector<SubjectId>& parents) {
    std::vector<SubjectId> out;
    const Result<void> done = in_transaction([&](Transaction& tx) -> Result<void> {
      out = TRY(services->subjects.set_parents(tx, who, subject, parents));
      return {};
    });
    if (!done) return done.error();
    return out;
  }
  std::vector<SubjectId> parents(SubjectId subject) { return parents_as(actor(), subject); }
  std::vector<SubjectId> parents_as(const Actor& who, SubjectId subject) {
    return storage.read<std::vector<SubjectId>>(
        [&](Snapshot& snapshot) { return services->subjects.parents(snapshot, who, subject); });
  }
  std::size_t stored() {
    return storage
        .read<std::vector<Dependency>>(
            [&](Snapshot& snapshot) { return storage->dependencies().list(snapshot, workspace.id); })
        .size();
  }
};

}  // namespace

TEST_CASE("the graph knows parents and children, and forgets both ends of what is removed") {
  DependencyGraph graph;
  graph.load({{kWorkspace, kHost, kRouter}, {kWorkspace, kHost, kPower}, {kWorkspace, kRouter, kPower}});
  CHECK(graph.parents_of(kHost) == std::vector{kRouter, kPower});
  CHECK(graph.children_of(kPower) == std::vector{kHost, kRouter});
  graph.set(kWorkspace, kHost, {kRouter});
  CHECK(graph.parents_of(kHost) == std::vector{kRouter});
  CHECK(graph.children_of(kPower) == std::vector{kRouter});
  graph.forget(kRouter);
  CHECK(graph.parents_of(kHost).empty());
  CHECK(graph.children_of(kPower).empty());
}

TEST_CASE("a way that leads back is a circle, however long, and to itself too") {
  DependencyGraph graph;
  graph.load({{kWorkspace, kHost, kRouter}, {kWorkspace, kRouter, kPower}});
  CHECK(graph.would_circle(kHost, {kHost}, {}));
  CHECK(graph.would_circle(kRouter, {kHost}, {}));
  CHECK(graph.would_circle(kPower, {kHost}, {}));
  CHECK_FALSE(graph.would_circle(kHost, {kPower}, {}));
  CHECK_FALSE(graph.would_circle(kHost, {}, {}));
}

TEST_CASE("membership is a way: a group follows its members, and its parents are theirs") {
  DependencyGraph graph;
  Memberships members;
  members.add(kPaths, kRouter);
  members.add(kRack, kHost);
  // The host depends on redundant paths: fine. A path that depends on the host is a circle.
  graph.load({{kWorkspace, kHost, kPaths}});
  CHECK_FALSE(graph.would_circle(kRouter, {kPower}, members));
  CHECK(graph.would_circle(kRouter, {kHost}, members));
  // What the host's group depends on, the host depends on.
  graph.load({{kWorkspace, kRack, kRouter}});
  CHECK(graph.would_circle(kRouter, {kHost}, members));
  CHECK(graph.would_circle(kRack, {kHost}, members));
  // A group nested in the rack: its members are the rack's.
  members.add(kRack, kPaths);
  CHECK(graph.would_circle(kRack, {kRouter}, members));
  CHECK(graph.has_circle(members));
}

TEST_CASE("a membership that would close a circle is seen before it is made") {
  DependencyGraph graph;
  Memberships members;
  graph.load({{kWorkspace, kRouter, kPaths}, {kWorkspace, kHost, kRouter}});
  members.add(kPaths, kPower);
  CHECK_FALSE(graph.has_circle(members));
  members.add(kPaths, kHost);  // the router depends on paths that fail with the host, which depends on the router
  CHECK(graph.has_circle(members));
  members.remove(kPaths, kHost);
  CHECK_FALSE(graph.has_circle(members));
}

TEST_CASE("parents are stored, audited, and stand after a restart") {
  World world;
  const TestAgent host = world.add_agent("db-1"), router = world.add_agent("router-1");
  REQUIRE(world.set(host.id(), {router.id(), router.id()}));
  CHECK(world.parents(host.id()) == std::vector<SubjectId>{router.id()});
  CHECK(world.audit_acts().back() == "agent.changed");
  world.restart();
  CHECK(world.parents(host.id()) == std::vector<SubjectId>{router.id()});
  const auto circle = world.set(router.id(), {host.id()});
  REQUIRE_FALSE(circle);
  CHECK(circle.error().field == "parents");
  REQUIRE(world.set(host.id(), {}));
  CHECK(world.stored() == 0);
  CHECK(world.set(router.id(), {host.id()}));
}

TEST_CASE("what is unknown, too many or itself is refused by name") {
  World world;
  const TestAgent host = world.add_agent("db-1");
  CHECK(world.set(host.id(), {host.id()}).error().field == "parents");
  CHECK(world.set(host.id(), {kPower}).error().field == "parents");
  std::vector<SubjectId> many;
  for (std::size_t n = 0; n <= kParentsMax; ++n) many.push_back(world.add_agent("r-" + std::to_string(n)).id());
  CHECK(world.set(host.id(), many).error().field == "parents");
  many.pop_back();
  CHECK(world.set(host.id(), many));
}

TEST_CASE("a member joins no group by which it would depend on itself") {
  World world;
  const TestAgent host = world.add_agent("db-1"), router = world.add_agent("router-1");
  const Group paths = world.add_group("paths", {router.id()});
  REQUIRE(world.set(host.id(), {paths.id}));
  const auto joined = world.in_transaction([&](Transaction& tx) -> Result<void> {
    SubjectChange change;
    change.groups = std::vector<GroupId>{paths.id};
    TRY(world.services->subjects.change(tx, world.actor(), host.id(), change, 0));
    return {};
  });
  REQUIRE_FALSE(joined);
  CHECK(joined.error().field == "group_ids");
  const auto filled = world.in_transaction([&](Transaction& tx) -> Result<void> {
    GroupChange change;
    change.members = std::vector<SubjectId>{router.id(), host.id()};
    TRY(world.services->subjects.change_group(tx, world.actor(), paths.id, change));
    return {};
  });
  REQUIRE_FALSE(filled);
  CHECK(filled.error().field == "member_ids");
}

TEST_CASE("a removed subject is nobody's parent any more") {
  World world;
  const TestAgent host = world.add_agent("db-1"), router = world.add_agent("router-1");
  REQUIRE(world.set(host.id(), {router.id()}));
  world.remove(router);
  CHECK(world.parents(host.id()).empty());
  CHECK(world.stored() == 0);
}

TEST_CASE("a parent that a reader does not see is neither shown to them nor taken away by them") {
  World world;
  Team team;
  team.id = TeamId::make(world.clock.now(), world.storage.random);
  team.workspace = world.workspace.id;
  team.name = "Network";
  team.created_at = world.clock.now();
  world.storage.write([&](Transaction& tx) { return world.storage->teams().insert(tx, team); });
  const TestAgent host = world.add_agent("db-1"), hidden = world.add_agent("router-1"), seen = world.add_agent("r-2");
  SubjectChange of_team;
  of_team.teams = std::vector<TeamId>{team.id};
  world.change(host.id(), of_team);
  world.change(seen.id(), of_team);
  REQUIRE(world.set(host.id(), {hidden.id()}));
  Actor scoped = world.actor();
  scoped.sight = {.all = false, .teams = {team.id}};
  CHECK(world.parents_as(scoped, host.id()).empty());
  CHECK(world.set_as(scoped, host.id(), {hidden.id()}).error().field == "parents");
  REQUIRE(world.set_as(scoped, host.id(), {seen.id()}));
  CHECK(world.parents_as(scoped, host.id()) == std::vector<SubjectId>{seen.id()});
  CHECK(world.parents(host.id()).size() == 2);
}
