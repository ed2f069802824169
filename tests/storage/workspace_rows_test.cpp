// The border around a workspace at its two ends: the appliance's own stands in no list, and one that is deleted leaves no row.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "core/access/appliance_directory.h"
#include "core/base/text.h"
#include "storage/people/own_workspace.h"
#include "tests/storage/store_checks.h"
#include "tests/storage/subject_world.h"

using namespace connlog;

namespace {

using World = SubjectWorld;
using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("the appliance is a subject in a workspace that stands in no list") {
  World world;
  CHECK(storage::own_workspace() == appliance_workspace());
  const Subject appliance = world.test.subject(appliance_workspace(), appliance_subject());
  CHECK(appliance.kind == SubjectKind::appliance);
  CHECK(appliance.number == 1);
  CHECK(found<ObservedState>(world.test, [&](Snapshot& s) {
          return world.test->subjects().state(s, appliance_workspace(), appliance_subject());
        }).state == State::pending);
  const auto all = world.test.read<std::vector<Workspace>>([&](Snapshot& s) { return world.test->workspaces().all(s); });
  REQUIRE(all.size() == 1);
  CHECK(all[0].id == world.workspace.id);
  const auto listed = world.test.read<std::vector<ListedWorkspace>>([&](Snapshot& s) {
    return world.test->administration().directory.workspaces(s, "", "", 100);
  });
  REQUIRE(listed.size() == 1);
  CHECK(listed[0].workspace.id == world.workspace.id);
  CHECK(world.test.read<std::vector<ListedWorkspace>>([&](Snapshot& s) {
          return world.test->administration().directory.workspaces(s, "appliance", "", 100);
        }).empty());
  CHECK_FALSE(world.test.read<std::optional<ListedWorkspace>>([&](Snapshot& s) {
    return world.test->administration().directory.workspace(s, appliance_workspace());
  }));
}

TEST_CASE("a deleted workspace leaves no row in any table with a workspace, but numbers and digests") {
  World world;
  const Agent agent = world.test.add_agent(world.workspace), gone = world.test.add_agent(world.workspace, "gone");
  Subject subject = world.test.subject(world.workspace.id, agent.id);
  subject.tags = {"linux"};
  subject.labels = {{"env", "prod"}};
  subject.teams = {world.team("First").id};
  subject.groups = {world.test.add_group(world.workspace).id};
  CHECK(world.update(subject));
  const Rule rule = world.test.add_rule(world.workspace);
  world.test.announce(world.test.open_incident(rule, agent));
  RuleState state;
  state.rule = rule.id;
  state.subject = subject.id;
  state.workspace = subject.workspace;
  state.phase = RuleState::Phase::pending;
  const Subject gone_subject = world.test.subject(world.workspace.id, gone.id);
  const auto reading = [&](const Agent& of) {
    Reading made;
    made.workspace = of.workspace;
    made.subject = of.id;
    made.at = world.test.clock.now();
    return made;
  };
  WorkspaceSetting setting;
  setting.workspace = world.workspace.id;
  world.test.write([&](Transaction& tx) -> Result<void> {
    TRY(world.test->subjects().put_part(tx, subject.workspace, subject.id, {1, "/home", {}}));
    TRY(world.test->incidents().put_state(tx, state, world.test.clock.now()));
    TRY(world.test->readings().append(tx, reading(agent)));
    TRY(world.test->readings().append(tx, reading(gone)));
    TRY(world.test->agents().remove(tx, gone));
    TRY(world.test->subjects().remove(tx, gone_subject, world.test.clock.now()));
    return world.test->workspace_settings().put(tx, setting);
  });
  const Workspace other = world.test.add_workspace("other");
  const Agent theirs = world.test.add_agent(other, "theirs");
  world.test.write([&](Transaction& tx) { return world.test->readings().append(tx, reading(theirs)); });

  for (bool done = false; !done;) {
    world.test.write([&](Transaction& tx) -> Result<void> {
      const storage::RowsOfRooms rooms = world.test->workspace_rows();
      std::int64_t rows = 4;  // so little that it takes many pieces
      for (WorkspaceRows* room : {&rooms.trust, &rooms.monitors, &rooms.agents, &rooms.watch, &rooms.access}) {
        done = TRY(room->erase(tx, world.workspace.id, rows));
        if (!done) return {};
      }
      return {};
    });
  }
  Texts left;
  const std::string hex = to_hex(world.workspace.id.bytes);
  world.test.write([&](Transaction& tx) -> Result<void> {
    Texts names;
    TRY(storage::at(tx).each_row(
        "SELECT m.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c WHERE m.type = 'table' "
        "AND c.name = 'workspace_id' ORDER BY m.name",
        [&](sqlite3_stmt* row) { names.push_back(first_text(row)); }));
    CHECK(names.size() > 30);
    for (const std::string& name : names) {
      const std::int64_t rows = TRY(
          storage::at(tx).number("SELECT COUNT(*) FROM " + name + " WHERE hex(workspace_id) = '" + hex + "' COLLATE NOCASE"));
      if (rows > 0) left.push_back(name);
    }
    return {};
  });
  CHECK(left.empty());
  CHECK(world.count("SELECT COUNT(*) FROM gone_agent") == 2);
  CHECK(world.count("SELECT COUNT(*) FROM gone_subject") == 3);  // two agents and the group
  CHECK(world.count("SELECT COUNT(*) FROM reading_log") == 1);   // the other workspace's
  CHECK(world.test.read<std::vector<Reading>>([&](Snapshot& s) {
          return world.test->readings().range(s, other.id, theirs.id, {}, {INT64_MAX});
        }).size() == 1);
}
