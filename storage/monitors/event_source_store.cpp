#include "storage/monitors/event_source_store.h"

#include "storage/connection.h"
#include "storage/statement.h"

namespace connlog::storage {
namespace {

// In the order in which read_source reads them.
#define CONNLOG_EVENT_SOURCE_COLUMNS                                                                        \
  "id, workspace_id, format, key_start, key_digest, addresses, stale_after_seconds, watchdog_event, " \
  "watchdog_seconds, watchdog_at, last_at, created_at"

EventSource read_source(Row& row) {
  EventSource source;
  source.id = row.id<EventSourceId>();
  source.workspace = row.id<WorkspaceId>();
  source.format = row.word(kEventSourceFormat);
  source.key_start = row.text();
  source.key_digest = row.bytes<32>();
  source.addresses = row.text();
  source.stale_after_seconds = row.integer();
  source.watchdog_event = row.text();
  source.watchdog_seconds = row.integer();
  source.watchdog_at = row.instant();
  source.last_at = row.instant();
  source.created_at = row.instant();
  return source;
}

void bind_changing(Statement& statement, const EventSource& source) {
  statement.id(":id", source.id)
      .id(":workspace", source.workspace)
      .text(":key_start", source.key_start)
      .blob(":key_digest", source.key_digest)
      .text(":addresses", source.addresses)
      .integer(":stale_after_seconds", source.stale_after_seconds)
      .text(":watchdog_event", source.watchdog_event)
      .integer(":watchdog_seconds", source.watchdog_seconds);
}

#define CONNLOG_OPEN_EVENT_COLUMNS \
  "e.workspace_id, e.source_id, e.event_key, e.incident_id, e.last_at, e.ends_at, e.ends_by_itself"

OpenEvent read_event(Row& row) {
  OpenEvent event;
  event.workspace = row.id<WorkspaceId>();
  event.source = row.id<EventSourceId>();
  event.key = row.text();
  event.incident = row.id<IncidentId>();
  event.last_at = row.instant();
  event.ends_at = row.instant();
  event.ends_by_itself = row.boolean();
  return event;
}

}  // namespace

// ── Sources ──

// Start-up only: all workspaces.
Result<std::vector<EventSource>> SqlEventSourceStore::all(Snapshot& snapshot) const {
  Statement select = TRY(at(snapshot).prepare("SELECT " CONNLOG_EVENT_SOURCE_COLUMNS " FROM event_source"));
  return storage::all(select, read_source);
}

Result<std::vector<EventSource>> SqlEventSourceStore::list(Snapshot& snapshot, WorkspaceId workspace) const {
  Statement select = TRY(at(snapshot).prepare("SELECT " CONNLOG_EVENT_SOURCE_COLUMNS
                                              " FROM event_source WHERE workspace_id = :workspace ORDER BY id"));
  return storage::all(select.id(":workspace", workspace), read_source);
}

Result<std::optional<EventSource>> SqlEventSourceStore::find(Snapshot& snapshot, WorkspaceId workspace,
                                                             EventSourceId id) const {
  Statement select = TRY(at(snapshot).prepare("SELECT " CONNLOG_EVENT_SOURCE_COLUMNS
                                              " FROM event_source WHERE workspace_id = :workspace AND id = :id"));
  return one(select.id(":workspace", workspace).id(":id", id), read_source);
}

Result<void> SqlEventSourceStore::insert(Transaction& tx, const EventSource& source) {
  Statement insert = TRY(at(tx).prepare(
      "INSERT INTO event_source (" CONNLOG_EVENT_SOURCE_COLUMNS
      ") VALUES (:id, :workspace, :format, :key_start, :key_digest, :addresses, :stale_after_seconds, :watchdog_event, "
      ":watchdog_seconds, :watchdog_at, :last_at, :created_at)"));
  bind_changing(insert, source);
  insert.text(":format", to_text(source.format))
      .instant(":watchdog_at", source.watchdog_at)
      .instant(":last_at", source.last_at)
      .instant(":created_at", source.created_at);
  TRY(insert.run());
  return {};
}

Result<void> SqlEventSourceStore::update(Transaction& tx, const EventSource& source) {
  Statement update = TRY(at(tx).prepare(
      "UPDATE event_source SET key_start = :key_start, key_digest = :key_digest, addresses = :addresses, "
      "stale_after_seconds = :stale_after_seconds, watchdog_event = :watchdog_event, watchdog_seconds = :watchdog_seconds "
      "WHERE workspace_id = :workspace AND id = :id"));
  bind_changing(update, source);
  return exactly_one(update, "event source");
}

Result<void> SqlEventSourceStore::remove(Transaction& tx, WorkspaceId workspace, EventSourceId id) {
  Statement remove = TRY(at(tx).prepare("DELETE FROM event_source WHERE workspace_id = :workspace AND id = :id"));
  TRY(remove.id(":workspace", workspace).id(":id", id).run());
  return {};
}

Result<void> SqlEventSourceStore::note_seen(Transaction& tx, WorkspaceId workspace, EventSourceId id, Instant last_at,
                                            Instant watchdog_at) {
  Statement update = TRY(at(tx).prepare(
      "UPDATE event_source SET last_at = :last_at, watchdog_at = :watchdog_at WHERE workspace_id = :workspace AND id = :id"));
  update.id(":workspace", workspace).id(":id", id).instant(":last_at", last_at).instant(":watchdog_at", watchdog_at);
  TRY(update.run());
  return {};
}

// ── Open events ──

// An event whose incident has ended otherwise (a pause) is open no more; its row goes with the next event of its key, or in time.
Result<std::optional<OpenEvent>> SqlEventSourceStore::open_event(Snapshot& snapshot, WorkspaceId workspace,
                                                                 EventSourceId source, const std::string& key) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT " CONNLOG_OPEN_EVENT_COLUMNS
      " FROM open_event e JOIN incident i ON i.workspace_id = e.workspace_id AND i.id = e.incident_id "
      "WHERE e.workspace_id = :workspace AND e.source_id = :source AND e.event_key = :key AND i.resolved_at = 0"));
  return one(select.id(":workspace", workspace).id(":source", source).text(":key", key), read_event);
}

