// What belongs to a workspace, table by table: which room takes it away when the workspace is deleted, and where it
// stands in the workspace's export. A new table with a workspace in it fails these tests until it has a place in both.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "core/base/text.h"
#include "storage/connection.h"
#include "tests/support/test_app.h"

using namespace connlog;
using nlohmann::json;

namespace {

using Tables = std::set<std::string>;

// They end by their own retention.
const Tables kTrailTables = {"audit_entry", "trail_entry"};

const std::map<std::string, Tables> kTakenBy = {
    {"trust", {"leak"}},
    {"agents", {"enrolment", "enrolment_key"}},
    {"watch",
     {"agent", "agent_group", "agent_group_member", "agent_tag", "agent_team", "incident", "incident_event",
      "machine_event", "notification", "rule", "rule_group", "rule_recipient", "rule_state"}},
    {"access",
     {"access_review", "access_review_reminder", "api_key", "break_glass", "break_glass_read", "idempotency_key",
      "invitation", "letter", "login_membership", "login_provider_role", "membership", "recipient",
      "second_factor_policy", "single_use_link", "team", "team_member", "workspace_setting"}},
};

// Of the export's document; "": not in it.
const std::map<std::string, std::string> kExportedIn = {
    {"agent", "agents"},
    {"agent_group", "groups"},
    {"agent_group_member", "agents"},
    {"agent_tag", "agents"},
    {"agent_team", "agents"},
    {"audit_entry", "audit"},
    {"incident", "incidents"},
    {"incident_event", "incidents"},
    {"invitation", "invitations"},
    {"membership", "members"},
    {"notification", "notifications"},
    {"recipient", "recipients"},
    {"rule", "rules"},
    {"rule_group", "rules"},
    {"rule_recipient", "rules"},
    {"team", "teams"},
    {"team_member", "teams"},
    {"trail_entry", "audit"},
    {"workspace_setting", "workspace"},
    // Secrets, or of a moment.
    {"api_key", ""},
    {"enrolment", ""},
    {"enrolment_key", ""},
    {"idempotency_key", ""},
    {"leak", ""},
    {"letter", ""},
    {"rule_state", ""},
    {"single_use_link", ""},
    // The appliance's, about the workspace; what happened stands in the trail.
    {"access_review", ""},
    {"access_review_reminder", ""},
    {"break_glass", ""},
    {"break_glass_read", ""},
    {"login_membership", ""},
    {"login_provider_role", ""},
    {"machine_event", ""},
    {"second_factor_policy", ""},
};

struct Column {
  std::string table, name, type;
  bool required = false;  // no NULL, and no value of its own
  std::string parent, parent_column;
};

// Every column of every table that has a workspace in it, by the database's own word.
std::vector<Column> workspace_columns(TestApp& app) {
  return app.storage.read<std::vector<Column>>([](Snapshot& snapshot) -> Result<std::vector<Column>> {
    storage::Statement select = TRY(storage::at(snapshot).prepare(
        "SELECT m.name, c.name, c.type, c.\"notnull\" AND c.dflt_value IS NULL, COALESCE(f.\"table\", ''), "
        "COALESCE(f.\"to\", '') FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c "
        "LEFT JOIN pragma_foreign_key_list(m.name) AS f ON f.\"from\" = c.name "
        "WHERE m.type = 'table' AND m.name IN (SELECT t.name FROM sqlite_master AS t "
        "JOIN pragma_table_info(t.name) AS w WHERE w.name = 'workspace_id') ORDER BY m.name, c.cid"));
    return storage::all(select, [](storage::Row& row) {
      Column column;
      column.table = row.text();
      column.name = row.text();
      column.type = row.text();
      column.required = row.boolean();
      column.parent = row.text();
      column.parent_column = row.text();
      return column;
    });
  });
}

Tables tables_of(const std::vector<Column>& columns) {
  Tables tables;
  for (const Column& column : columns) tables.insert(column.table);
  return tables;
}

std::string literal(const Uuid& id) {
  return "X'" + to_hex(id.bytes) + "'";
}

// Which of the tables have a row of the workspace.
Tables with_rows(TestApp& app, const Tables& tables, WorkspaceId workspace) {
  Tables filled;
  app.storage.write([&](Transaction& tx) -> Result<void> {
    storage::Connection& connection = storage::at(tx);
    TRY(connection.execute("CREATE TEMP TABLE IF NOT EXISTS filled (name TEXT)"));
    TRY(connection.execute("DELETE FROM filled"));
    for (const std::string& table : tables) {
      TRY(connection.execute("INSERT INTO filled SELECT '" + table + "' WHERE EXISTS (SELECT 1 FROM " + table +
                             " WHERE workspace_id = " + literal(workspace) + ")"));
    }
    storage::Statement select = TRY(connection.prepare("SELECT name FROM filled"));
    const auto names = TRY(storage::all(select, [](storage::Row& row) { return row.text(); }));
    filled = Tables(names.begin(), names.end());
    return {};
  });
  return filled;
}

// Gives the workspace a row in this table that refers to rows of the workspace, and is no more than that.
void fill(TestApp& app, const std::string& table, const std::vector<Column>& columns, const Tables& of_workspaces) {
  const std::string workspace = literal(app.workspace.id);
  std::map<std::string, std::string> values;  // column → expression
  std::set<std::string> parents;
  for (const Column& column : columns) {
    if (column.table != table || (!column.required && column.name != "workspace_id")) continue;
    if (!column.parent.empty()) {
      if (values.try_emplace(column.name, "p_" + column.parent + "." + column.parent_column).second)
        parents.insert(column.parent);
    } else if (column.name == "workspace_id") {
      values[column.name] = workspace;
    } else if (column.type == "BLOB") {
      values[column.name] = "X'" + std::string(column.name.ends_with("digest") ? 64 : 32, '1') + "'";
    } else {
      values[column.name] = column.type == "TEXT" ? "'x'" : "1";
    }
  }
  std::string names, expressions, from, where = "1";
  for (const auto& [name, expression] : values) {
    names += (names.empty() ? "" : ", ") + name;
    expressions += (expressions.empty() ? "" : ", ") + expression;
  }
  for (const std::string& parent : parents) {
    from += (from.empty() ? " FROM " : ", ") + parent + " AS p_" + parent;
    if (parent == "workspace") where += " AND p_workspace.id = " + workspace;
    if (of_workspaces.contains(parent)) where += " AND p_" + parent + ".workspace_id = " + workspace;
  }
  app.storage.write([&](Transaction& tx) {
    return storage::at(tx).execute("INSERT INTO " + table + " (" + names + ") SELECT " + expressions + from +
                                   " WHERE " + where + " LIMIT 1");
  });
}

// A workspace with a row in every table that has a workspace in it.
void fill_every_table(TestApp& app, const std::vector<Column>& columns) {
  app.populate();
  const Tables tables = tables_of(columns);
  app.storage.write([](Transaction& tx) {
    return storage::at(tx).execute(
        "PRAGMA ignore_check_constraints = ON; "
        "INSERT INTO login_provider VALUES (randomblob(16), 'x', 'x', 'x', 'x', 'x', '', '', 0, 0, '', '', 1, 1, 1)");
  });
  for (std::size_t round = 0; round < tables.size(); ++round) {  // a row's parents come in an earlier one
    const Tables filled = with_rows(app, tables, app.workspace.id);
    for (const std::string& table : tables) {
      if (!filled.contains(table) && !kTrailTables.contains(table)) fill(app, table, columns, tables);
    }
  }
  app.storage.write([](Transaction& tx) { return storage::at(tx).execute("PRAGMA ignore_check_constraints = OFF"); });
}

Tables without(Tables tables, const Tables& others) {
  for (const std::string& table : others) tables.erase(table);
  return tables;
}

// For messages.
std::string text_of(const Tables& tables) {
  std::string text;
  for (const std::string& table : tables) text += table + " ";
  return text;
}

}  // namespace

