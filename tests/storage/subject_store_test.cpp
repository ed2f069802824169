// The store of subjects, their observed states and parts: what goes in comes back; numbers are given once; what is removed
// leaves what incidents need and nothing else.

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "core/base/text.h"
#include "tests/storage/hostile_texts.h"
#include "tests/storage/store_checks.h"
#include "tests/storage/subject_world.h"

using namespace connlog;
using namespace std::chrono_literals;

namespace {

using World = SubjectWorld;
using Texts = std::vector<std::string>;

// "up 10", "down 20": state and instant of each.
std::vector<std::string> told(const std::vector<StateChange>& changes) {
  std::vector<std::string> out;
  for (const StateChange& each : changes)
    out.push_back(std::string(to_text(each.state)) + " " + std::to_string(each.at.micros));
  return out;
}

// Tables with a row of the subject; its own row is not counted.
Texts tables_about(World& world, const Subject& subject) {
  Texts out;
  world.test.write([&](Transaction& tx) -> Result<void> {
    Texts names;
    TRY(storage::at(tx).each_row(
        "SELECT m.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c WHERE m.type = 'table' "
        "AND c.name = 'subject_id' ORDER BY m.name",
        [&](sqlite3_stmt* row) { names.push_back(first_text(row)); }));
    for (const std::string& name : names) {
      const std::int64_t rows = TRY(storage::at(tx).number("SELECT COUNT(*) FROM " + name + " WHERE hex(subject_id) = '" +
                                                           to_hex(subject.id.bytes) + "' COLLATE NOCASE"));
      if (rows > 0) out.push_back(name);
    }
    return {};
  });
  return out;
}

}  // namespace

TEST_CASE("subjects take any text and keep every field") {
  World world;
  world.test.add_agent(world.workspace, "agent");
  const Team first = world.team("First"), second = world.team("Second");
  const Group rack = world.test.add_group(world.workspace);
  std::vector<TeamId> teams{first.id, second.id};
  std::sort(teams.begin(), teams.end());
  for (const std::string& text : kHostileTexts) {
    CAPTURE(text.substr(0, 40));
    Subject subject = world.add(text);
    const auto check = [&] {
      const auto back = world.find(subject);
      REQUIRE(back);
      CHECK(back->number == subject.number);
      CHECK(back->kind == SubjectKind::agent);
      CHECK(back->name == subject.name);
      CHECK(back->key == subject.key);
      CHECK(back->notes == subject.notes);
      CHECK(back->tags == subject.tags);
      CHECK(back->labels == subject.labels);
      CHECK(back->teams == subject.teams);
      CHECK(back->groups == subject.groups);
      CHECK(back->paused_at == subject.paused_at);
      CHECK(back->created_at == subject.created_at);
      CHECK_FALSE(back->removed_at.is_set());
      CHECK(back->version == subject.version);
    };
    check();
    subject.name = text + "!";
    subject.key = "key-" + text;
    subject.notes = text;
    subject.tags = {text, text + "~"};
    subject.labels = {{"a", text}, {"b", ""}};
    subject.teams = teams;
    subject.groups = {rack.id};
    subject.paused_at = {7};
    subject.version = 5;
    CHECK(world.update(subject));
    check();
    subject.tags = {"other"};
    subject.labels.clear();
    subject.teams = {second.id};
    subject.groups.clear();
    subject.paused_at = {};
    CHECK(world.update(subject));
    check();
  }
  const auto listed = world.test.read<std::vector<Subject>>(
      [&](Snapshot& s) { return world.test->subjects().list(s, world.workspace.id); });
  CHECK(listed.size() == std::size(kHostileTexts) + 2);
  for (std::size_t i = 1; i < listed.size(); ++i) CHECK(folded(listed[i - 1].name) <= folded(listed[i].name));
  std::size_t tagged = 0;
  for (const Subject& each : world.test.read<std::vector<Subject>>([&](Snapshot& s) { return world.test->subjects().all(s); }))
    tagged += each.tags == Texts{"other"} && each.teams == std::vector<TeamId>{second.id} ? 1 : 0;
  CHECK(tagged == std::size(kHostileTexts));
  check_unharmed(world.test, 1);
}

