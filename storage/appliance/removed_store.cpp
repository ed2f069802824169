#include "storage/appliance/removed_store.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "storage/connection.h"
#include "storage/lists.h"
#include "storage/statement.h"

namespace connlog::storage {
namespace {

using nlohmann::json;

// Of rows of sealed_field.
constexpr std::string_view kRecipientOwner = "recipient", kMonitorOwner = "monitor";

// One table of an object. `select` has :workspace and :object, and gives the newest row first where the number of rows
// is bounded; rows are put back from the last to the first. `insert` has each column as a parameter, and inserts nothing
// where the row's other end is gone.
struct Kept {
  KeptColumns what;
  Result<Statement> (*select)(Connection&);
  Result<Statement> (*insert)(Connection&);
  std::string_view one_gone, more_gone;  // "1 team …", "{} teams …"; empty: every row can be put back
};

#define CONNLOG_KEPT(table, columns, where, insert, one_gone, more_gone)                                           \
  Kept {                                                                                                           \
    {table, columns}, [](Connection& c) { return c.prepare("SELECT " columns " FROM " table " WHERE " where); },   \
        [](Connection& c) { return c.prepare("INSERT INTO " table " (" columns ") " insert); }, one_gone, more_gone \
  }

// ── Rules and recipients ──

// Who is told by which rule, kept with either of the two. A position that is taken meanwhile becomes the next one.
#define CONNLOG_RULE_RECIPIENT(where)                                                                                 \
  CONNLOG_KEPT("rule_recipient", "workspace_id, rule_id, position, recipient_id", where,                              \
               "SELECT :workspace_id, :rule_id, CASE WHEN EXISTS (SELECT 1 FROM rule_recipient t "                    \
               "WHERE t.workspace_id = :workspace_id AND t.rule_id = :rule_id AND t.position = :position) THEN "      \
               "(SELECT MAX(t.position) + 1 FROM rule_recipient t WHERE t.workspace_id = :workspace_id "              \
               "AND t.rule_id = :rule_id) ELSE :position END, :recipient_id "                                         \
               "WHERE EXISTS (SELECT 1 FROM rule r WHERE r.workspace_id = :workspace_id AND r.id = :rule_id) "        \
               "AND EXISTS (SELECT 1 FROM recipient p WHERE p.workspace_id = :workspace_id AND p.id = :recipient_id)", \
               "1 recipient or rule that belonged to it is gone.", "{} recipients or rules that belonged to it are gone.")

const Kept kRule[] = {
    CONNLOG_KEPT("rule",
                 "id, workspace_id, name, kind, target_kind, target_text, target_subject_id, part, metric, comparison, "
                 "threshold_x100, hysteresis_x100, state, duration_seconds, cooldown_seconds, severity, enabled, "
                 "created_at, version, subject_kind, repeat_seconds, hours_days, hours_from, hours_to, hours_zone, runbook, "
                 "notes, last_tested_at",
                 "workspace_id = :workspace AND id = :object",
                 "VALUES (:id, :workspace_id, :name, :kind, :target_kind, :target_text, :target_subject_id, :part, "
                 ":metric, :comparison, :threshold_x100, :hysteresis_x100, :state, :duration_seconds, "
                 ":cooldown_seconds, :severity, :enabled, :created_at, :version, :subject_kind, :repeat_seconds, :hours_days, "
                 ":hours_from, :hours_to, :hours_zone, :runbook, :notes, :last_tested_at)",
                 "", ""),
    CONNLOG_RULE_RECIPIENT("workspace_id = :workspace AND rule_id = :object"),
};

const Kept kRecipient[] = {
    CONNLOG_KEPT("recipient",
                 "id, workspace_id, name, kind, fields, shown, target, receives_by_default, enabled, created_at, "
                 "last_tested_at, last_test_answer, consent, consent_at, consent_asked_at, consent_asks, version, zone, "
                 "quiet_from, quiet_to, digest_at, weekly",
                 "workspace_id = :workspace AND id = :object",
                 "VALUES (:id, :workspace_id, :name, :kind, :fields, :shown, :target, :receives_by_default, :enabled, "
                 ":created_at, :last_tested_at, :last_test_answer, :consent, :consent_at, :consent_asked_at, "
                 ":consent_asks, :version, :zone, :quiet_from, :quiet_to, :digest_at, :weekly)",
                 "", ""),
    CONNLOG_RULE_RECIPIENT("workspace_id = :workspace AND recipient_id = :object"),
};

// ── Subjects ──

// While an incident refers to a removed subject its row stays, with its teams: it is written over then.
#define CONNLOG_SUBJECT_ROW                                                                                          \
  CONNLOG_KEPT("subject",                                                                                            \
               "id, workspace_id, number, kind, name, name_key, key, notes, runbook, paused_at, created_at, removed_at, " \
               "version",                                                                                            \
               "workspace_id = :workspace AND id = :object",                                                         \
               "VALUES (:id, :workspace_id, :number, :kind, :name, :name_key, :key, :notes, :runbook, :paused_at, "  \
               ":created_at, :removed_at, :version) ON CONFLICT (id) DO UPDATE SET name = excluded.name, "           \
               "name_key = excluded.name_key, key = excluded.key, notes = excluded.notes, runbook = excluded.runbook, " \
               "paused_at = excluded.paused_at, removed_at = excluded.removed_at, version = excluded.version "       \
               "WHERE subject.workspace_id = excluded.workspace_id AND subject.removed_at <> 0",                     \
               "It stands here already.", "It stands here already.")

#define CONNLOG_SUBJECT_TEAM                                                                                        \
  CONNLOG_KEPT("subject_team", "workspace_id, subject_id, team_id",                                                 \
               "workspace_id = :workspace AND subject_id = :object",                                                \
               "SELECT :workspace_id, :subject_id, :team_id WHERE EXISTS (SELECT 1 FROM team t "                    \
               "WHERE t.workspace_id = :workspace_id AND t.id = :team_id) "                                         \
               "ON CONFLICT (workspace_id, subject_id, team_id) DO UPDATE SET team_id = excluded.team_id",          \
               "1 team to which it belonged is gone.", "{} teams to which it belonged are gone.")

#define CONNLOG_SUBJECT_STATE                                                                                        \
  CONNLOG_KEPT("subject_state",                                                                                      \
               "workspace_id, subject_id, state, reason, detail, since, first_seen_at, last_seen_at",                \
               "workspace_id = :workspace AND subject_id = :object",                                                 \
               "VALUES (:workspace_id, :subject_id, :state, :reason, :detail, :since, :first_seen_at, :last_seen_at)", \
               "", "")

// Of a record that is longer the oldest part does not come back.
#define CONNLOG_STATE_CHANGE                                                                                          \
  CONNLOG_KEPT("state_change", "workspace_id, subject_id, at, n, state, reason, detail",                              \
               "workspace_id = :workspace AND subject_id = :object ORDER BY at DESC, n DESC LIMIT 5000",              \
               "VALUES (:workspace_id, :subject_id, :at, :n, :state, :reason, :detail)", "", "")

#define CONNLOG_SUBJECT_PART                                                                                        \
  CONNLOG_KEPT("subject_part", "workspace_id, subject_id, part, text, last_used_at",                                \
               "workspace_id = :workspace AND subject_id = :object",                                                \
               "VALUES (:workspace_id, :subject_id, :part, :text, :last_used_at)", "", "")

#define CONNLOG_SUBJECT_TAG                                                                                         \
  CONNLOG_KEPT("subject_tag", "workspace_id, subject_id, tag", "workspace_id = :workspace AND subject_id = :object", \
               "VALUES (:workspace_id, :subject_id, :tag)", "", "")

#define CONNLOG_SUBJECT_LABEL                                                                                       \
  CONNLOG_KEPT("subject_label", "workspace_id, subject_id, key, value",                                             \
               "workspace_id = :workspace AND subject_id = :object",                                                \
               "VALUES (:workspace_id, :subject_id, :key, :value)", "", "")

// A membership comes back where both the group and the member stand.
#define CONNLOG_GROUP_MEMBER(where, one_gone, more_gone)                                                              \
  CONNLOG_KEPT("group_member", "workspace_id, group_id, subject_id", where,                                           \
               "SELECT :workspace_id, :group_id, :subject_id WHERE EXISTS (SELECT 1 FROM subject_group g "            \
               "WHERE g.workspace_id = :workspace_id AND g.id = :group_id) AND EXISTS (SELECT 1 FROM subject s "      \
               "WHERE s.workspace_id = :workspace_id AND s.id = :subject_id AND s.removed_at = 0)",                   \
               one_gone, more_gone)

// A dependency comes back where its other end stands.
#define CONNLOG_DEPENDENCY                                                                                           \
  CONNLOG_KEPT("dependency", "workspace_id, subject_id, parent_id",                                                  \
               "workspace_id = :workspace AND (subject_id = :object OR parent_id = :object)",                        \
               "SELECT :workspace_id, :subject_id, :parent_id WHERE (SELECT COUNT(*) FROM subject s "                \
               "WHERE s.workspace_id = :workspace_id AND s.id IN (:subject_id, :parent_id) AND s.removed_at = 0) = 2", \
               "1 subject that depended on it, or on which it depended, is gone.",                                   \
               "{} subjects that depended on it, or on which it depended, are gone.")

const Kept kGroup[] = {
    CONNLOG_SUBJECT_ROW,
    CONNLOG_SUBJECT_STATE,
    CONNLOG_STATE_CHANGE,
    CONNLOG_SUBJECT_PART,
    CONNLOG_SUBJECT_TAG,
    CONNLOG_SUBJECT_LABEL,
    CONNLOG_SUBJECT_TEAM,
    CONNLOG_DEPENDENCY,
    CONNLOG_KEPT("subject_group", "id, workspace_id, health, amount", "workspace_id = :workspace AND id = :object",
                 "VALUES (:id, :workspace_id, :health, :amount)", "", ""),
    CONNLOG_GROUP_MEMBER("workspace_id = :workspace AND group_id = :object", "1 of its members is gone.",
                         "{} of its members are gone."),
    CONNLOG_KEPT("check_default",
                 "workspace_id, scope, scope_of, group_id, interval_seconds, retries, retry_interval_seconds, "
                 "time_limit_ms, recover_after",
                 "workspace_id = :workspace AND group_id = :object",
                 "VALUES (:workspace_id, :scope, :scope_of, :group_id, :interval_seconds, :retries, "
                 ":retry_interval_seconds, :time_limit_ms, :recover_after)",
                 "", ""),
    CONNLOG_KEPT("check_default_recipient", "workspace_id, scope, scope_of, recipient_id",
                 "workspace_id = :workspace AND (scope, scope_of) IN (SELECT d.scope, d.scope_of FROM check_default d "
                 "WHERE d.workspace_id = :workspace AND d.group_id = :object)",
                 "SELECT :workspace_id, :scope, :scope_of, :recipient_id WHERE EXISTS (SELECT 1 FROM recipient r "
                 "WHERE r.workspace_id = :workspace_id AND r.id = :recipient_id)",
                 "1 recipient that its monitors told is gone.", "{} recipients that its monitors told are gone."),
};

const Kept kAgent[] = {
    CONNLOG_SUBJECT_ROW,
    CONNLOG_SUBJECT_STATE,
    CONNLOG_STATE_CHANGE,
    CONNLOG_SUBJECT_PART,
    CONNLOG_SUBJECT_TAG,
    CONNLOG_SUBJECT_LABEL,
    CONNLOG_SUBJECT_TEAM,
    CONNLOG_DEPENDENCY,
    CONNLOG_KEPT("agent",
                 "id, workspace_id, token_digest, token_hint, interval_seconds, missed_threshold, toggles, "
                 "config_version, disabled",
                 "workspace_id = :workspace AND id = :object",
                 "VALUES (:id, :workspace_id, :token_digest, :token_hint, :interval_seconds, :missed_threshold, "
                 ":toggles, :config_version, :disabled)",
                 "", ""),
    CONNLOG_KEPT("agent_fact",
                 "id, workspace_id, agent_version, hostname, os, arch, core_count, machine_id, pending_machine_id, "
                 "interval_in_force_seconds",
                 "workspace_id = :workspace AND id = :object",
                 "VALUES (:id, :workspace_id, :agent_version, :hostname, :os, :arch, :core_count, :machine_id, "
                 ":pending_machine_id, :interval_in_force_seconds)",
                 "", ""),
    CONNLOG_KEPT("machine_event", "workspace_id, agent_id, at, kind, machine_id, actor_name",
                 "workspace_id = :workspace AND agent_id = :object ORDER BY sequence DESC LIMIT 1000",
                 "VALUES (:workspace_id, :agent_id, :at, :kind, :machine_id, :actor_name)", "", ""),
    CONNLOG_GROUP_MEMBER("workspace_id = :workspace AND subject_id = :object", "1 group in which it was is gone.",
                         "{} groups in which it was are gone."),
};

// Kept answers go with the monitor: they are other systems' words, and sealed.
const Kept kMonitor[] = {
    CONNLOG_SUBJECT_ROW,
    CONNLOG_SUBJECT_STATE,
    CONNLOG_STATE_CHANGE,
    CONNLOG_SUBJECT_PART,
    CONNLOG_SUBJECT_TAG,
    CONNLOG_SUBJECT_LABEL,
    CONNLOG_SUBJECT_TEAM,
    CONNLOG_DEPENDENCY,
    CONNLOG_KEPT("monitor",
                 "id, workspace_id, kind, fields, interval_seconds, retries, retry_interval_seconds, time_limit_ms, "
                 "recover_after, slow_after_ms, certificate_days, invert, probe_mode, probes_needed, created_at",
                 "workspace_id = :workspace AND id = :object",
                 "VALUES (:id, :workspace_id, :kind, :fields, :interval_seconds, :retries, :retry_interval_seconds, "
                 ":time_limit_ms, :recover_after, :slow_after_ms, :certificate_days, :invert, :probe_mode, "
                 ":probes_needed, :created_at)",
                 "", ""),
    CONNLOG_KEPT("monitor_probe", "workspace_id, monitor_id, agent_id",
                 "workspace_id = :workspace AND monitor_id = :object",
                 "SELECT :workspace_id, :monitor_id, :agent_id WHERE EXISTS (SELECT 1 FROM agent a "
                 "WHERE a.workspace_id = :workspace_id AND a.id = :agent_id)",
                 "1 agent from which it was checked is gone.", "{} agents from which it was checked are gone."),
    CONNLOG_KEPT("ping_check",
                 "monitor_id, workspace_id, uuid_digest, token_digest, slug, pings, last_ping, last_start, "
                 "last_start_rid, last_duration, is_down, is_new, addresses",
                 "workspace_id = :workspace AND monitor_id = :object",
                 "VALUES (:monitor_id, :workspace_id, :uuid_digest, :token_digest, :slug, :pings, :last_ping, "
                 ":last_start, :last_start_rid, :last_duration, :is_down, :is_new, :addresses)",
                 "", ""),
    CONNLOG_KEPT("ping",
                 "workspace_id, monitor_id, n, at, kind, scheme, method, address, user_agent, body, rid, exit_status, "
                 "duration, from_new_address",
                 "workspace_id = :workspace AND monitor_id = :object ORDER BY n DESC LIMIT 20",
                 "VALUES (:workspace_id, :monitor_id, :n, :at, :kind, :scheme, :method, :address, :user_agent, :body, "
                 ":rid, :exit_status, :duration, :from_new_address)",
                 "", ""),
    CONNLOG_GROUP_MEMBER("workspace_id = :workspace AND subject_id = :object", "1 group in which it was is gone.",
                         "{} groups in which it was are gone."),
};

// Its open events ended with its removal.
const Kept kSource[] = {
    CONNLOG_SUBJECT_ROW,
    CONNLOG_SUBJECT_STATE,
    CONNLOG_STATE_CHANGE,
    CONNLOG_SUBJECT_PART,
    CONNLOG_SUBJECT_TAG,
    CONNLOG_SUBJECT_LABEL,
    CONNLOG_SUBJECT_TEAM,
    CONNLOG_DEPENDENCY,
    CONNLOG_KEPT("event_source",
                 "id, workspace_id, format, key_start, key_digest, addresses, stale_after_seconds, watchdog_event, "
                 "watchdog_seconds, watchdog_at, last_at, created_at",
                 "workspace_id = :workspace AND id = :object",
                 "VALUES (:id, :workspace_id, :format, :key_start, :key_digest, :addresses, :stale_after_seconds, "
                 ":watchdog_event, :watchdog_seconds, :watchdog_at, :last_at, :created_at)",
                 "", ""),
    CONNLOG_GROUP_MEMBER("workspace_id = :workspace AND subject_id = :object", "1 group in which it was is gone.",
                         "{} groups in which it was are gone."),
};

std::span<const Kept> tables_of(RemovedKind kind) {
  switch (kind) {
    case RemovedKind::rule:
      return kRule;
    case RemovedKind::recipient:
      return kRecipient;
    case RemovedKind::group:
      return kGroup;
    case RemovedKind::monitor:
      return kMonitor;
    case RemovedKind::source:
      return kSource;
    case RemovedKind::agent:
      break;
  }
  return kAgent;
}

bool is_subject(RemovedKind kind) {
  return kind == RemovedKind::group || kind == RemovedKind::agent || kind == RemovedKind::monitor ||
         kind == RemovedKind::source;
}

// ── Values ──

std::string hex_of(const void* bytes, int size) {
  return to_hex({static_cast<const std::uint8_t*>(bytes), static_cast<std::size_t>(size)});
}

// Integers, texts and NULL are JSON's own; {"b": hex} is a blob, and {"t": hex} a text that is no UTF-8.
Result<json> value_of(sqlite3_stmt* row, int column) {
  switch (sqlite3_column_type(row, column)) {
    case SQLITE_NULL:
      return json(nullptr);
    case SQLITE_INTEGER:
      return json(static_cast<std::int64_t>(sqlite3_column_int64(row, column)));
    case SQLITE_TEXT: {
      const void* const bytes = sqlite3_column_text(row, column);
      const int size = sqlite3_column_bytes(row, column);
      std::string text(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
      if (is_utf8(text)) return json(std::move(text));
      return json{{"t", hex_of(bytes, size)}};
    }
    case SQLITE_BLOB: {
      const void* const bytes = sqlite3_column_blob(row, column);
      return json{{"b", hex_of(bytes, sqlite3_column_bytes(row, column))}};
    }
    default:
      return damaged_row();  // no column holds a fraction
  }
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::optional<std::vector<std::uint8_t>> bytes_of(const json& value) {
  if (!value.is_string()) return std::nullopt;
  const std::string& hex = value.get_ref<const std::string&>();
  if (hex.size() % 2 != 0) return std::nullopt;
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const int high = digit_of(hex[i]), low = digit_of(hex[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<std::uint8_t>(high * 16 + low));
  }
  return bytes;
}

bool bind_value(Statement& statement, const std::string& name, const json& value) {
  if (value.is_null()) {
    statement.null(name.c_str());
  } else if (value.is_number_integer()) {
    statement.integer(name.c_str(), value.get<std::int64_t>());
  } else if (value.is_string()) {
    statement.text(name.c_str(), value.get_ref<const std::string&>());
  } else if (value.is_object() && value.size() == 1) {
    const auto bytes = bytes_of(value.begin().value());
    if (!bytes) return false;
    if (value.begin().key() == "b") {
      statement.blob(name.c_str(), *bytes);
    } else {
      statement.text(name.c_str(), {reinterpret_cast<const char*>(bytes->data()), bytes->size()});
    }
  } else {
    return false;
  }
  return true;
}

Error of_another_version() {
  return {ErrorCode::conflict,
          "This was removed under another version of connlog, which kept it in another form. It cannot be put back; "
          "make it anew."};
}

// ── Taking ──

Result<json> rows_of(Connection& connection, const Kept& kept, const Removed& removed) {
  const std::vector<std::string> columns = split(kept.what.columns, ' ');
  Statement select = TRY(kept.select(connection));
  select.id(":workspace", removed.workspace).id(":object", removed.object);
  json rows = json::array();
  while (true) {
    const bool has_row = TRY(select.step());
    if (!has_row) return rows;
    json row = json::object();
    for (std::size_t i = 0; i < columns.size(); ++i) {
      std::string name = columns[i];
      if (name.ends_with(',')) name.pop_back();
      row[name] = TRY(value_of(select.handle(), static_cast<int>(i)));
    }
    rows.push_back(std::move(row));
  }
}

// ── Putting back ──

// The subject's key is free.
Result<void> check_free(Connection& connection, const Removed& removed, const json& bundle) {
  const auto rows = bundle.find("subject");
  if (rows == bundle.end() || !rows->is_array() || rows->empty()) return of_another_version();
  const json key = rows->front().value("key", json(nullptr));
  if (!key.is_string()) return {};
  Statement select = TRY(connection.prepare(
      "SELECT name FROM subject WHERE workspace_id = :workspace AND key = :key AND id <> :object"));
  select.id(":workspace", removed.workspace)
      .id(":object", removed.object)
      .text(":key", key.get_ref<const std::string&>());
  const auto holder = TRY(one(select, [](Row& row) { return row.text(); }));
  if (!holder) return {};
  return Error{ErrorCode::conflict, fmt::format("{} has its key “{}” now. Take the key from there, then put this back.",
                                                *holder, key.get_ref<const std::string&>())};
}

// A column that came with a later step than rows that may still be put back, and what these had in its place.
struct LaterColumn {
  std::string_view table, column;
  std::int64_t number = 0;
  std::string_view text = {};
  bool is_text = false;
};
constexpr LaterColumn later_text(std::string_view table, std::string_view column, std::string_view text = {}) {
  return {table, column, 0, text, true};
}
constexpr LaterColumn later_number(std::string_view table, std::string_view column, std::int64_t number = 0) {
  return {table, column, number};
}
constexpr LaterColumn kLaterColumns[] = {
    later_text("rule", "subject_kind"),
    later_number("rule", "repeat_seconds"),
    later_number("rule", "hours_days"),
    later_number("rule", "hours_from"),
    later_number("rule", "hours_to", 1'440),
    later_text("rule", "hours_zone", "UTC"),
    later_text("rule", "runbook"),
    later_text("rule", "notes"),
    later_number("rule", "last_tested_at"),
    later_text("subject", "runbook"),
    later_text("recipient", "zone", "UTC"),
    later_number("recipient", "quiet_from", -1),
    later_number("recipient", "quiet_to", -1),
    later_number("recipient", "digest_at", -1),
    later_number("recipient", "weekly"),
};

bool bind_later(Statement& statement, std::string_view table, const std::string& column) {
  for (const LaterColumn& each : kLaterColumns) {
    if (each.table != table || each.column != column) continue;
    const std::string name = ":" + column;
    if (each.is_text)
      statement.text(name.c_str(), each.text);
    else
      statement.integer(name.c_str(), each.number);
    return true;
  }
  return false;
}

Result<void> insert_rows(Connection& connection, const Kept& kept, const json& bundle,
                         std::vector<std::string>& left_out) {
  const auto rows = bundle.find(kept.what.table);
  // A group that was removed before there were monitors set nothing for them.
  if (rows == bundle.end() && kept.what.table.starts_with("check_default")) return {};
  if (rows == bundle.end() && kept.what.table == "dependency") return {};  // nor before there were dependencies
  if (rows == bundle.end() || !rows->is_array()) return of_another_version();
  std::int64_t gone = 0;
  for (auto row = rows->rbegin(); row != rows->rend(); ++row) {
    Statement insert = TRY(kept.insert(connection));
    for (std::string column : split(kept.what.columns, ' ')) {
      if (column.ends_with(',')) column.pop_back();
      const auto value = row->find(column);
      if (value == row->end() && bind_later(insert, kept.what.table, column)) continue;
      if (value == row->end() || !bind_value(insert, ":" + column, *value)) return of_another_version();
    }
    const std::int64_t inserted = TRY(insert.run());
    gone += inserted == 0 ? 1 : 0;
  }
  if (gone == 1) left_out.emplace_back(kept.one_gone);
  if (gone > 1) left_out.push_back(fmt::format(fmt::runtime(kept.more_gone), gone));
  return {};
}

// The number and the token belong to the subject again, and what it reported before is reached again.
Result<void> bring_subject_back(Connection& connection, ReadingLog& log, const Removed& removed, const json& bundle) {
  Statement number = TRY(connection.prepare(
      "DELETE FROM gone_subject WHERE number IN "
      "(SELECT number FROM subject WHERE workspace_id = :workspace AND id = :object AND removed_at = 0)"));
  TRY(number.id(":workspace", removed.workspace).id(":object", removed.object).run());
  Statement token = TRY(connection.prepare(
      "DELETE FROM gone_agent WHERE token_digest IN "
      "(SELECT token_digest FROM agent WHERE workspace_id = :workspace AND id = :object)"));
  TRY(token.id(":workspace", removed.workspace).id(":object", removed.object).run());
  const auto newest = bundle.find("newest_reading");
  if (newest == bundle.end() || !newest->is_number_integer()) return {};
  Statement head = TRY(connection.prepare(
      "INSERT INTO reading_head (subject_number, sequence) SELECT number, :sequence FROM subject "
      "WHERE workspace_id = :workspace AND id = :object AND removed_at = 0 "
      "ON CONFLICT (subject_number) DO UPDATE SET sequence = excluded.sequence"));
  head.id(":workspace", removed.workspace).id(":object", removed.object);
  TRY(head.integer(":sequence", newest->get<std::int64_t>()).run());
  return log.bring_back(connection, removed.workspace, SubjectId::of(removed.object));
}

Removed read_removed(Row& row) {
  Removed removed;
  removed.id = row.id<RemovedId>();
  removed.workspace = row.id<WorkspaceId>();
  removed.kind = row.word(kRemovedKind);
  removed.object = row.id<Uuid>();
  removed.name = row.text();
  removed.at = row.instant();
  removed.by = row.text();
  return removed;
}

Result<void> remove_bundle(Connection& connection, const Removed& removed) {
  Statement remove = TRY(connection.prepare("DELETE FROM removed WHERE workspace_id = :workspace AND id = :id"));
  TRY(remove.id(":workspace", removed.workspace).id(":id", removed.id).run());
  return {};
}

}  // namespace

std::span<const KeptColumns> kept_columns() {
  static const std::vector<KeptColumns> columns = [] {
    std::vector<KeptColumns> out;
    for (const RemovedKind kind : values_of<RemovedKind>()) {
      for (const Kept& kept : tables_of(kind)) out.push_back(kept.what);
    }
    return out;
  }();
  return columns;
}

Result<void> SqlRemovedStore::take(Transaction& tx, const Removed& removed) {
  json bundle = json::object();
  for (const Kept& kept : tables_of(removed.kind)) {
    json rows = TRY(rows_of(at(tx), kept, removed));
    bundle[std::string(kept.what.table)] = std::move(rows);
  }
  if (is_subject(removed.kind)) {
    const auto head = log_.head(removed.workspace, SubjectId::of(removed.object));
    if (head) bundle["newest_reading"] = head->newest;
  }
  Statement insert = TRY(at(tx).prepare(
      "INSERT INTO removed (id, workspace_id, kind, object_id, name, removed_at, removed_by, row_bundle) "
      "VALUES (:id, :workspace, :kind, :object, :name, :at, :by, :bundle)"));
  insert.id(":id", removed.id)
      .id(":workspace", removed.workspace)
      .text(":kind", to_text(removed.kind))
      .id(":object", removed.object)
      .text(":name", removed.name)
      .instant(":at", removed.at)
      .text(":by", removed.by);
  TRY(insert.text(":bundle", bundle.dump(-1, ' ', false, json::error_handler_t::replace)).run());
  return {};
}

Result<std::vector<Removed>> SqlRemovedStore::list(Snapshot& snapshot, WorkspaceId workspace, RemovedId after,
                                                   int limit) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT id, workspace_id, kind, object_id, name, removed_at, removed_by FROM removed "
      "WHERE workspace_id = :workspace AND (:is_first = 1 OR id < :after) ORDER BY id DESC LIMIT :limit"));
  select.id(":workspace", workspace).boolean(":is_first", after.is_nil()).id(":after", after).integer(":limit", limit);
  return all(select, read_removed);
}

Result<std::optional<Removed>> SqlRemovedStore::find(Snapshot& snapshot, WorkspaceId workspace, RemovedId id) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT id, workspace_id, kind, object_id, name, removed_at, removed_by FROM removed "
      "WHERE workspace_id = :workspace AND id = :id"));
  return one(select.id(":workspace", workspace).id(":id", id), read_removed);
}