TEST_CASE("each table with a workspace in it is taken away by one room, or is a trail") {
  TestApp app;
  const std::vector<Column> columns = workspace_columns(app);
  const Tables tables = tables_of(columns);
  REQUIRE(tables.size() > 30);
  fill_every_table(app, columns);
  Tables left = with_rows(app, tables, app.workspace.id);
  REQUIRE(without(tables, kTrailTables) == without(left, kTrailTables));

  // Upper floors first, as they are listed.
  const std::vector<std::string> rooms = {"trust", "agents", "watch"};
  const std::vector<Resident*>& residents = app.services->residents.all();
  REQUIRE(residents.size() == rooms.size());
  for (std::size_t i = 0; i < rooms.size(); ++i) {
    CAPTURE(rooms[i]);
    bool done = false;
    for (int piece = 0; piece < 100 && !done; ++piece) {
      app.storage.write([&](Transaction& tx) -> Result<void> {
        std::int64_t rows = 1'000;
        done = TRY(residents[i]->erase(tx, app.workspace.id, rows));
        return {};
      });
    }
    CHECK(done);
    const Tables now = with_rows(app, tables, app.workspace.id);
    CHECK(text_of(without(left, now)) == text_of(kTakenBy.at(rooms[i])));
    left = now;
  }
  CHECK(without(left, kTrailTables) == kTakenBy.at("access"));
  app.storage.write([&](Transaction& tx) -> Result<void> {
    std::int64_t rows = 1'000;
    TRY(app.storage->workspace_rows().access.erase(tx, app.workspace.id, rows));
    return {};
  });
  CHECK(without(with_rows(app, tables, app.workspace.id), kTrailTables).empty());
  CHECK(with_rows(app, tables, app.workspace.id).contains("trail_entry"));
}

TEST_CASE("each table with a workspace in it is in the workspace's export, or is left out on purpose") {
  TestApp app;
  app.populate();
  Tables listed;
  for (const auto& [table, section] : kExportedIn) listed.insert(table);
  CHECK(text_of(tables_of(workspace_columns(app))) == text_of(listed));

  const ApiAnswer exported = app.get("/api/v1/workspaces/{w}/export", &app.owner);
  REQUIRE(exported.status == 200);
  const json document = exported.json();
  for (const auto& [table, section] : kExportedIn) {
    CAPTURE(table);
    if (!section.empty()) CHECK(document.contains(section));
  }
}