TEST_CASE("a key is found by itself in its workspace, and is there once") {
  World world;
  Subject first = world.add("a"), second = world.add("b");
  first.key = second.key = "rack-4";
  CHECK(world.update(first));
  CHECK(refused(world.test, [&](Transaction& tx) { return world.test->subjects().update(tx, second); }) ==
        ErrorCode::conflict);
  const auto by_key = [&](WorkspaceId workspace) {
    return world.test.read<std::optional<Subject>>(
        [&](Snapshot& s) { return world.test->subjects().find_by_key(s, workspace, "rack-4"); });
  };
  REQUIRE(by_key(world.workspace.id));
  CHECK(by_key(world.workspace.id)->id == first.id);
  const Workspace other = world.test.add_workspace("other");
  CHECK_FALSE(by_key(other.id));
  // The same key in another workspace, and any number of subjects without one.
  Subject theirs = world.subject("c");
  theirs.workspace = other.id;
  theirs.key = "rack-4";
  CHECK(world.test.stores().write([&](Transaction& tx) -> Result<void> {
    TRY(world.test->subjects().insert(tx, theirs));
    return {};
  }));
  CHECK(by_key(other.id)->id == theirs.id);
  // A removed subject's key is free again.
  world.remove(first);
  CHECK_FALSE(by_key(world.workspace.id));
  CHECK(world.update(second));
}

TEST_CASE("a number is given once, whatever is removed and whatever is rolled back") {
  World world;
  const Subject first = world.add("a");
  CHECK(first.number == 2);  // the appliance has the first
  const Subject second = world.add("b");
  CHECK(second.number == 3);
  world.remove(second);
  CHECK_FALSE(world.find(second));
  CHECK(world.add("c").number == 4);
  const Subject lost = world.subject("lost");
  CHECK(!world.test.stores().write([&](Transaction& tx) -> Result<void> {
    const std::int64_t number = TRY(world.test->subjects().insert(tx, lost));
    CHECK(number == 5);
    return Error{ErrorCode::conflict, "no"};
  }));
  CHECK(world.add("d").number == 5);  // nothing ever carried it
  world.test.restart();
  CHECK(world.add("e").number == 6);
  CHECK(world.count("SELECT COUNT(*) FROM gone_subject") == 1);
}

TEST_CASE("a removed subject of which no incident tells leaves its number and nothing else") {
  World world;
  const Agent agent = world.test.add_agent(world.workspace);
  Subject subject = world.test.subject(world.workspace.id, agent.id);
  subject.key = "db";
  subject.tags = {"linux"};
  subject.labels = {{"env", "prod"}};
  subject.teams = {world.team("First").id};
  subject.groups = {world.test.add_group(world.workspace).id};
  CHECK(world.update(subject));
  RuleState state;
  state.rule = world.test.add_rule(world.workspace).id;
  state.subject = subject.id;
  state.workspace = subject.workspace;
  state.phase = RuleState::Phase::pending;
  Reading reading;
  reading.workspace = subject.workspace;
  reading.subject = subject.id;
  reading.at = world.test.clock.now();
  world.test.write([&](Transaction& tx) -> Result<void> {
    TRY(world.test->subjects().put_part(tx, subject.workspace, subject.id, {1, "/home", {}}));
    TRY(world.test->incidents().put_state(tx, state, world.test.clock.now()));
    return world.test->readings().append(tx, reading);
  });
  world.test.restart();  // saves the head of its readings
  CHECK(tables_about(world, subject) == Texts{"group_member", "rule_state", "state_change", "subject_label",
                                              "subject_part", "subject_state", "subject_tag", "subject_team"});
  CHECK(world.count("SELECT COUNT(*) FROM reading_head WHERE subject_number <> 0") == 1);
  world.test.write([&](Transaction& tx) -> Result<void> {
    TRY(world.test->agents().remove(tx, agent));
    return world.test->subjects().remove(tx, subject, world.test.clock.now());
  });
  CHECK_FALSE(world.find(subject));
  CHECK(tables_about(world, subject).empty());
  const auto readings = [&] {
    return world.test.read<std::vector<Reading>>([&](Snapshot& s) {
      return world.test->readings().range(s, subject.workspace, subject.id, {}, {INT64_MAX});
    });
  };
  CHECK(readings().empty());
  CHECK(world.test.read<std::vector<Reading>>([&](Snapshot& s) { return world.test->readings().newest_of_each(s); })
            .empty());
  world.test.restart();
  CHECK(readings().empty());
  CHECK(world.count("SELECT COUNT(*) FROM reading_head WHERE subject_number <> 0") == 0);
  CHECK(world.count("SELECT number FROM gone_subject") == subject.number);
  CHECK(refused(world.test, [&](Transaction& tx) {
          return world.test->subjects().remove(tx, subject, world.test.clock.now());
        }) == ErrorCode::not_found);
}