Result<std::vector<std::string>> SqlRemovedStore::put_back(Transaction& tx, const Removed& removed) {
  std::optional<std::string> text;
  {
    Statement select =
        TRY(at(tx).prepare("SELECT row_bundle FROM removed WHERE workspace_id = :workspace AND id = :id"));
    text = TRY(one(select.id(":workspace", removed.workspace).id(":id", removed.id),
                   [](Row& row) { return row.text(); }));
  }
  if (!text) return Error{ErrorCode::not_found, "There is no such removed thing (any more)."};
  const json bundle = json::parse(*text, nullptr, false);
  if (!bundle.is_object()) return damaged_row();
  if (is_subject(removed.kind)) TRY(check_free(at(tx), removed, bundle));
  std::vector<std::string> left_out;
  for (const Kept& kept : tables_of(removed.kind)) TRY(insert_rows(at(tx), kept, bundle, left_out));
  if (is_subject(removed.kind)) TRY(bring_subject_back(at(tx), log_, removed, bundle));
  TRY(remove_bundle(at(tx), removed));
  return left_out;
}

Result<void> SqlRemovedStore::forget(Transaction& tx, const Removed& removed) {
  if (removed.kind == RemovedKind::recipient) {
    Statement secrets = TRY(at(tx).prepare(
        "DELETE FROM sealed_field WHERE workspace_id = :workspace AND owner_kind = :owner_kind AND owner = :owner "
        "AND NOT EXISTS (SELECT 1 FROM recipient r WHERE r.workspace_id = :workspace AND r.id = :owner)"));
    secrets.id(":workspace", removed.workspace).text(":owner_kind", kRecipientOwner).id(":owner", removed.object);
    TRY(secrets.run());
  }
  if (removed.kind == RemovedKind::monitor) {
    Statement secrets = TRY(at(tx).prepare(
        "DELETE FROM sealed_field WHERE workspace_id = :workspace AND owner_kind = :owner_kind AND owner = :owner "
        "AND NOT EXISTS (SELECT 1 FROM monitor m WHERE m.workspace_id = :workspace AND m.id = :owner)"));
    secrets.id(":workspace", removed.workspace).text(":owner_kind", kMonitorOwner).id(":owner", removed.object);
    TRY(secrets.run());
  }
  return remove_bundle(at(tx), removed);
}

// Not bound to a workspace: retention is the appliance's.
Result<std::int64_t> SqlRemovedStore::forget_before(Transaction& tx, Instant before, std::int64_t limit) {
  std::vector<Removed> old;
  {
    Statement select = TRY(at(tx).prepare(
        "SELECT id, workspace_id, kind, object_id, name, removed_at, removed_by FROM removed "
        "WHERE removed_at < :before ORDER BY removed_at, id LIMIT :limit"));
    old = TRY(all(select.instant(":before", before).integer(":limit", limit), read_removed));
  }
  for (const Removed& removed : old) TRY(forget(tx, removed));
  return static_cast<std::int64_t>(old.size());
}

}  // namespace connlog::storage
