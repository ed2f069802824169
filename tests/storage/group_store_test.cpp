// The store of groups: the health rule, the members, and how many of them are in which state.

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/storage/store_checks.h"
#include "tests/storage/subject_world.h"

using namespace connlog;

namespace {

using World = SubjectWorld;

}  // namespace

TEST_CASE("a group keeps its health rule and its members, and a member knows its groups") {
  World world;
  const Subject a = world.add("a"), b = world.add("b");
  Group rack = world.test.add_group(world.workspace, "rack-4", {a.id, b.id});
  const Group row = world.test.add_group(world.workspace, "row", {rack.id, a.id});
  rack.health = Health::share;
  rack.amount = 60;
  rack.members = {b.id};
  world.test.write([&](Transaction& tx) { return world.test->groups().put(tx, rack); });
  const Group back =
      found<Group>(world.test, [&](Snapshot& s) { return world.test->groups().find(s, world.workspace.id, rack.id); });
  CHECK(back.health == Health::share);
  CHECK(back.amount == 60);
  CHECK(back.members == std::vector<SubjectId>{b.id});
  const auto groups = world.test.read<std::vector<Group>>(
      [&](Snapshot& s) { return world.test->groups().list(s, world.workspace.id); });
  REQUIRE(groups.size() == 2);
  for (const Group& each : groups) CHECK(each.members.size() == (each.id == rack.id ? 1 : 2));
  const auto groups_of = [&](SubjectId member) {
    return world.test.read<std::vector<GroupId>>(
        [&](Snapshot& s) { return world.test->groups().groups_of(s, world.workspace.id, member); });
  };
  CHECK(groups_of(a.id) == std::vector<GroupId>{row.id});
  CHECK(groups_of(b.id) == std::vector<GroupId>{rack.id});
  CHECK(groups_of(rack.id) == std::vector<GroupId>{row.id});
  CHECK(world.find(a)->groups == std::vector<GroupId>{row.id});
  // A removed member is none; a removed group has none.
  world.remove(a);
  world.remove(world.test.subject(world.workspace.id, rack.id));
  CHECK(found<Group>(world.test, [&](Snapshot& s) {
          return world.test->groups().find(s, world.workspace.id, row.id);
        }).members.empty());
  CHECK(groups_of(b.id).empty());
}

TEST_CASE("a group counts its members by their state, without those that are paused, switched off or removed") {
  World world;
  std::vector<SubjectId> members;
  std::vector<Subject> subjects;
  for (const auto& [state, reason] :
       {std::pair{State::up, StateReason::heard}, {State::up, StateReason::carried}, {State::degraded, StateReason::source},
        {State::down, StateReason::silent}, {State::unknown, StateReason::source}, {State::unknown, StateReason::disabled},
        {State::unknown, StateReason::paused}, {State::pending, StateReason::resumed}, {State::down, StateReason::silent},
        {State::down, StateReason::silent}}) {
    subjects.push_back(world.add("member " + std::to_string(subjects.size())));
    members.push_back(subjects.back().id);
    world.put_state(subjects.back(), state, reason, {10});
  }
  const Group rack = world.test.add_group(world.workspace, "rack-4", members);
  subjects[8].groups = {rack.id};
  subjects[8].paused_at = {11};  // paused just now: its state follows
  CHECK(world.update(subjects[8]));
  world.remove(subjects[9]);
  const auto counts = world.test.read<MemberCounts>(
      [&](Snapshot& s) { return world.test->groups().counts(s, world.workspace.id, rack.id); });
  CHECK(counts.up == 2);
  CHECK(counts.degraded == 1);
  CHECK(counts.down == 1);
  CHECK(counts.unknown == 1);
  CHECK(counts.pending == 1);
}

TEST_CASE("the rules that name a subject are counted, as itself and as a group") {
  World world;
  const Group rack = world.test.add_group(world.workspace);
  const auto rules_about = [&] {
    return world.test.read<std::int64_t>(
        [&](Snapshot& s) { return world.test->groups().rules_about(s, world.workspace.id, rack.id); });
  };
  Rule rule = world.test.add_rule(world.workspace);
  CHECK(rules_about() == 0);
  Rule second = world.test.add_rule(world.workspace);
  rule.target = {RuleTarget::Kind::group, "", rack.id};
  second.target = {RuleTarget::Kind::subject, "", rack.id};
  world.test.write([&](Transaction& tx) -> Result<void> {
    TRY(world.test->rules().update(tx, rule));
    return world.test->rules().update(tx, second);
  });
  CHECK(rules_about() == 2);
}