TEST_CASE("a removed subject stays with name, number, kind and teams until the last incident about it is deleted") {
  World world;
  const Agent agent = world.test.add_agent(world.workspace);
  Subject subject = world.test.subject(world.workspace.id, agent.id);
  subject.key = "db";
  subject.notes = "In the cellar";
  subject.tags = {"linux"};
  subject.teams = {world.team("First").id};
  CHECK(world.update(subject));
  const Rule rule = world.test.add_rule(world.workspace);
  std::vector<Incident> incidents;
  for (int i = 0; i < 2; ++i) {
    Incident incident = world.test.open_incident(rule, agent);
    world.test.announce(incident);
    world.test.clock.advance(1h);
    incident.resolved_at = world.test.clock.now();
    incident.resolution = to_text(Resolution::subject_removed);
    world.test.write([&](Transaction& tx) { return world.test->incidents().update(tx, incident); });
    incidents.push_back(incident);
  }
  world.test.write([&](Transaction& tx) -> Result<void> {
    TRY(world.test->agents().remove(tx, agent));
    return world.test->subjects().remove(tx, subject, world.test.clock.now());
  });
  const auto left = world.find(subject);
  REQUIRE(left);
  CHECK(left->removed_at == world.test.clock.now());
  CHECK(left->name == subject.name);
  CHECK(left->number == subject.number);
  CHECK(left->kind == SubjectKind::agent);
  CHECK(left->teams == subject.teams);
  CHECK(left->key.empty());
  CHECK(left->notes.empty());
  CHECK(left->tags.empty());
  CHECK(tables_about(world, subject) == Texts{"announcement", "incident", "subject_team"});
  CHECK(world.test.read<std::vector<Subject>>([&](Snapshot& s) {
          return world.test->subjects().list(s, world.workspace.id);
        }).empty());
  CHECK(world.count("SELECT COUNT(*) FROM gone_subject") == 0);

  const auto delete_before = [&](Instant before) {
    std::int64_t deleted = 0;
    world.test.write([&](Transaction& tx) -> Result<void> {
      deleted = TRY(world.test->incidents().delete_before(tx, before, 100));
      return {};
    });
    return deleted;
  };
  CHECK(delete_before(incidents[0].resolved_at) == 0);
  CHECK(delete_before(incidents[0].resolved_at + 1us) == 1);
  CHECK(world.find(subject));
  CHECK(delete_before(incidents[1].resolved_at + 1us) == 1);
  CHECK_FALSE(world.find(subject));
  CHECK(tables_about(world, subject).empty());
  CHECK(world.count("SELECT number FROM gone_subject") == subject.number);
}

TEST_CASE("the newest state is kept with its beginning, and each change joins the record, also within one instant") {
  World world;
  const Subject subject = world.add();
  world.put_state(subject, State::pending, StateReason::added, {10});
  world.put_state(subject, State::up, StateReason::heard, {20});
  world.put_state(subject, State::down, StateReason::silent, {30}, "detail");
  world.put_state(subject, State::up, StateReason::heard, {30});
  const auto newest = world.test.read<std::optional<ObservedState>>(
      [&](Snapshot& s) { return world.test->subjects().state(s, subject.workspace, subject.id); });
  REQUIRE(newest);
  CHECK(newest->state == State::up);
  CHECK(newest->reason == StateReason::heard);
  CHECK(newest->since == Instant{30});
  const auto changes = world.changes(subject);
  CHECK(told(changes) == Texts{"pending 10", "up 20", "down 30", "up 30"});
  CHECK(changes[2].n == 0);
  CHECK(changes[2].detail == "detail");
  CHECK(changes[2].reason == StateReason::silent);
  CHECK(changes[3].n == 1);
  CHECK(changes[3].subject == subject.id);
  CHECK(changes[3].workspace == subject.workspace);
  std::size_t of_it = 0;
  for (const ObservedState& each :
       world.test.read<std::vector<ObservedState>>([&](Snapshot& s) { return world.test->subjects().all_states(s); }))
    of_it += each.subject == subject.id ? 1 : 0;
  CHECK(of_it == 1);
}

