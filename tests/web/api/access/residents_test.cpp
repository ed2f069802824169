// What belongs to a workspace, table by table: which room takes it away when the workspace is deleted, and where it
// stands in the workspace's export. A new table with a workspace in it fails these tests until it has a place in both.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "core/base/text.h"
#include "storage/connection.h"
#include "tests/support/schema_check.h"
#include "tests/support/test_app.h"
#include "tests/support/zip_reader.h"
#include "web/api/access/handlers.h"
#include "web/api/parts.h"

using namespace connlog;
using nlohmann::json;

namespace {

using Tables = std::set<std::string>;

// They end by their own retention.
const Tables kTrailTables = {"audit_entry", "trail_entry"};

const std::map<std::string, Tables> kTakenBy = {
    {"trust", {"leak"}},
    {"monitors",
     {"check_default", "check_default_recipient", "confirmed_host", "event_source", "kept_answer", "monitor",
      "monitor_probe", "open_event", "ping", "ping_check"}},
    {"agents", {"agent", "agent_fact", "enrolment", "enrolment_key", "machine_event"}},
    {"watch",
     {"ack_link", "announcement", "announcement_incident", "dependency", "flapping", "group_member", "incident",
      "incident_event", "notification", "quiet", "quiet_matcher", "rule", "rule_recipient", "rule_state", "state_change",
      "subject", "subject_group", "subject_label", "subject_part", "subject_state", "subject_tag", "subject_team",
      "telling", "telling_entry", "telling_setting", "telling_waiting"}},
    {"access",
     {"access_review", "access_review_reminder", "api_key", "break_glass", "break_glass_read", "idempotency_key",
      "invitation", "letter", "login_membership", "login_provider_role", "membership", "recipient", "recipient_code", "recipient_pace",
      "removed", "sealed_field",
      "second_factor_policy", "single_use_link", "team", "team_member", "workspace_network", "workspace_setting"}},
};

// Where a table's rows go out in the export: the section, and the column whose value must be found there.
struct GoesOut {
  std::string section, column;
};

const std::map<std::string, GoesOut> kExportedIn = {
    {"agent", {"agents", "id"}},
    {"agent_fact", {"agents", "machine_id"}},
    {"announcement", {"notifications", "headline"}},
    {"announcement_incident", {"notifications", "incident_id"}},
    {"audit_entry", {"audit", "subject"}},
    {"check_default", {"check_defaults", "scope_of"}},
    {"check_default_recipient", {"check_defaults", "recipient_id"}},
    {"dependency", {"dependencies", "parent_id"}},
    {"event_source", {"event_sources", "addresses"}},
    {"group_member", {"subjects", "subject_id"}},
    {"incident", {"incidents", "summary"}},
    {"incident_event", {"incidents", "id"}},
    {"invitation", {"invitations", "mail"}},
    {"membership", {"members", "user_id"}},
    {"monitor", {"monitors", "id"}},
    {"monitor_probe", {"monitors", "agent_id"}},
    {"notification", {"notifications", "id"}},
    {"ping", {"pings", "user_agent"}},
    {"ping_check", {"monitors", "slug"}},
    {"quiet", {"quiets", "name"}},
    {"quiet_matcher", {"quiets", "tag"}},
    {"recipient", {"recipients", "shown"}},
    {"rule", {"rules", "name"}},
    {"rule_recipient", {"rules", "recipient_id"}},
    {"state_change", {"subjects", "reason"}},
    {"subject", {"subjects", "name"}},
    {"subject_group", {"subjects", "health"}},
    {"subject_label", {"subjects", "value"}},
    {"subject_part", {"subjects", "text"}},
    {"subject_state", {"subjects", "reason"}},
    {"subject_tag", {"subjects", "tag"}},
    {"subject_team", {"subjects", "team_id"}},
    {"team", {"teams", "name"}},
    {"team_member", {"teams", "user_id"}},
    {"telling_entry", {"incidents", "text"}},
    {"telling_setting", {"telling_settings", "group_every_seconds"}},
    {"trail_entry", {"audit", "actor_name"}},
    {"workspace_network", {"networks", "network"}},
    {"workspace_setting", {"workspace", "deletion_requested_by"}},
};

// Sections whose table has no workspace in it, but what leads to one.
const std::map<std::string, std::string> kSectionsOfOtherTables = {{"readings", "reading_log"}};

// What does not go out, and why.
const std::map<std::string, std::string> kStaysHere = {
    {"access_review", "the appliance's proof; each review is in the trail"},
    {"access_review_reminder", "when somebody was reminded, of a moment"},
    {"ack_link", "opens a door; what was acknowledged by it stands in the incident"},
    {"api_key", "opens a door"},
    {"break_glass", "the appliance's proof; each opening is in the trail"},
    {"break_glass_read", "the appliance's proof"},
    {"confirmed_host", "that somebody may monitor a host; each confirmation is in the trail"},
    {"enrolment", "digests of requests, of a moment"},
    {"enrolment_key", "opens a door"},
    {"flapping", "of a moment; it follows from the record of states"},
    {"idempotency_key", "of a moment"},
    {"kept_answer", "other systems' words, sealed, for 30 days"},
    {"leak", "names what is secret and was seen; its steps are in the trail"},
    {"letter", "a sent letter's link may still open a door"},
    {"login_membership", "the login provider's word about a person; the role is in the members"},
    {"login_provider_role", "the appliance's, of its login provider"},
    {"machine_event", "identities of hosts; what happened is in the trail"},
    {"open_event", "of a moment; its incident goes out"},
    {"recipient_code", "opens a door"},
    {"recipient_pace", "of a moment"},
    {"removed", "what people took out; it stands in the trail, and what is put back goes out again"},
    {"rule_state", "of a moment"},
    {"sealed_field", "secrets; that they are set stands in the recipients and monitors"},
    {"second_factor_policy", "the appliance's door; changes are in the trail"},
    {"single_use_link", "opens a door"},
    {"telling", "of a moment; the decisions go out with the incident"},
    {"telling_waiting", "of a moment"},
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

json must(const ApiAnswer& answer) {
  REQUIRE_MESSAGE((answer.status >= 200 && answer.status < 300), answer.body);
  return answer.body.empty() ? json() : answer.json();
}

// A workspace with a row in every table that goes out.
void make_one_of_each(TestApp& app) {
  app.populate();
  const std::string w = "/api/v1/workspaces/{w}";
  const std::string team = must(app.post(w + "/teams", R"({"name":"Marked team"})", &app.owner))["id"];
  must(app.send(Ask{.method = "PUT", .path = w + "/teams/" + team + "/members/" + app.member.id.text(), .body = "{}"},
                &app.owner));
  const std::string group = must(app.post(w + "/subjects", R"({"kind":"group","name":"Marked group"})", &app.owner))["id"];
  must(app.patch(w + "/agents/{agent}",
                 json{{"team_ids", {team}}, {"group_ids", {group}}, {"labels", {{"env", "Marked label"}}}}.dump(),
                 &app.owner));
  const json rule = {{"name", "Marked rule"},
                     {"kind", "silence"},
                     {"target", {{"kind", "group"}, {"group_id", group}}},
                     {"recipient_ids", {app.ids.at("recipient")}}};
  must(app.post(w + "/rules", rule.dump(), &app.owner));
  must(app.post(w + "/invitations", R"({"mail":"marked@example.net","role":"viewer"})", &app.owner));
  const std::string job = must(app.post(w + "/monitors", R"({"kind":"push","name":"Marked job"})", &app.owner))["id"];
  const json looked_at = {{"kind", "tcp"},
                          {"name", "Marked port"},
                          {"fields", {{"host", "db"}, {"port", 5432}}},
                          {"probes", {{"mode", "agents"}, {"agents", {app.ids.at("agent")}}}}};
  must(app.post(w + "/monitors", looked_at.dump(), &app.owner));
  const json defaults = {{"items",
                          {{{"scope", "tag"},
                            {"of", "marked-tag"},
                            {"interval_seconds", 30},
                            {"recipients", {app.ids.at("recipient")}}}}}};
  must(app.send(Ask{.method = "PUT", .path = w + "/check-defaults", .body = defaults.dump()}, &app.owner));
  MonitorId pinged;
  REQUIRE(MonitorId::parse(job, pinged));
  Ping ping;
  ping.monitor = pinged;
  ping.workspace = app.workspace.id;
  ping.n = 1;
  ping.at = app.clock.now();
  ping.user_agent = "Marked agent";
  PingState state;
  state.pings = 1;
  app.storage.write([&](Transaction& tx) { return app.storage->pings().append(tx, ping, state, 20); });
  must(app.send(Ask{.method = "PUT", .path = w + "/telling-settings", .body = R"({"group_every_seconds":777})"}, &app.owner));
  const json quiet = {{"kind", "maintenance"},
                      {"name", "Marked maintenance"},
                      {"matchers", {{{"tag", "marked-quiet-tag"}}}},
                      {"duration_seconds", 3600}};
  must(app.post(w + "/quiet", quiet.dump(), &app.owner));
  const json source = {{"name", "Marked source"}, {"format", "json"}, {"addresses", {"10.78.0.0/16"}}};
  must(app.post(w + "/event-sources", source.dump(), &app.owner));
  app.storage.write([&](Transaction& tx) {
    const std::string of_workspace = " WHERE workspace_id = " + literal(app.workspace.id) + " LIMIT 1;";
    return storage::at(tx).execute(
        "INSERT INTO telling_entry SELECT workspace_id, id, 1000, 1, 'mute', 'hold', 'muted', 'Marked decision', 0, NULL, '' "
        "FROM incident" + of_workspace +
        "INSERT INTO dependency SELECT s.workspace_id, s.id, p.id FROM subject s JOIN subject p ON "
        "p.workspace_id = s.workspace_id AND p.id <> s.id WHERE s.workspace_id = " + literal(app.workspace.id) + " LIMIT 1");
  });
  app.storage.write([&](Transaction& tx) {
    return storage::at(tx).execute(
        "INSERT OR REPLACE INTO workspace_setting (workspace_id, team_scoped, disabled_by, deletion_requested_at, "
        "deletion_due_at, deletion_requested_by) VALUES (" +
        literal(app.workspace.id) + ", 0, '', 1, 9000000000000000, 'Marked owner');" +
        "INSERT INTO workspace_network VALUES (" + literal(app.workspace.id) + ", '10.77.0.0/16');" +
        "INSERT INTO subject_part SELECT workspace_id, id, 1, 'Marked part', 1 FROM subject WHERE workspace_id = " +
        literal(app.workspace.id) + " LIMIT 1;" +
        // The first log is closed on every new appliance; older ones have rows in it.
        "DROP TRIGGER audit_entry_is_closed; INSERT INTO audit_entry VALUES (1, zeroblob(16), " +
        literal(app.workspace.id) + ", 1, 'user', 'Olga', '', 'agent.added', 'Marked entry', '', zeroblob(32))");
  });
}

// Of one row of the workspace: a text, or an id as the API writes it. Empty: no row.
std::string value_of(TestApp& app, const std::string& table, const std::string& column) {
  std::string text;
  app.storage.write([&](Transaction& tx) -> Result<void> {
    storage::Connection& connection = storage::at(tx);
    TRY(connection.execute("CREATE TEMP TABLE IF NOT EXISTS looked_up (value TEXT)"));
    TRY(connection.execute("DELETE FROM looked_up"));
    TRY(connection.execute("INSERT INTO looked_up SELECT CASE typeof(" + column + ") WHEN 'blob' THEN lower(hex(" +
                           column + ")) ELSE " + column + " END FROM " + table +
                           " WHERE workspace_id = " + literal(app.workspace.id) + " LIMIT 1"));
    storage::Statement select = TRY(connection.prepare("SELECT value FROM looked_up"));
    const auto found = TRY(storage::one(select, [](storage::Row& row) { return row.text(); }));
    text = found.value_or("");
    return {};
  });
  if (text.size() == 32 && text.find_first_not_of("0123456789abcdef") == std::string::npos) {
    for (const std::size_t dash : {8, 13, 18, 23}) text.insert(dash, "-");
  }
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
  const std::vector<std::string> rooms = {"trust", "monitors", "agents", "watch"};
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

TEST_CASE("each table with a workspace in it goes out with the workspace's export, or stays for a reason") {
  TestApp app;
  std::set<std::string> sections = {"workspace"};
  for (const web::WorkspaceSection& section : web::workspace_sections())
    CHECK(sections.insert(std::string(section.name)).second);
  Tables listed, used = {};
  for (const auto& [table, place] : kExportedIn) {
    listed.insert(table);
    used.insert(place.section);
  }
  for (const auto& [section, table] : kSectionsOfOtherTables) used.insert(section);
  for (const auto& [table, reason] : kStaysHere) {
    CHECK_FALSE(reason.empty());
    CHECK(listed.insert(table).second);
  }
  CHECK(text_of(tables_of(workspace_columns(app))) == text_of(listed));
  CHECK(text_of(sections) == text_of(used));

  make_one_of_each(app);
  const ApiAnswer exported = app.get("/api/v1/workspaces/{w}/export", &app.owner);
  REQUIRE(exported.status == 200);
  const json document = exported.json();
  Tables members;
  for (const auto& [name, value] : document.items()) members.insert(name);
  sections.insert("exported_at");
  CHECK(text_of(members) == text_of(sections));
  for (const auto& [table, place] : kExportedIn) {
    const std::string value = value_of(app, table, place.column);
    CAPTURE(table);
    CAPTURE(value);
    REQUIRE_FALSE(value.empty());
    CHECK(document[place.section].dump().find(value) != std::string::npos);
  }
  for (const auto& [section, table] : kSectionsOfOtherTables) CHECK_FALSE(document[section].empty());

  const ApiAnswer archive = app.get("/api/v1/workspaces/{w}/export?format=zip", &app.owner);
  REQUIRE(archive.status == 200);
  const test::Unzipped unzipped = test::unzip(archive.body);
  REQUIRE(unzipped.trouble == "");
  for (const auto& [table, place] : kExportedIn) {
    CAPTURE(table);
    const std::string value = value_of(app, table, place.column);
    CHECK(unzipped.files.at(place.section + ".ndjson").find(value) != std::string::npos);
    CHECK(unzipped.files.at(place.section + ".csv").find(value) != std::string::npos);
  }
}

TEST_CASE("each row of the export has the members that its section's columns name, and no other") {
  TestApp app;
  make_one_of_each(app);
  const json document = app.get("/api/v1/workspaces/{w}/export", &app.owner).json();
  std::vector<web::WorkspaceSection> sections = web::workspace_sections();
  sections.push_back(web::access::workspace_itself());
  for (const web::WorkspaceSection& section : sections) {
    const std::string name(section.name);
    CAPTURE(name);
    CHECK(section.about.ends_with("."));
    std::set<std::string_view> columns;
    for (const web::Column& column : section.columns) {
      CHECK(columns.insert(column.name).second);
      CHECK_FALSE(column.about.empty());
    }
    const json schema = web::schema_of(section.name, section.about, section.columns);
    const json items = name == "workspace" ? json::array({document[name]}) : document[name];
    CHECK_FALSE(items.empty());
    for (const json& item : items) CHECK(violations(json::object(), schema, item) == std::vector<std::string>{});
  }
}
