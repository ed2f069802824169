#include "storage/development/carry_over.h"

#include <fmt/format.h>

#include <map>
#include <string_view>
#include <system_error>
#include <vector>

#include "core/base/embedded.h"
#include "core/base/log.h"
#include "storage/development/carry_readings.h"
#include "storage/statement.h"

namespace connlog::storage {
namespace {

namespace fs = std::filesystem;

struct SchemaObject {
  std::string type, name, sql;
};

// Everything of the schema but SQLite's own tables and indexes and the runner's record of the steps.
Result<std::vector<SchemaObject>> schema_objects(Connection& connection) {
  Statement select =
      TRY(connection.prepare("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL "
                             "AND substr(name, 1, 7) <> 'sqlite_' AND name <> 'schema_migration' ORDER BY name"));
  return all(select, [](Row& row) {
    SchemaObject object;
    object.type = row.text();
    object.name = row.text();
    object.sql = row.text();
    return object;
  });
}

std::string quoted(const std::string& name) {
  std::string out = "\"";
  for (const char c : name) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

using RowCounts = std::map<std::string, std::int64_t>;  // by table

Result<RowCounts> count_rows(Connection& connection) {
  RowCounts counts;
  const std::vector<SchemaObject> objects = TRY(schema_objects(connection));
  for (const SchemaObject& object : objects) {
    if (object.type != "table") continue;
    counts[object.name] = TRY(connection.number(fmt::format("SELECT COUNT(*) FROM {}", quoted(object.name))));
  }
  return counts;
}

// Tables of the nine steps that have no successor of their own: their rows stand in others.
constexpr std::string_view kGone[] = {"agent_tag", "agent_team", "agent_group", "agent_group_member", "rule_group"};

// How many rows a table must have afterwards that is new, or has other rows than before. Asked of the old tables.
struct Expected {
  std::string_view table, question;
};

#define CONNLOG_REMOVED "(SELECT id FROM agent WHERE removed_at <> 0)"
#define CONNLOG_FORGOTTEN \
  "(SELECT id FROM agent WHERE removed_at <> 0 AND id NOT IN (SELECT agent_id FROM incident))"

// The appliance's own workspace, subject, state and two rules come with the schema.
constexpr Expected kExpected[] = {
    {"workspace", "SELECT COUNT(*) + 1 FROM workspace"},
    {"subject", "SELECT (SELECT COUNT(*) FROM agent WHERE id NOT IN " CONNLOG_FORGOTTEN ") + COUNT(*) + 1 FROM agent_group"},
    {"subject_state", "SELECT (SELECT COUNT(*) FROM agent WHERE removed_at = 0) + COUNT(*) + 1 FROM agent_group"},
    {"state_change", "SELECT (SELECT COUNT(*) FROM agent WHERE removed_at = 0) + COUNT(*) FROM agent_group"},
    {"subject_part", "SELECT 0"},
    {"subject_label", "SELECT 0"},
    {"subject_tag", "SELECT COUNT(*) FROM (SELECT DISTINCT workspace_id, agent_id, tag FROM agent_tag "
                    "WHERE agent_id NOT IN " CONNLOG_REMOVED ")"},
    {"subject_team", "SELECT COUNT(*) FROM agent_team WHERE agent_id NOT IN " CONNLOG_FORGOTTEN},
    {"subject_group", "SELECT COUNT(*) FROM agent_group"},
    {"group_member", "SELECT COUNT(*) FROM agent_group_member WHERE agent_id NOT IN " CONNLOG_REMOVED},
    {"agent", "SELECT COUNT(*) FROM agent WHERE removed_at = 0"},
    {"agent_fact", "SELECT COUNT(*) FROM agent WHERE removed_at = 0"},
    {"machine_event", "SELECT COUNT(*) FROM machine_event WHERE agent_id NOT IN " CONNLOG_REMOVED},
    {"gone_agent", "SELECT (SELECT COUNT(*) FROM agent WHERE removed_at <> 0) + COUNT(*) FROM gone_agent"},
    {"gone_subject", "SELECT (SELECT COUNT(*) FROM agent WHERE id IN " CONNLOG_FORGOTTEN ") + COUNT(*) FROM gone_agent"},
    {"reading_head", "SELECT COUNT(*) FROM reading_head WHERE agent_number NOT IN "
                     "(SELECT number FROM agent WHERE removed_at <> 0)"},
    {"rule", "SELECT COUNT(*) + 2 FROM rule"},
    {"rule_state", "SELECT COUNT(*) FROM rule_state WHERE (phase <> 'ok' OR cooldown_until <> 0) "
                   "AND agent_id NOT IN " CONNLOG_REMOVED},
    {"announcement", "SELECT (SELECT COUNT(*) FROM (SELECT DISTINCT workspace_id, incident_id, kind FROM notification "
                     "WHERE incident_id IS NOT NULL)) + COUNT(*) FROM notification WHERE incident_id IS NULL"},
    {"announcement_incident", "SELECT COUNT(*) FROM (SELECT DISTINCT workspace_id, incident_id, kind FROM notification "
                              "WHERE incident_id IS NOT NULL)"},
    {"sealed_field", "SELECT COUNT(*) FROM recipient WHERE sealed_secret <> ''"},  // it stood in the recipient's row
};

// What there is now, before anything is set aside, as it must be counted afterwards.
Result<RowCounts> expected_rows(Connection& connection) {
  RowCounts expected = TRY(count_rows(connection));
  for (const std::string_view table : kGone) expected.erase(std::string(table));
  for (const Expected& each : kExpected) {
    const std::int64_t rows = TRY(connection.number(std::string(each.question)));
    expected[std::string(each.table)] = rows;
  }
  return expected;
}

Error not_carried_over(const std::string& table, std::string_view why) {
  return Error{
      ErrorCode::internal,
      fmt::format("The database of the development version was not carried over: {} {}. The database was left as it "
                  "was.",
                  table, why)};
}

Result<void> compare(const RowCounts& expected, const RowCounts& after) {
  for (const auto& [table, rows] : expected) {
    const auto same = after.find(table);
    if (same == after.end()) return not_carried_over(table, "is a table that this version does not know");
    if (same->second != rows)
      return not_carried_over(table, fmt::format("must have {} rows and would have {}", rows, same->second));
  }
  for (const auto& [table, rows] : after) {
    if (!expected.contains(table)) return not_carried_over(table, "is missing");
  }
  return {};
}

Result<void> drop(Connection& connection, const SchemaObject& object) {
  return connection.execute(
      fmt::format("DROP {} {}", object.type == "index" ? "INDEX" : "TRIGGER", quoted(object.name)));
}

// Names of indexes and triggers are one space for all tables, so the old ones go before the new ones come.
Result<void> set_aside(Connection& connection) {
  const std::vector<SchemaObject> objects = TRY(schema_objects(connection));
  for (const SchemaObject& object : objects) {
    if (object.type == "index" || object.type == "trigger") TRY(drop(connection, object));
  }
  for (const SchemaObject& object : objects) {
    if (object.type != "table") continue;
    TRY(connection.execute(
        fmt::format("ALTER TABLE {} RENAME TO {}", quoted(object.name), quoted("old_" + object.name))));
  }
  return {};
}

// The triggers of the trails refuse what does not come at their end, so they are absent while the rows are copied, and
// come back with the same text.
Result<void> fill(Connection& connection) {
  std::vector<SchemaObject> triggers = TRY(schema_objects(connection));
  std::erase_if(triggers, [](const SchemaObject& object) { return object.type != "trigger"; });
  for (const SchemaObject& trigger : triggers) TRY(drop(connection, trigger));
  TRY(connection.execute(embedded_text("storage/development/from_development.sql")));
  TRY(carry_readings(connection));
  TRY(connection.execute("DROP TABLE old_reading_log"));
  for (const SchemaObject& trigger : triggers) TRY(connection.execute(trigger.sql));
  return {};
}

// The copy is as large as the file. The new tables are too, and the file grows by them. The log holds the pages of the new
// tables and those of the old ones, which are wiped when they are dropped (SQLCipher). Measured: 1 + 1 + 2.
constexpr std::uint64_t kRoomInFiles = 4;

std::uint64_t mebibytes(std::uint64_t bytes) {
  return (bytes + (1 << 20) - 1) >> 20;
}

}  // namespace

Result<void> carry_over(Connection& connection, std::string_view schema) {
  const RowCounts expected = TRY(expected_rows(connection));
  TRY(set_aside(connection));
  TRY(connection.execute(schema));
  TRY(fill(connection));
  const RowCounts after = TRY(count_rows(connection));
  TRY(compare(expected, after));
  TRY(connection.execute("DELETE FROM schema_migration"));
  std::int64_t rows = 0;
  for (const auto& [table, count] : after) rows += count;
  log_info("schema.carried_over", {{"tables", static_cast<std::int64_t>(after.size())}, {"rows", rows}});
  return {};
}

std::string CarryOverRoom::sentence() const {
  return fmt::format(
      "The database is of a development version and must be carried over. That needs {} MiB of free space in {} (for a "
      "copy of the file, for the new tables beside the old ones, and for the log between them); {} MiB are free. {}",
      mebibytes(needed_bytes), directory.string(), free_bytes >> 20,
      is_enough() ? "The next start does it." : "Make room and start again. The database was left as it was.");
}

Result<CarryOverRoom> room_to_carry_over(const fs::path& database) {
  std::error_code trouble;
  const std::uintmax_t file = fs::file_size(database, trouble);
  fs::space_info space{};
  if (!trouble) space = fs::space(database.parent_path(), trouble);
  if (trouble) {
    return Error{ErrorCode::unavailable, fmt::format("The free space in {} cannot be determined: {}.",
                                                     database.parent_path().string(), trouble.message())};
  }
  return CarryOverRoom{database.parent_path(), kRoomInFiles * file, space.available};
}

}  // namespace connlog::storage
