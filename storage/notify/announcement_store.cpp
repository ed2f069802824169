// Announcements, in SQL.
#include <algorithm>

#include "storage/notify/announcement_rows.h"
#include "storage/notify/stores.h"

namespace connlog::storage {

Announcement read_announcement(Row& row) {
  Announcement announcement;
  announcement.id = row.id<AnnouncementId>();
  announcement.workspace = row.id<WorkspaceId>();
  announcement.kind = row.word(kAnnouncementKind);
  announcement.subject = row.id_or_nil<SubjectId>();
  announcement.subject_kind = row.text();
  announcement.subject_name = row.text();
  announcement.part = row.text();
  announcement.severity = row.text();
  announcement.headline = row.text();
  announcement.facts = facts_from_stored(row.text());
  announcement.path = row.text();
  announcement.thread = row.text();
  announcement.at = row.instant();
  return announcement;
}

Result<std::vector<IncidentId>> incidents_of(Connection& connection, WorkspaceId workspace, AnnouncementId id) {
  Statement select = TRY(connection.prepare(
      "SELECT incident_id FROM announcement_incident WHERE workspace_id = :workspace AND "
      "announcement_id = :announcement ORDER BY incident_id"));
  return all(select.id(":workspace", workspace).id(":announcement", id), [](Row& row) { return row.id<IncidentId>(); });
}

namespace {

// No id that was made at this time or later is smaller.
Uuid first_id_at(Instant at) {
  constexpr std::size_t kTimeBytes = 6;
  Uuid id;
  auto millis = static_cast<std::uint64_t>(std::max<std::int64_t>(at.micros, 0)) / 1'000;
  for (std::size_t i = kTimeBytes; i > 0; --i, millis >>= 8) id.bytes[i - 1] = static_cast<std::uint8_t>(millis);
  return id;
}

}  // namespace

Result<void> SqlAnnouncementStore::insert(Transaction& tx, const Announcement& announcement) {
  Statement insert = TRY(at(tx).prepare(
      "INSERT INTO announcement (id, workspace_id, kind, subject_id, subject_kind, subject_name, part, severity, "
      "headline, facts, path, thread, at) VALUES (:id, :workspace, :kind, :subject, :subject_kind, :subject_name, "
      ":part, :severity, :headline, :facts, :path, :thread, :at)"));
  insert.id(":id", announcement.id)
      .id(":workspace", announcement.workspace)
      .text(":kind", to_text(announcement.kind))
      .id_or_null(":subject", announcement.subject)
      .text(":subject_kind", announcement.subject_kind)
      .text(":subject_name", announcement.subject_name)
      .text(":part", announcement.part)
      .text(":severity", announcement.severity)
      .text(":headline", announcement.headline)
      .text(":facts", facts_to_stored(announcement.facts))
      .text(":path", announcement.path)
      .text(":thread", announcement.thread)
      .instant(":at", announcement.at);
  TRY(insert.run());
  for (const IncidentId& incident : announcement.incidents) {
    Statement refer = TRY(at(tx).prepare(
        "INSERT INTO announcement_incident (workspace_id, announcement_id, incident_id) VALUES (:workspace, "
        ":announcement, :incident)"));
    refer.id(":workspace", announcement.workspace).id(":announcement", announcement.id).id(":incident", incident);
    TRY(refer.run());
  }
  return {};
}

Result<std::optional<Announcement>> SqlAnnouncementStore::find(Snapshot& snapshot, WorkspaceId workspace,
                                                               AnnouncementId id) const {
  Statement select = TRY(at(snapshot).prepare("SELECT " CONNLOG_ANNOUNCEMENT_COLUMNS
                                              " FROM announcement a WHERE a.workspace_id = :workspace AND a.id = :id"));
  auto found = TRY(one(select.id(":workspace", workspace).id(":id", id), read_announcement));
  if (found) found->incidents = TRY(incidents_of(at(snapshot), workspace, id));
  return found;
}

// Not bound to a workspace: retention is the appliance's. An id begins with its time, so the old ones stand first.
Result<std::int64_t> SqlAnnouncementStore::delete_before(Transaction& tx, Instant before, std::int64_t limit) {
  Statement remove = TRY(at(tx).prepare(
      "DELETE FROM announcement WHERE id IN (SELECT a.id FROM announcement a WHERE a.id < :first AND a.at < :before "
      "AND NOT EXISTS (SELECT 1 FROM announcement_incident i WHERE i.workspace_id = a.workspace_id "
      "AND i.announcement_id = a.id) ORDER BY a.id LIMIT :limit)"));
  return remove.id(":first", first_id_at(before)).instant(":before", before).integer(":limit", limit).run();
}

}  // namespace connlog::storage
