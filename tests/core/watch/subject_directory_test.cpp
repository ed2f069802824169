#include <doctest/doctest.h>

#include <mutex>
#include <string>
#include <vector>

#include "core/watch/subject_directory.h"
#include "core/watch/subject_entry.h"
#include "tests/support/seeded_random.h"

using namespace connlog;

namespace {

constexpr Instant kNoon{1'795'000'000'000'000};
constexpr Monotonic kStart{1'000'000'000};

// One workspace whose subjects are put by hand, as the watch and its sources do.
struct World {
  SeededRandom random;
  SubjectDirectory directory;
  WorkspaceId workspace = WorkspaceId::make(kNoon, random);
  Rule down_for_10_min = rule(RuleKind::state, 600);

  World() { impl().put_rule(down_for_10_min); }

  SubjectDirectory::Impl& impl() { return directory.impl(); }

  Rule rule(RuleKind kind, std::int64_t duration_seconds) {
    Rule made;
    made.id = RuleId::make(kNoon, random);
    made.workspace = workspace;
    made.name = "rule";
    made.kind = kind;
    made.duration_seconds = duration_seconds;
    return made;
  }

  SubjectEntry& add(const std::string& name, State state, StateReason reason, microseconds window = seconds(40)) {
    Subject subject;
    subject.id = SubjectId::make(kNoon, random);
    subject.workspace = workspace;
    subject.name = name;
    subject.created_at = kNoon;
    impl().put(subject);
    SubjectEntry& entry = *impl().by_id(subject.id);
    observe(entry, state, reason);
    const std::lock_guard lock(entry.mutex);
    entry.window = window;
    return entry;
  }

  void observe(SubjectEntry& entry, State state, StateReason reason) {
    ObservedState observed;
    observed.subject = entry.id;
    observed.workspace = workspace;
    observed.state = state;
    observed.reason = reason;
    observed.since = kNoon;
    if (state != State::pending) observed.first_seen_at = kNoon;
    impl().set_observed(observed);
  }

  RuleState state_of(const SubjectEntry& entry, const Rule& of, RuleState::Phase phase, PartNumber part = 0) {
    RuleState state = entry.state_of(of, part);
    state.phase = phase;
    if (phase == RuleState::Phase::pending) state.deadline = kNoon + seconds(600);
    return state;
  }

  void hear(SubjectEntry& entry, Monotonic at) {
    const std::lock_guard lock(entry.mutex);
    entry.heard = at;
    entry.heard_here = true;
  }
  void plan(SubjectEntry& entry, Monotonic now) {
    const std::lock_guard lock(entry.mutex);
    impl().plan_look(entry, kNoon + (now - kStart), now);
  }
  std::size_t due(Monotonic now) { return impl().take_due(now, 10).size(); }
  ShownState shown(const SubjectEntry& entry) { return directory.find(workspace, entry.id)->shown; }
};

}  // namespace

TEST_CASE("nobody is due before the appliance listens, and then each has its window") {
  World world;
  world.add("db-1", State::up, StateReason::heard);
  world.add("new", State::pending, StateReason::added);
  world.add("no reports", State::up, StateReason::source, seconds(0));
  CHECK(!world.impl().next_look());
  world.impl().listening_since(kStart);
  CHECK(world.impl().next_look() == kStart + seconds(40));
  CHECK(world.due(kStart + seconds(39)) == 0);
  CHECK(world.due(kStart + seconds(40)) == 1);
  CHECK(!world.impl().next_look());
}

TEST_CASE("a subject that was heard in the meantime is looked at when its window ends anew") {
  World world;
  SubjectEntry& entry = world.add("db-1", State::up, StateReason::heard);
  world.impl().listening_since(kStart);
  world.hear(entry, kStart + seconds(30));
  CHECK(world.due(kStart + seconds(40)) == 0);
  CHECK(world.impl().next_look() == kStart + seconds(70));
  CHECK(world.due(kStart + seconds(70)) == 1);
}

TEST_CASE("the deadline of a state rule is looked at, also of a subject that says nothing") {
  World world;
  world.impl().listening_since(kStart);
  SubjectEntry& group = world.add("rack-4", State::down, StateReason::members, seconds(0));
  world.impl().set_state(world.state_of(group, world.down_for_10_min, RuleState::Phase::pending));
  world.plan(group, kStart);
  CHECK(world.impl().next_look() == kStart + seconds(600));
  CHECK(world.due(kStart + seconds(600)) == 1);
}

TEST_CASE("a deadline that is over is not looked at again and again") {
  World world;
  world.impl().listening_since(kStart);
  SubjectEntry& group = world.add("rack-4", State::down, StateReason::members, seconds(0));
  world.impl().set_state(world.state_of(group, world.down_for_10_min, RuleState::Phase::pending));
  const Monotonic late = kStart + seconds(700);
  world.plan(group, late);
  CHECK(world.due(late) == 0);
  CHECK(world.due(late + seconds(1)) == 1);
}

TEST_CASE("after a start, time judges a silent subject only once its source had the time to report") {
  World world;
  SubjectEntry& entry = world.add("db-1", State::down, StateReason::silent);
  world.impl().set_state(world.state_of(entry, world.down_for_10_min, RuleState::Phase::pending));
  const Monotonic started = kStart + seconds(3'600);
  world.impl().listening_since(started);
  world.plan(entry, started);
  CHECK(world.impl().waits_until(entry) == started + seconds(40));
  CHECK(world.due(started + seconds(39)) == 0);
  CHECK(world.due(started + seconds(40)) == 1);
}

TEST_CASE("a subject that is known to be silent is not looked at for its silence again") {
  World world;
  world.impl().listening_since(kStart);
  SubjectEntry& entry = world.add("db-1", State::down, StateReason::silent);
  world.plan(entry, kStart + seconds(100));
  CHECK(!world.impl().next_look());
}

TEST_CASE("what is paused, switched off, removed or in a disabled workspace is not due") {
  for (int how = 0; how < 4; ++how) {
    CAPTURE(how);
    World world;
    SubjectEntry& entry = world.add("db-1", State::up, StateReason::heard);
    world.impl().listening_since(kStart);
    Subject row = *world.directory.row(world.workspace, entry.id);
    if (how == 0) row.paused_at = kNoon;
    if (how == 1) row.removed_at = kNoon;
    world.directory.put(row);
    if (how == 2) {
      const std::lock_guard lock(entry.mutex);
      entry.is_off = true;
    }
    if (how == 3) world.impl().workspace(world.workspace).enabled = false;
    CHECK(world.due(kStart + seconds(3'600)) == 0);
    if (how != 1) CHECK(world.shown(entry) == ShownState::paused);
  }
}

TEST_CASE("an open incident is shown as degraded, and changes no observed state") {
  World world;
  SubjectEntry& entry = world.add("db-1", State::up, StateReason::heard);
  CHECK(world.shown(entry) == ShownState::up);
  world.impl().set_state(world.state_of(entry, world.down_for_10_min, RuleState::Phase::open));
  world.impl().set_state(world.state_of(entry, world.down_for_10_min, RuleState::Phase::open, 3));
  const auto live = world.directory.find(world.workspace, entry.id);
  REQUIRE(live);
  CHECK(live->open_incidents == 2);
  CHECK(live->shown == ShownState::degraded);
  CHECK(live->observed.state == State::up);
  world.impl().set_state(world.state_of(entry, world.down_for_10_min, RuleState::Phase::ok));
  world.impl().set_state(world.state_of(entry, world.down_for_10_min, RuleState::Phase::ok, 3));
  CHECK(world.shown(entry) == ShownState::up);
  CHECK(entry.states.empty());
}

TEST_CASE("states of rules are kept only while they are not ok or cool down") {
  World world;
  world.impl().listening_since(kStart);
  SubjectEntry& entry = world.add("db-1", State::up, StateReason::heard);
  RuleState cooling = world.state_of(entry, world.down_for_10_min, RuleState::Phase::ok);
  cooling.cooldown_until = kNoon + seconds(60);
  world.impl().set_state(cooling);
  CHECK(entry.states.size() == 1);
  world.plan(entry, kStart + seconds(59));
  CHECK(entry.states.size() == 1);
  world.plan(entry, kStart + seconds(60));
  CHECK(entry.states.empty());
  world.impl().set_state(cooling);
  world.impl().remove_rule(world.workspace, world.down_for_10_min.id);
  CHECK(entry.states.empty());
  CHECK(entry.rules.empty());
}

TEST_CASE("while nothing can be stored every state is unknown, but for what was silent before and is not heard") {
  World world;
  world.impl().listening_since(kStart);
  SubjectEntry& up = world.add("up", State::up, StateReason::heard);
  SubjectEntry& silent = world.add("silent", State::down, StateReason::silent);
  SubjectEntry& fresh = world.add("new", State::pending, StateReason::added);
  SubjectEntry& group = world.add("group", State::down, StateReason::members, seconds(0));
  world.impl().storing_stopped(kStart + seconds(10));
  CHECK(world.shown(up) == ShownState::unknown);
  CHECK(world.shown(silent) == ShownState::down);
  CHECK(world.shown(fresh) == ShownState::pending);
  CHECK(world.shown(group) == ShownState::unknown);
  world.hear(silent, kStart + seconds(11));
  CHECK(world.shown(silent) == ShownState::unknown);
  world.impl().storing_again(kStart + seconds(500));
  CHECK(world.shown(up) == ShownState::up);
  CHECK(world.due(kStart + seconds(539)) == 0);  // silence counts anew
  CHECK(world.due(kStart + seconds(540)) == 2);
}

TEST_CASE("of a silent subject no part is looked at by time") {
  World world;
  world.impl().listening_since(kStart);
  SubjectEntry& entry = world.add("db-1", State::down, StateReason::silent);
  world.impl().set_state(world.state_of(entry, world.down_for_10_min, RuleState::Phase::pending, 3));
  world.plan(entry, kStart + seconds(700));
  CHECK(!world.impl().next_look());
  world.observe(entry, State::up, StateReason::heard);
  world.hear(entry, kStart + seconds(700));
  world.plan(entry, kStart + seconds(700));
  CHECK(world.impl().next_look() == kStart + seconds(701));
}

TEST_CASE("after an outage of ours time judges what others decide only once those had some time to report") {
  World world;
  world.impl().listening_since(kStart);
  SubjectEntry& group = world.add("rack-4", State::down, StateReason::members, seconds(0));
  world.impl().set_state(world.state_of(group, world.down_for_10_min, RuleState::Phase::pending));
  world.plan(group, kStart);
  REQUIRE(world.impl().next_look() == kStart + seconds(600));
  world.impl().storing_stopped(kStart + seconds(300));
  const Monotonic again = kStart + seconds(1'200);
  world.impl().storing_again(again);
  CHECK(world.due(again) == 0);
  world.plan(group, again + seconds(10));  // one of several members was heard
  CHECK(world.due(again + seconds(59)) == 0);
  CHECK(world.due(again + seconds(60)) == 1);
}

TEST_CASE("a removed subject is in no list, and its row stays for sight") {
  World world;
  SubjectEntry& entry = world.add("db-1", State::up, StateReason::heard);
  Subject row = *world.directory.row(world.workspace, entry.id);
  CHECK(world.directory.count(world.workspace, SubjectKind::agent) == 1);
  row.removed_at = kNoon;
  world.directory.put(row);
  CHECK(!world.directory.find(world.workspace, entry.id));
  CHECK(world.directory.list(world.workspace).empty());
  CHECK(world.directory.count(world.workspace, SubjectKind::agent) == 0);
  REQUIRE(world.directory.row(world.workspace, entry.id));
  CHECK(world.directory.row(world.workspace, entry.id)->name == "db-1");
  CHECK(!world.directory.row(WorkspaceId::make(kNoon, world.random), entry.id));
}
