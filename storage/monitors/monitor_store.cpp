// Monitors, in SQL. A monitor is a row of `monitor`, its secrets in `sealed_field`, the agents that look at it in
// `monitor_probe`, and, where jobs ping it, its addresses in `ping_check`. What is counted of pings in that last table is
// ping_store.cpp's.
#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "storage/connection.h"
#include "storage/monitors/stores.h"
#include "storage/statement.h"

namespace connlog::storage {
namespace {

// Stored: never renamed.
constexpr std::string_view kOwnerKind = "monitor";  // of rows of sealed_field
constexpr std::string_view kUuidField = "ping_uuid", kTokenField = "ping_token";

// In the order in which read_monitor reads them.
#define CONNLOG_MONITOR_ROWS                                                                                         \
  "SELECT m.id, m.workspace_id, m.kind, m.fields, m.interval_seconds, m.retries, m.retry_interval_seconds, "          \
  "m.time_limit_ms, m.recover_after, m.slow_after_ms, m.certificate_days, m.invert, m.probe_mode, m.probes_needed, " \
  "m.created_at, p.uuid_digest, p.token_digest, p.slug FROM monitor m "                                              \
  "LEFT JOIN ping_check p ON p.workspace_id = m.workspace_id AND p.monitor_id = m.id "

std::optional<std::int64_t> read_optional(Row& row) {
  const std::int64_t value = row.integer_or(-1);
  return value < 0 ? std::nullopt : std::optional<std::int64_t>(value);
}

CheckTiming read_timing(Row& row) {
  CheckTiming timing;
  timing.interval_seconds = read_optional(row);
  timing.retries = read_optional(row);
  timing.retry_interval_seconds = read_optional(row);
  timing.time_limit_ms = read_optional(row);
  timing.recover_after = read_optional(row);
  return timing;
}

void bind_optional(Statement& statement, const char* name, const std::optional<std::int64_t>& value) {
  value ? statement.integer(name, *value) : statement.null(name);
}

void bind_timing(Statement& statement, const CheckTiming& timing) {
  bind_optional(statement, ":interval_seconds", timing.interval_seconds);
  bind_optional(statement, ":retries", timing.retries);
  bind_optional(statement, ":retry_interval_seconds", timing.retry_interval_seconds);
  bind_optional(statement, ":time_limit_ms", timing.time_limit_ms);
  bind_optional(statement, ":recover_after", timing.recover_after);
}

Monitor read_monitor(Row& row) {
  Monitor monitor;
  monitor.id = row.id<MonitorId>();
  monitor.workspace = row.id<WorkspaceId>();
  monitor.kind = row.text();
  monitor.fields = from_stored(row.text());
  monitor.own = read_timing(row);
  monitor.slow_after_ms = row.integer();
  monitor.certificate_days = row.integer();
  monitor.invert = row.boolean();
  monitor.probe_mode = row.word(kMonitorProbeMode);
  monitor.probes_needed = row.integer();
  monitor.created_at = row.instant();
  const auto uuid = row.blob();
  if (uuid.empty()) return monitor;
  PingAddress ping;
  std::copy_n(uuid.begin(), std::min(uuid.size(), ping.uuid_digest.size()), ping.uuid_digest.begin());
  ping.token_digest = row.bytes<32>();
  ping.slug = row.text();
  monitor.ping = std::move(ping);
  return monitor;
}

void bind_monitor(Statement& statement, const Monitor& monitor) {
  statement.id(":id", monitor.id)
      .id(":workspace", monitor.workspace)
      .text(":kind", monitor.kind)
      .text(":fields", to_stored(monitor.fields))
      .integer(":slow_after_ms", monitor.slow_after_ms)
      .integer(":certificate_days", monitor.certificate_days)
      .boolean(":invert", monitor.invert)
      .text(":probe_mode", to_text(monitor.probe_mode))
      .integer(":probes_needed", monitor.probes_needed);
  bind_timing(statement, monitor.own);
}

struct Owned {
  MonitorId owner;
  SealedField field;
};

Owned read_owned(Row& row) {
  Owned owned;
  owned.owner = row.id<MonitorId>();
  owned.field.field = row.text();
  owned.field.sealed = row.text();
  return owned;
}

struct Probe {
  MonitorId monitor;
  AgentId agent;
};

Probe read_probe(Row& row) {
  Probe probe;
  probe.monitor = row.id<MonitorId>();
  probe.agent = row.id<AgentId>();
  return probe;
}

void give(Monitor& monitor, SealedField field) {
  if (monitor.ping && field.field == kUuidField) {
    monitor.ping->sealed_uuid = std::move(field.sealed);
  } else if (monitor.ping && field.field == kTokenField) {
    monitor.ping->sealed_token = std::move(field.sealed);
  } else {
    monitor.sealed.push_back(std::move(field));
  }
}

// Gives each monitor what other tables have of it.
void complete(std::vector<Monitor>& monitors, std::vector<Owned> secrets, const std::vector<Probe>& probes) {
  std::map<MonitorId, Monitor*> by_id;
  for (Monitor& monitor : monitors) by_id[monitor.id] = &monitor;
  for (Owned& owned : secrets) {
    if (const auto owner = by_id.find(owned.owner); owner != by_id.end()) give(*owner->second, std::move(owned.field));
  }
  for (const Probe& probe : probes) {
    if (const auto owner = by_id.find(probe.monitor); owner != by_id.end())
      owner->second->probes.push_back(probe.agent);
  }
}

Result<void> put_secret(Connection& connection, const Monitor& monitor, std::string_view field,
                        std::string_view sealed) {
  Statement insert = TRY(connection.prepare(
      "INSERT INTO sealed_field (owner_kind, owner, field, workspace_id, sealed) VALUES (:owner_kind, :owner, :field, "
      ":workspace, :sealed)"));
  insert.text(":owner_kind", kOwnerKind).id(":owner", monitor.id).text(":field", field);
  TRY(insert.id(":workspace", monitor.workspace).text(":sealed", sealed).run());
  return {};
}

Result<void> forget_secrets(Connection& connection, WorkspaceId workspace, MonitorId id) {
  Statement remove = TRY(connection.prepare(
      "DELETE FROM sealed_field WHERE workspace_id = :workspace AND owner_kind = :owner_kind AND owner = :owner"));
  TRY(remove.id(":workspace", workspace).text(":owner_kind", kOwnerKind).id(":owner", id).run());
  return {};
}

Result<void> put_address(Connection& connection, const Monitor& monitor) {
  if (!monitor.ping) return {};
  Statement put = TRY(connection.prepare(
      "INSERT INTO ping_check (monitor_id, workspace_id, uuid_digest, token_digest, slug, pings, last_ping, last_start, "
      "last_start_rid, last_duration, is_down, is_new, addresses) VALUES (:id, :workspace, :uuid_digest, :token_digest, "
      ":slug, 0, 0, 0, NULL, NULL, 0, 1, '') ON CONFLICT (monitor_id) DO UPDATE SET "
      "uuid_digest = excluded.uuid_digest, token_digest = excluded.token_digest, slug = excluded.slug "
      "WHERE ping_check.workspace_id = excluded.workspace_id"));
  put.id(":id", monitor.id)
      .id(":workspace", monitor.workspace)
      .blob(":uuid_digest", monitor.ping->uuid_digest)
      .blob(":token_digest", monitor.ping->token_digest)
      .text(":slug", monitor.ping->slug);
  TRY(put.run());
  TRY(put_secret(connection, monitor, kUuidField, monitor.ping->sealed_uuid));
  return put_secret(connection, monitor, kTokenField, monitor.ping->sealed_token);
}

// What other tables have of it; what was there is gone already.
Result<void> put_rest(Connection& connection, const Monitor& monitor) {
  for (const SealedField& sealed : monitor.sealed) TRY(put_secret(connection, monitor, sealed.field, sealed.sealed));
  for (const AgentId& agent : monitor.probes) {
    Statement insert = TRY(connection.prepare(
        "INSERT INTO monitor_probe (workspace_id, monitor_id, agent_id) VALUES (:workspace, :monitor, :agent)"));
    TRY(insert.id(":workspace", monitor.workspace).id(":monitor", monitor.id).id(":agent", agent).run());
  }
  return put_address(connection, monitor);
}

// ── What groups and tags set ──

#define CONNLOG_DEFAULT_ROWS                                                                                        \
  "SELECT workspace_id, scope, scope_of, interval_seconds, retries, retry_interval_seconds, time_limit_ms, recover_after " \
  "FROM check_default "

CheckDefaults read_defaults(Row& row) {
  CheckDefaults defaults;
  defaults.workspace = row.id<WorkspaceId>();
  defaults.scope = row.word(kCheckDefaultScope);
  defaults.of = row.text();
  defaults.timing = read_timing(row);
  return defaults;
}

struct Told {
  WorkspaceId workspace;
  std::string scope, of;
  RecipientId recipient;
};

Told read_told(Row& row) {
  Told told;
  told.workspace = row.id<WorkspaceId>();
  told.scope = row.text();
  told.of = row.text();
  told.recipient = row.id<RecipientId>();
  return told;
}

std::vector<CheckDefaults> with_recipients(std::vector<CheckDefaults> all, const std::vector<Told>& told) {
  for (CheckDefaults& defaults : all) {
    for (const Told& each : told) {
      if (each.workspace == defaults.workspace && each.scope == to_text(defaults.scope) && each.of == defaults.of)
        defaults.recipients.push_back(each.recipient);
    }
  }
  return all;
}

KeptAnswer read_answer(Row& row) {
  KeptAnswer answer;
  answer.monitor = row.id<MonitorId>();
  answer.workspace = row.id<WorkspaceId>();
  answer.at = row.instant();
  answer.sealed = row.text();
  return answer;
}

StateChange read_change(Row& row) {
  StateChange change;
  change.subject = row.id<SubjectId>();
  change.workspace = row.id<WorkspaceId>();
  change.at = row.instant();
  change.n = row.integer();
  change.state = row.word(kMonitorChangeState);
  change.reason = row.word(kMonitorChangeReason);
  return change;
}

// As many names as kMonitorsAtOnce. Of fewer monitors the last one is asked for again.
#define CONNLOG_FIFTY_NAMES                                                                                            \
  ":s0, :s1, :s2, :s3, :s4, :s5, :s6, :s7, :s8, :s9, :s10, :s11, :s12, :s13, :s14, :s15, :s16, :s17, :s18, :s19, "      \
  ":s20, :s21, :s22, :s23, :s24, :s25, :s26, :s27, :s28, :s29, :s30, :s31, :s32, :s33, :s34, :s35, :s36, :s37, :s38, " \
  ":s39, :s40, :s41, :s42, :s43, :s44, :s45, :s46, :s47, :s48, :s49"

constexpr std::array<const char*, kMonitorsAtOnce> kNames = {
    ":s0",  ":s1",  ":s2",  ":s3",  ":s4",  ":s5",  ":s6",  ":s7",  ":s8",  ":s9",  ":s10", ":s11", ":s12",
    ":s13", ":s14", ":s15", ":s16", ":s17", ":s18", ":s19", ":s20", ":s21", ":s22", ":s23", ":s24", ":s25",
    ":s26", ":s27", ":s28", ":s29", ":s30", ":s31", ":s32", ":s33", ":s34", ":s35", ":s36", ":s37", ":s38",
    ":s39", ":s40", ":s41", ":s42", ":s43", ":s44", ":s45", ":s46", ":s47", ":s48", ":s49"};

}  // namespace

// Start-up only: all workspaces.
Result<std::vector<Monitor>> SqlMonitorStore::all(Snapshot& snapshot) const {
  Statement select = TRY(at(snapshot).prepare(CONNLOG_MONITOR_ROWS "ORDER BY m.id"));
  std::vector<Monitor> monitors = TRY(storage::all(select, read_monitor));
  Statement secrets = TRY(at(snapshot).prepare(
      "SELECT owner, field, sealed FROM sealed_field WHERE owner_kind = :owner_kind ORDER BY owner, field"));
  auto sealed = TRY(storage::all(secrets.text(":owner_kind", kOwnerKind), read_owned));
  Statement probes = TRY(at(snapshot).prepare("SELECT monitor_id, agent_id FROM monitor_probe ORDER BY agent_id"));
  const auto chosen = TRY(storage::all(probes, read_probe));
  complete(monitors, std::move(sealed), chosen);
  return monitors;
}

Result<std::optional<Monitor>> SqlMonitorStore::find(Snapshot& snapshot, WorkspaceId workspace, MonitorId id) const {
  Statement select =
      TRY(at(snapshot).prepare(CONNLOG_MONITOR_ROWS "WHERE m.workspace_id = :workspace AND m.id = :id"));
  auto monitor = TRY(one(select.id(":workspace", workspace).id(":id", id), read_monitor));
  if (!monitor) return monitor;
  Statement secrets =
      TRY(at(snapshot).prepare("SELECT owner, field, sealed FROM sealed_field WHERE workspace_id = :workspace AND "
                               "owner_kind = :owner_kind AND owner = :owner ORDER BY field"));
  secrets.id(":workspace", workspace).text(":owner_kind", kOwnerKind).id(":owner", id);
  auto sealed = TRY(storage::all(secrets, read_owned));
  for (Owned& owned : sealed) give(*monitor, std::move(owned.field));
  Statement probes =
      TRY(at(snapshot).prepare("SELECT monitor_id, agent_id FROM monitor_probe WHERE workspace_id = :workspace AND "
                               "monitor_id = :monitor ORDER BY agent_id"));
  const auto chosen = TRY(storage::all(probes.id(":workspace", workspace).id(":monitor", id), read_probe));
  for (const Probe& probe : chosen) monitor->probes.push_back(probe.agent);
  return monitor;
}

Result<std::vector<Monitor>> SqlMonitorStore::list(Snapshot& snapshot, WorkspaceId workspace) const {
  Statement select =
      TRY(at(snapshot).prepare(CONNLOG_MONITOR_ROWS "WHERE m.workspace_id = :workspace ORDER BY m.id"));
  std::vector<Monitor> monitors = TRY(storage::all(select.id(":workspace", workspace), read_monitor));
  Statement secrets =
      TRY(at(snapshot).prepare("SELECT owner, field, sealed FROM sealed_field WHERE workspace_id = :workspace AND "
                               "owner_kind = :owner_kind ORDER BY owner, field"));
  auto sealed = TRY(storage::all(secrets.id(":workspace", workspace).text(":owner_kind", kOwnerKind), read_owned));
  Statement probes =
      TRY(at(snapshot).prepare("SELECT monitor_id, agent_id FROM monitor_probe WHERE workspace_id = :workspace "
                               "ORDER BY monitor_id, agent_id"));
  const auto chosen = TRY(storage::all(probes.id(":workspace", workspace), read_probe));
  complete(monitors, std::move(sealed), chosen);
  return monitors;
}

Result<std::int64_t> SqlMonitorStore::count(Snapshot& snapshot, WorkspaceId workspace) const {
  Statement select = TRY(at(snapshot).prepare("SELECT COUNT(*) FROM monitor WHERE workspace_id = :workspace"));
  const auto counted = TRY(one(select.id(":workspace", workspace), [](Row& row) { return row.integer(); }));
  return counted.value_or(0);
}

Result<void> SqlMonitorStore::insert(Transaction& tx, const Monitor& monitor) {
  Statement insert = TRY(at(tx).prepare(
      "INSERT INTO monitor (id, workspace_id, kind, fields, interval_seconds, retries, retry_interval_seconds, "
      "time_limit_ms, recover_after, slow_after_ms, certificate_days, invert, probe_mode, probes_needed, created_at) "
      "VALUES (:id, :workspace, :kind, :fields, :interval_seconds, :retries, :retry_interval_seconds, :time_limit_ms, "
      ":recover_after, :slow_after_ms, :certificate_days, :invert, :probe_mode, :probes_needed, :created_at)"));
  bind_monitor(insert, monitor);
  TRY(insert.instant(":created_at", monitor.created_at).run());
  return put_rest(at(tx), monitor);
}

Result<void> SqlMonitorStore::update(Transaction& tx, const Monitor& monitor) {
  Statement update = TRY(at(tx).prepare(
      "UPDATE monitor SET kind = :kind, fields = :fields, interval_seconds = :interval_seconds, retries = :retries, "
      "retry_interval_seconds = :retry_interval_seconds, time_limit_ms = :time_limit_ms, "
      "recover_after = :recover_after, slow_after_ms = :slow_after_ms, certificate_days = :certificate_days, "
      "invert = :invert, probe_mode = :probe_mode, probes_needed = :probes_needed "
      "WHERE workspace_id = :workspace AND id = :id"));
  bind_monitor(update, monitor);
  TRY(exactly_one(update, "monitor"));
  TRY(forget_secrets(at(tx), monitor.workspace, monitor.id));
  Statement probes = TRY(
      at(tx).prepare("DELETE FROM monitor_probe WHERE workspace_id = :workspace AND monitor_id = :monitor"));
  TRY(probes.id(":workspace", monitor.workspace).id(":monitor", monitor.id).run());
  return put_rest(at(tx), monitor);
}

Result<void> SqlMonitorStore::remove(Transaction& tx, WorkspaceId workspace, MonitorId id) {
  TRY(forget_secrets(at(tx), workspace, id));
  return put_aside(tx, workspace, id);
}

// With it go its probes, kept answers and pings.
Result<void> SqlMonitorStore::put_aside(Transaction& tx, WorkspaceId workspace, MonitorId id) {
  Statement remove = TRY(at(tx).prepare("DELETE FROM monitor WHERE workspace_id = :workspace AND id = :id"));
  return exactly_one(remove.id(":workspace", workspace).id(":id", id), "monitor");
}

// ── What groups and tags set ──

// Start-up only: all workspaces.
Result<std::vector<CheckDefaults>> SqlMonitorStore::all_defaults(Snapshot& snapshot) const {
  Statement select = TRY(at(snapshot).prepare(CONNLOG_DEFAULT_ROWS "ORDER BY workspace_id, scope, scope_of"));
  auto defaults = TRY(storage::all(select, read_defaults));
  Statement recipients = TRY(at(snapshot).prepare(
      "SELECT workspace_id, scope, scope_of, recipient_id FROM check_default_recipient ORDER BY recipient_id"));
  const auto told = TRY(storage::all(recipients, read_told));
  return with_recipients(std::move(defaults), told);
}

Result<std::vector<CheckDefaults>> SqlMonitorStore::defaults(Snapshot& snapshot, WorkspaceId workspace) const {
  Statement select =
      TRY(at(snapshot).prepare(CONNLOG_DEFAULT_ROWS "WHERE workspace_id = :workspace ORDER BY scope, scope_of"));
  auto defaults = TRY(storage::all(select.id(":workspace", workspace), read_defaults));
  Statement recipients = TRY(at(snapshot).prepare(
      "SELECT workspace_id, scope, scope_of, recipient_id FROM check_default_recipient WHERE workspace_id = :workspace "
      "ORDER BY recipient_id"));
  const auto told = TRY(storage::all(recipients.id(":workspace", workspace), read_told));
  return with_recipients(std::move(defaults), told);
}

Result<void> SqlMonitorStore::put_defaults(Transaction& tx, const CheckDefaults& defaults) {
  TRY(remove_defaults(tx, defaults.workspace, defaults.scope, defaults.of));
  if (is_empty(defaults)) return {};
  GroupId group;
  if (defaults.scope == CheckDefaults::Scope::group && !GroupId::parse(defaults.of, group))
    return Error{ErrorCode::internal, "What a group sets names no group."};
  Statement insert = TRY(at(tx).prepare(
      "INSERT INTO check_default (workspace_id, scope, scope_of, group_id, interval_seconds, retries, "
      "retry_interval_seconds, time_limit_ms, recover_after) VALUES (:workspace, :scope, :of, :group, "
      ":interval_seconds, :retries, :retry_interval_seconds, :time_limit_ms, :recover_after)"));
  insert.id(":workspace", defaults.workspace)
      .text(":scope", to_text(defaults.scope))
      .text(":of", defaults.of)
      .id_or_null(":group", group);
  bind_timing(insert, defaults.timing);
  TRY(insert.run());
  for (const RecipientId& recipient : defaults.recipients) {
    Statement told = TRY(at(tx).prepare(
        "INSERT INTO check_default_recipient (workspace_id, scope, scope_of, recipient_id) VALUES (:workspace, :scope, "
        ":of, :recipient)"));
    told.id(":workspace", defaults.workspace).text(":scope", to_text(defaults.scope)).text(":of", defaults.of);
    TRY(told.id(":recipient", recipient).run());
  }
  return {};
}

Result<void> SqlMonitorStore::remove_defaults(Transaction& tx, WorkspaceId workspace, CheckDefaults::Scope scope,
                                              std::string_view of) {
  Statement remove = TRY(at(tx).prepare(
      "DELETE FROM check_default WHERE workspace_id = :workspace AND scope = :scope AND scope_of = :of"));
  TRY(remove.id(":workspace", workspace).text(":scope", to_text(scope)).text(":of", of).run());
  return {};
}

// ── Answers and hosts ──

// Of two in one instant the later one stays.
Result<void> SqlMonitorStore::keep_answer(Transaction& tx, const KeptAnswer& answer) {
  Statement put = TRY(at(tx).prepare(
      "INSERT INTO kept_answer (workspace_id, monitor_id, at, sealed_answer) VALUES (:workspace, :monitor, :at, :sealed) "
      "ON CONFLICT (workspace_id, monitor_id, at) DO UPDATE SET sealed_answer = excluded.sealed_answer"));
  put.id(":workspace", answer.workspace).id(":monitor", answer.monitor).instant(":at", answer.at);
  TRY(put.text(":sealed", answer.sealed).run());
  return {};
}

Result<std::vector<KeptAnswer>> SqlMonitorStore::answers(Snapshot& snapshot, WorkspaceId workspace, MonitorId monitor,
                                                         int limit) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT monitor_id, workspace_id, at, sealed_answer FROM kept_answer "
      "WHERE workspace_id = :workspace AND monitor_id = :monitor ORDER BY at DESC LIMIT :limit"));
  return storage::all(select.id(":workspace", workspace).id(":monitor", monitor).integer(":limit", limit), read_answer);
}

