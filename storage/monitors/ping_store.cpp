// Pings and what is known of the checks that they are for, in SQL; see storage/monitors/stores.h. A check's newest pings are
// kept: what falls out is deleted in the statement that follows each insert, so the table needs no upkeep of its own.
#include "storage/connection.h"
#include "storage/lists.h"
#include "storage/monitors/stores.h"
#include "storage/statement.h"

namespace connlog::storage {
namespace {

constexpr char kBetween = ' ';  // no address has a space
constexpr std::int64_t kAbsent = -1;

#define CONNLOG_PING_COLUMNS                                                                                       \
  "monitor_id, workspace_id, n, at, kind, scheme, method, address, user_agent, body, rid, exit_status, duration, " \
  "from_new_address"

Ping read_ping(Row& row) {
  Ping ping;
  ping.monitor = row.id<MonitorId>();
  ping.workspace = row.id<WorkspaceId>();
  ping.n = row.integer();
  ping.at = row.instant();
  ping.kind = row.word(kPingKind);
  ping.scheme = row.text();
  ping.method = row.text();
  ping.address = row.text();
  ping.user_agent = row.text();
  ping.body = row.text();
  const Uuid rid = row.id_or_nil<Uuid>();
  if (!rid.is_nil()) ping.rid = rid;
  const std::int64_t exit_status = row.integer_or(kAbsent), duration = row.integer_or(kAbsent);
  if (exit_status != kAbsent) ping.exit_status = exit_status;
  if (duration != kAbsent) ping.duration = microseconds(duration);
  ping.from_new_address = row.boolean();
  return ping;
}

std::pair<MonitorId, PingState> read_state(Row& row) {
  std::pair<MonitorId, PingState> found;
  found.first = row.id<MonitorId>();
  PingState& state = found.second;
  state.pings = row.integer();
  state.last_ping = row.instant();
  state.last_start = row.instant();
  const Uuid rid = row.id_or_nil<Uuid>();
  if (!rid.is_nil()) state.last_start_rid = rid;
  const std::int64_t duration = row.integer_or(kAbsent);
  if (duration != kAbsent) state.last_duration = microseconds(duration);
  state.is_down = row.boolean();
  state.is_new = row.boolean();
  state.addresses = split(row.text(), kBetween);
  return found;
}

// How many rows it changed.
Result<std::int64_t> write_state(Transaction& tx, WorkspaceId workspace, MonitorId monitor, const PingState& state) {
  Statement update = TRY(at(tx).prepare(
      "UPDATE ping_check SET pings = :pings, last_ping = :last_ping, last_start = :last_start, last_start_rid = :rid, "
      "last_duration = :duration, is_down = :is_down, is_new = :is_new, addresses = :addresses WHERE monitor_id = :monitor "
      "AND workspace_id = :workspace"));
  update.id(":monitor", monitor)
      .id(":workspace", workspace)
      .integer(":pings", state.pings)
      .instant(":last_ping", state.last_ping)
      .instant(":last_start", state.last_start)
      .id_or_null(":rid", state.last_start_rid.value_or(Uuid{}))
      .integer_or_null(":duration", state.last_duration ? state.last_duration->count() : kAbsent, kAbsent)
      .boolean(":is_down", state.is_down)
      .boolean(":is_new", state.is_new)
      .text(":addresses", joined(state.addresses, kBetween));
  return update.run();
}

}  // namespace

Result<std::vector<std::pair<MonitorId, PingState>>> SqlPingStore::all_states(Snapshot& snapshot) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT monitor_id, pings, last_ping, last_start, last_start_rid, last_duration, is_down, is_new, "
      "addresses FROM ping_check"));
  return storage::all(select, read_state);
}

Result<void> SqlPingStore::append(Transaction& tx, const Ping& ping, const PingState& state, std::int64_t keep) {
  const std::int64_t changed = TRY(write_state(tx, ping.workspace, ping.monitor, state));
  if (changed != 1) return Error{ErrorCode::not_found, "There is no such check any more."};
  Statement insert = TRY(at(tx).prepare(
      "INSERT INTO ping (" CONNLOG_PING_COLUMNS
      ") VALUES (:monitor, :workspace, :n, :at, :kind, :scheme, :method, :address, :user_agent, :body, :rid, :exit_status, "
      ":duration, :from_new_address) ON CONFLICT DO NOTHING"));
  insert.id(":monitor", ping.monitor)
      .id(":workspace", ping.workspace)
      .integer(":n", ping.n)
      .instant(":at", ping.at)
      .text(":kind", to_text(ping.kind))
      .text(":scheme", ping.scheme)
      .text(":method", ping.method)
      .text(":address", ping.address)
      .text(":user_agent", ping.user_agent)
      .text(":body", ping.body)
      .id_or_null(":rid", ping.rid.value_or(Uuid{}))
      .integer_or_null(":exit_status", ping.exit_status.value_or(kAbsent), kAbsent)
      .integer_or_null(":duration", ping.duration ? ping.duration->count() : kAbsent, kAbsent)
      .boolean(":from_new_address", ping.from_new_address);
  TRY(insert.run());
  // The oldest of those that are kept; pings that were only counted leave gaps between the numbers.
  Statement remove = TRY(at(tx).prepare(
      "DELETE FROM ping WHERE workspace_id = :workspace AND monitor_id = :monitor AND n <= (SELECT n FROM ping WHERE "
      "workspace_id = :workspace AND monitor_id = :monitor ORDER BY n DESC LIMIT 1 OFFSET :keep)"));
  TRY(remove.id(":workspace", ping.workspace).id(":monitor", ping.monitor).integer(":keep", keep).run());
  return {};
}

Result<void> SqlPingStore::put_state(Transaction& tx, WorkspaceId workspace, MonitorId monitor,
                                     const PingState& state) {
  TRY(write_state(tx, workspace, monitor, state));
  return {};
}

Result<std::vector<MonitorId>> SqlPingStore::by_slug(Snapshot& snapshot, WorkspaceId workspace,
                                                     std::string_view slug) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT monitor_id FROM ping_check WHERE workspace_id = :workspace AND slug = :slug ORDER BY monitor_id"));
  return storage::all(select.id(":workspace", workspace).text(":slug", slug),
                      [](Row& row) { return row.id<MonitorId>(); });
}

Result<std::vector<Ping>> SqlPingStore::list(Snapshot& snapshot, WorkspaceId workspace, MonitorId monitor,
                                             std::int64_t before_n, int limit) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT " CONNLOG_PING_COLUMNS
      " FROM ping WHERE workspace_id = :workspace AND monitor_id = :monitor AND (:before = 0 OR n < :before) ORDER BY n DESC "
      "LIMIT :limit"));
  select.id(":workspace", workspace).id(":monitor", monitor).integer(":before", before_n).integer(":limit", limit);
  return storage::all(select, read_ping);
}

Result<std::optional<Ping>> SqlPingStore::find(Snapshot& snapshot, WorkspaceId workspace, MonitorId monitor,
                                               std::int64_t n) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT " CONNLOG_PING_COLUMNS
                               " FROM ping WHERE workspace_id = :workspace AND monitor_id = :monitor AND n = :n"));
  return one(select.id(":workspace", workspace).id(":monitor", monitor).integer(":n", n), read_ping);
}

}  // namespace connlog::storage