Result<std::int64_t> SqlEventSourceStore::count_open(Snapshot& snapshot, WorkspaceId workspace,
                                                     EventSourceId source) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT COUNT(*) FROM open_event e JOIN incident i ON i.workspace_id = e.workspace_id AND i.id = e.incident_id "
      "WHERE e.workspace_id = :workspace AND e.source_id = :source AND i.resolved_at = 0"));
  const auto count = TRY(one(select.id(":workspace", workspace).id(":source", source),
                             [](Row& row) { return row.integer(); }));
  return count.value_or(0);
}

// Start-up only: all workspaces. Incidents that connlog itself says of a source count, too.
Result<std::vector<std::pair<EventSourceId, std::int64_t>>> SqlEventSourceStore::open_counts(Snapshot& snapshot) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT s.id, COUNT(*) FROM event_source s JOIN incident i ON i.workspace_id = s.workspace_id AND i.subject_id = s.id "
      "WHERE i.resolved_at = 0 AND i.kind = 'event' GROUP BY s.id"));
  return storage::all(select, [](Row& row) {
    std::pair<EventSourceId, std::int64_t> found;
    found.first = row.id<EventSourceId>();
    found.second = row.integer();
    return found;
  });
}

Result<void> SqlEventSourceStore::put_event(Transaction& tx, const OpenEvent& event) {
  Statement put = TRY(at(tx).prepare(
      "INSERT INTO open_event (workspace_id, source_id, event_key, incident_id, last_at, ends_at, ends_by_itself) VALUES "
      "(:workspace, :source, :key, :incident, :last_at, :ends_at, :ends_by_itself) ON CONFLICT (workspace_id, source_id, "
      "event_key) DO UPDATE SET incident_id = excluded.incident_id, last_at = excluded.last_at, ends_at = excluded.ends_at, "
      "ends_by_itself = excluded.ends_by_itself"));
  put.id(":workspace", event.workspace)
      .id(":source", event.source)
      .text(":key", event.key)
      .id(":incident", event.incident)
      .instant(":last_at", event.last_at)
      .instant(":ends_at", event.ends_at)
      .boolean(":ends_by_itself", event.ends_by_itself);
  TRY(put.run());
  return {};
}

Result<void> SqlEventSourceStore::remove_event(Transaction& tx, WorkspaceId workspace, EventSourceId source,
                                               const std::string& key) {
  Statement remove = TRY(at(tx).prepare(
      "DELETE FROM open_event WHERE workspace_id = :workspace AND source_id = :source AND event_key = :key"));
  TRY(remove.id(":workspace", workspace).id(":source", source).text(":key", key).run());
  return {};
}

// Not bound to a workspace: time is everybody's. Also those whose incident has ended, so that their rows go; and, with an empty key,
// what is still open of sources that are paused or removed (a removed one has no rows of events any more).
Result<std::vector<OpenEvent>> SqlEventSourceStore::due_events(Snapshot& snapshot, Instant now, int limit) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT * FROM (SELECT " CONNLOG_OPEN_EVENT_COLUMNS
      " FROM open_event e WHERE e.ends_at <= :now ORDER BY e.ends_at LIMIT :limit) "
      "UNION ALL SELECT * FROM (SELECT i.workspace_id, i.subject_id, '', i.id, 0, 0, 0 FROM event_source s "
      "CROSS JOIN subject t ON t.workspace_id = s.workspace_id AND t.id = s.id "
      "CROSS JOIN incident i INDEXED BY incident_open_of_subject ON i.workspace_id = s.workspace_id AND i.subject_id = s.id "
      "WHERE t.paused_at <> 0 AND i.resolved_at = 0 AND i.kind = 'event' LIMIT :limit) "
      "UNION ALL SELECT * FROM (SELECT i.workspace_id, i.subject_id, '', i.id, 0, 0, 0 "
      "FROM subject t INDEXED BY subject_removed_source "
      "CROSS JOIN incident i INDEXED BY incident_open_of_subject ON i.workspace_id = t.workspace_id AND i.subject_id = t.id "
      "WHERE t.removed_at <> 0 AND t.kind = 'source' AND i.resolved_at = 0 AND i.kind = 'event' LIMIT :limit) "
      "LIMIT :limit"));
  return storage::all(select.instant(":now", now).integer(":limit", limit), read_event);
}

}  // namespace connlog::storage