// Not bound to a workspace: retention is the appliance's.
Result<std::int64_t> SqlMonitorStore::delete_answers_before(Transaction& tx, Instant before, std::int64_t limit) {
  Statement remove = TRY(at(tx).prepare(
      "DELETE FROM kept_answer WHERE (workspace_id, monitor_id, at) IN (SELECT a.workspace_id, a.monitor_id, a.at "
      "FROM kept_answer a WHERE a.at < :before ORDER BY a.at LIMIT :limit)"));
  return remove.instant(":before", before).integer(":limit", limit).run();
}

Result<bool> SqlMonitorStore::is_host_confirmed(Snapshot& snapshot, WorkspaceId workspace,
                                                std::string_view host) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT confirmed_at FROM confirmed_host WHERE workspace_id = :workspace AND host = :host"));
  const auto found = TRY(one(select.id(":workspace", workspace).text(":host", host),
                             [](Row& row) { return row.instant(); }));
  return found.has_value();
}

Result<void> SqlMonitorStore::confirm_host(Transaction& tx, WorkspaceId workspace, std::string_view host,
                                           const std::string& by, Instant when) {
  Statement put = TRY(at(tx).prepare(
      "INSERT INTO confirmed_host (workspace_id, host, confirmed_by, confirmed_at) VALUES (:workspace, :host, :by, :at) "
      "ON CONFLICT (workspace_id, host) DO NOTHING"));
  TRY(put.id(":workspace", workspace).text(":host", host).text(":by", by).instant(":at", when).run());
  return {};
}

