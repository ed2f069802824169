// The state of a group by its health rule and its members, and how deep groups may stand in groups.
#include "core/watch/group.h"

#include <doctest/doctest.h>

#include "core/watch/group_nesting.h"
#include "tests/support/seeded_random.h"

using namespace connlog;

namespace {

Group group_with(Health health, std::int64_t amount = 1) {
  Group group;
  group.health = health;
  group.amount = amount;
  return group;
}

State state_with(Health health, std::int64_t amount, MemberCounts counts) {
  return state_of(group_with(health, amount), counts);
}

std::string field_of(const MembersOfGroups& groups) {
  const auto result = check_nesting("member_ids", groups);
  return result ? "" : result.error().field;
}

}  // namespace

TEST_CASE("a group is pending while no member counts") {
  for (const Health health : values_of<Health>()) {
    CAPTURE(to_text(health));
    CHECK(state_with(health, 1, {}) == State::pending);
  }
}

TEST_CASE("a group of which all members must be up") {
  CHECK(state_with(Health::all, 1, {.up = 5}) == State::up);
  CHECK(state_with(Health::all, 1, {.up = 4, .degraded = 1}) == State::degraded);
  CHECK(state_with(Health::all, 1, {.degraded = 5}) == State::degraded);
  CHECK(state_with(Health::all, 1, {.up = 4, .down = 1}) == State::down);
  CHECK(state_with(Health::all, 1, {.up = 4, .unknown = 1}) == State::unknown);
  CHECK(state_with(Health::all, 1, {.up = 4, .pending = 1}) == State::up);
  CHECK(state_with(Health::all, 1, {.pending = 2}) == State::pending);
  CHECK(state_with(Health::all, 1, {.up = 3, .down = 1, .unknown = 1}) == State::down);  // whatever the unknown one is
}

TEST_CASE("a group of which some members must be up") {
  CHECK(state_with(Health::at_least, 2, {.up = 5}) == State::up);
  CHECK(state_with(Health::at_least, 2, {.up = 2, .down = 3}) == State::degraded);
  CHECK(state_with(Health::at_least, 2, {.up = 1, .degraded = 1, .down = 3}) == State::degraded);
  CHECK(state_with(Health::at_least, 2, {.up = 1, .down = 4}) == State::down);
  CHECK(state_with(Health::at_least, 2, {.up = 1, .down = 3, .unknown = 1}) == State::unknown);
  CHECK(state_with(Health::at_least, 2, {.up = 2, .unknown = 3}) == State::up);  // they cannot break it
  CHECK(state_with(Health::at_least, 2, {.up = 2, .down = 1, .unknown = 2}) == State::degraded);
}

TEST_CASE("a group that wants more members up than count wants all of those: a pause breaks nothing") {
  CHECK(state_with(Health::at_least, 5, {.up = 4}) == State::up);
  CHECK(state_with(Health::at_least, 5, {.up = 3, .down = 1}) == State::down);
}

TEST_CASE("a group of which a share of the members must be up") {
  CHECK(state_with(Health::share, 50, {.up = 2, .down = 2}) == State::degraded);  // the half is enough
  CHECK(state_with(Health::share, 51, {.up = 2, .down = 2}) == State::down);
  CHECK(state_with(Health::share, 67, {.up = 2, .down = 1}) == State::down);  // 66.7 %
  CHECK(state_with(Health::share, 66, {.up = 2, .down = 1}) == State::degraded);
  CHECK(state_with(Health::share, 100, {.up = 3}) == State::up);
  CHECK(state_with(Health::share, 1, {.down = 3}) == State::down);
  CHECK(state_with(Health::share, 50, {.up = 1, .down = 1, .pending = 2}) == State::degraded);
  CHECK(state_with(Health::share, 50, {.up = 2, .pending = 2}) == State::up);
}

TEST_CASE("a group of which any member is enough") {
  CHECK(state_with(Health::any, 1, {.up = 1}) == State::up);
  CHECK(state_with(Health::any, 1, {.up = 1, .down = 4}) == State::degraded);
  CHECK(state_with(Health::any, 1, {.degraded = 1, .down = 4}) == State::degraded);
  CHECK(state_with(Health::any, 1, {.down = 5}) == State::down);
  CHECK(state_with(Health::any, 1, {.down = 4, .unknown = 1}) == State::unknown);
  CHECK(state_with(Health::any, 1, {.up = 1, .unknown = 4}) == State::up);
}

TEST_CASE("what is not up is said, the worst first") {
  CHECK(detail_of({}) == "");
  CHECK(detail_of({.up = 5}) == "");
  CHECK(detail_of({.up = 3, .down = 2}) == "2 of 5 members are down");
  CHECK(detail_of({.up = 4, .down = 1}) == "1 of 5 members is down");
  CHECK(detail_of({.up = 1, .degraded = 2}) == "2 of 3 members are degraded");
  CHECK(detail_of({.up = 1, .degraded = 1, .down = 2, .unknown = 1, .pending = 1}) ==
        "2 of 6 members are down, 1 degraded, 1 unknown, 1 pending");
}

TEST_CASE("groups stand in groups five deep, and no deeper") {
  SeededRandom random;
  MembersOfGroups groups;
  std::vector<SubjectId> chain;
  for (int i = 0; i < 5; ++i) chain.push_back(SubjectId::make({1}, random));
  for (std::size_t i = 0; i < chain.size(); ++i) {
    groups[chain[i]] = {SubjectId::make({1}, random)};  // an agent
    if (i + 1 < chain.size()) groups[chain[i]].push_back(chain[i + 1]);
  }
  CHECK(field_of(groups) == "");
  const SubjectId sixth = SubjectId::make({1}, random);
  groups[sixth] = {};
  groups[chain.back()].push_back(sixth);
  CHECK(field_of(groups) == "member_ids");
}

TEST_CASE("a group is not inside itself, by no way round; two ways to one group are no circle") {
  SeededRandom random;
  const SubjectId a = SubjectId::make({1}, random);
  const SubjectId b = SubjectId::make({1}, random);
  const SubjectId c = SubjectId::make({1}, random);
  CHECK(field_of({}) == "");
  CHECK(field_of({{a, {b, c}}, {b, {c}}, {c, {}}}) == "");
  CHECK(field_of({{a, {a}}}) == "member_ids");
  CHECK(field_of({{a, {b}}, {b, {c}}, {c, {a}}}) == "member_ids");
  CHECK(field_of({{a, {}}, {b, {c}}, {c, {b}}}) == "member_ids");
}
