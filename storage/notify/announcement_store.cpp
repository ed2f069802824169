// Announcements, in SQL.
#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

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

namespace {

// Words of the column announcement_incident.what: stored, never renamed.
constexpr std::string_view kOpened = "opened", kResolved = "resolved", kReminder = "reminder";

std::string_view what_of(const Announcement& announcement, bool ended) {
  if (ended || announcement.kind == Announcement::Kind::incident_resolved) return kResolved;
  return announcement.kind == Announcement::Kind::reminder ? kReminder : kOpened;
}

}  // namespace

// Rows of before this column say "opened" of recoveries too; there the kind says it.
Result<ToldIncidents> incidents_of(Connection& connection, const Announcement& announcement) {
  Statement select = TRY(connection.prepare(
      "SELECT incident_id, what FROM announcement_incident WHERE workspace_id = :workspace AND "
      "announcement_id = :announcement ORDER BY incident_id"));
  select.id(":workspace", announcement.workspace).id(":announcement", announcement.id);
  ToldIncidents told;
  const bool all_ended = announcement.kind == Announcement::Kind::incident_resolved;
  const auto rows = TRY(all(select, [](Row& row) {
    const IncidentId incident = row.id<IncidentId>();
    return std::pair(incident, row.text());
  }));
  for (const auto& [incident, what] : rows) {
    told.incidents.push_back(incident);
    if (all_ended || what == kResolved) told.recovered.push_back(incident);
  }
  return told;
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

namespace {

// One statement for all of them: a group may tell of ten thousand. `ids`: sixteen bytes each.
Result<void> refer(Connection& connection, const Announcement& announcement, const std::vector<std::uint8_t>& ids,
                   std::string_view what) {
  if (ids.empty()) return {};
  Statement refer = TRY(connection.prepare(
      "INSERT INTO announcement_incident (workspace_id, announcement_id, incident_id, what) WITH RECURSIVE each(place) AS "
      "(SELECT 1 UNION ALL SELECT place + 16 FROM each WHERE place + 16 < length(:ids)) "
      "SELECT :workspace, :announcement, substr(:ids, place, 16), :what FROM each"));
  refer.id(":workspace", announcement.workspace).id(":announcement", announcement.id);
  refer.blob(":ids", ids).text(":what", what);
  TRY(refer.run());
  return {};
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
  std::vector<IncidentId> ended = announcement.recovered;
  std::ranges::sort(ended);
  std::vector<std::uint8_t> began, over;
  for (const IncidentId& incident : announcement.incidents) {
    auto& ids = std::ranges::binary_search(ended, incident) ? over : began;
    ids.insert(ids.end(), incident.bytes.begin(), incident.bytes.end());
  }
  TRY(refer(at(tx), announcement, began, what_of(announcement, false)));
  return refer(at(tx), announcement, over, what_of(announcement, true));
}

Result<std::optional<Announcement>> SqlAnnouncementStore::find(Snapshot& snapshot, WorkspaceId workspace,
                                                               AnnouncementId id) const {
  Statement select = TRY(at(snapshot).prepare("SELECT " CONNLOG_ANNOUNCEMENT_COLUMNS
                                              " FROM announcement a WHERE a.workspace_id = :workspace AND a.id = :id"));
  auto found = TRY(one(select.id(":workspace", workspace).id(":id", id), read_announcement));
  if (!found) return found;
  ToldIncidents told = TRY(incidents_of(at(snapshot), *found));
  found->incidents = std::move(told.incidents);
  found->recovered = std::move(told.recovered);
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