// ── The record, of many monitors at once ──

Result<std::vector<StateChange>> SqlMonitorStore::changes(Snapshot& snapshot, WorkspaceId workspace,
                                                          std::span<const MonitorId> monitors, Instant from,
                                                          Instant to) const {
  std::vector<StateChange> changes;
  for (std::size_t begin = 0; begin < monitors.size(); begin += kMonitorsAtOnce) {
    const auto some = monitors.subspan(begin, std::min(kMonitorsAtOnce, monitors.size() - begin));
    Statement select = TRY(at(snapshot).prepare(
        "SELECT c.subject_id, c.workspace_id, c.at, c.n, c.state, c.reason FROM monitor m CROSS JOIN state_change c "
        "WHERE m.workspace_id = :workspace AND m.id IN (" CONNLOG_FIFTY_NAMES ") "
        "AND c.workspace_id = m.workspace_id AND c.subject_id = m.id AND c.at <= :to AND c.at >= COALESCE("
        "(SELECT MAX(l.at) FROM state_change l WHERE l.workspace_id = m.workspace_id AND l.subject_id = m.id "
        "AND l.at <= :from), :from) ORDER BY c.subject_id, c.at, c.n"));
    select.id(":workspace", workspace).instant(":from", from).instant(":to", to);
    for (std::size_t i = 0; i < kMonitorsAtOnce; ++i) select.id(kNames[i], some[std::min(i, some.size() - 1)]);
    const auto found = TRY(storage::all(select, read_change));
    for (const StateChange& change : found) {
      // Of several changes of the first instant only the last one holds.
      const bool replaces = !changes.empty() && changes.back().subject == change.subject && change.at <= from;
      if (replaces) changes.pop_back();
      changes.push_back(change);
    }
  }
  return changes;
}

}  // namespace connlog::storage