TEST_CASE("what was written while the clock was ahead leaves the record with the next change") {
  World world;
  const Subject subject = world.add(), other = world.add("other");
  world.put_state(subject, State::up, StateReason::heard, {10});
  world.put_state(subject, State::down, StateReason::silent, {5'000});
  world.put_state(other, State::down, StateReason::silent, {5'000});
  world.put_state(subject, State::up, StateReason::heard, {20});
  CHECK(told(world.changes(subject)) == Texts{"up 10", "up 20"});
  CHECK(told(world.changes(other)) == Texts{"down 5000"});
}

TEST_CASE("another detail of the same state is stored, and is no change") {
  World world;
  const Subject subject = world.add();
  world.put_state(subject, State::down, StateReason::members, {10}, "1 of 5 members is down");
  world.put_state(subject, State::down, StateReason::members, {10}, "2 of 5 members are down");
  CHECK(world.changes(subject).size() == 1);
  CHECK(found<ObservedState>(world.test, [&](Snapshot& s) {
          return world.test->subjects().state(s, subject.workspace, subject.id);
        }).detail == "2 of 5 members are down");
  world.put_state(subject, State::down, StateReason::members, {11}, "2 of 5 members are down");
  CHECK(world.changes(subject).size() == 2);
}

TEST_CASE("changes of a stretch begin with the one that held at its beginning") {
  World world;
  const Subject subject = world.add();
  for (const auto& [state, at] : {std::pair{State::up, 10}, {State::down, 20}, {State::up, 30}, {State::down, 30},
                                  {State::up, 40}, {State::down, 50}}) {
    world.put_state(subject, state, StateReason::source, {at});
  }
  CHECK(told(world.changes(subject, {25}, {45})) == Texts{"down 20", "up 30", "down 30", "up 40"});
  CHECK(told(world.changes(subject, {30}, {40})) == Texts{"down 30"});
  CHECK(told(world.changes(subject, {5}, {20})) == Texts{"up 10"});
  CHECK(told(world.changes(subject, {60}, {70})) == Texts{"down 50"});
  CHECK(world.changes(subject, {1}, {10}).empty());
}

TEST_CASE("retention of the record keeps what holds at its end, in slices") {
  World world;
  const Subject subject = world.add(), other = world.add("other");
  for (int at = 10; at <= 60; at += 10)
    world.put_state(subject, at % 20 == 0 ? State::down : State::up, StateReason::source, {at});
  world.put_state(other, State::up, StateReason::source, {1});
  const auto slice = [&](Instant before, std::int64_t limit) {
    std::int64_t deleted = 0;
    world.test.write([&](Transaction& tx) -> Result<void> {
      deleted = TRY(world.test->subjects().delete_changes_before(tx, before, limit));
      return {};
    });
    return deleted;
  };
  CHECK(slice({45}, 2) == 2);
  CHECK(slice({45}, 100) == 1);
  CHECK(slice({45}, 100) == 0);
  CHECK(told(world.changes(subject)) == Texts{"down 40", "up 50", "down 60"});
  CHECK(told(world.changes(other)) == Texts{"up 1"});
  CHECK(slice({50}, 100) == 1);  // at 50 the next one holds
  CHECK(slice({1'000}, 100) == 1);
  CHECK(told(world.changes(subject)) == Texts{"down 60"});
}

TEST_CASE("parts keep their text and when they were last used") {
  World world;
  const Subject subject = world.add();
  PartNumber number = 0;
  for (const std::string& text : kHostileTexts) {
    const Part part{++number, text, {5}};
    world.test.write(
        [&](Transaction& tx) { return world.test->subjects().put_part(tx, subject.workspace, subject.id, part); });
  }
  world.test.write([&](Transaction& tx) -> Result<void> {
    TRY(world.test->subjects().put_part(tx, subject.workspace, subject.id, {2, "/home", {9}}));
    return world.test->subjects().remove_part(tx, subject.workspace, subject.id, 1);
  });
  const auto parts = world.test.read<std::vector<Part>>(
      [&](Snapshot& s) { return world.test->subjects().parts(s, subject.workspace, subject.id); });
  REQUIRE(parts.size() == std::size(kHostileTexts) - 1);
  CHECK(parts[0].number == 2);
  CHECK(parts[0].text == "/home");
  CHECK(parts[0].last_used_at == Instant{9});
  for (std::size_t i = 1; i < parts.size(); ++i) CHECK(parts[i].text == kHostileTexts[i + 1]);
  const auto all = world.test.read<std::vector<std::pair<SubjectId, Part>>>(
      [&](Snapshot& s) { return world.test->subjects().all_parts(s); });
  REQUIRE(all.size() == parts.size());
  CHECK(all[0].first == subject.id);
  CHECK(all[0].second.text == "/home");
  CHECK(refused(world.test, [&](Transaction& tx) {
          return world.test->subjects().put_part(tx, subject.workspace, subject.id, {0, "itself", {}});
        }) == ErrorCode::conflict);
}
