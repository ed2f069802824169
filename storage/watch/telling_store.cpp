#include "storage/watch/telling_store.h"

#include "storage/connection.h"
#include "storage/statement.h"

namespace connlog::storage {
namespace {

constexpr std::int64_t kEntriesMax = 200;                            // of one incident
constexpr std::int64_t kWindowAhead = 3'600LL * 1'000'000;           // a window further ahead: a clock that was ahead wrote it
constexpr std::int64_t kDigestAhead = 25LL * 3'600 * 1'000'000;      // a digest further ahead than this: the clock stepped
constexpr std::int64_t kWeeklyAhead = 8LL * 24 * 3'600 * 1'000'000;  // a weekly letter likewise

// In the order in which read_row reads them.
#define CONNLOG_TELLING_COLUMNS                                                                             \
  "incident_id, workspace_id, subject_id, phase, stage, reason, text, held_by, look_at, told_at, repeat_at, " \
  "reminders, awaits_until"

TellingRow read_row(Row& row) {
  TellingRow telling;
  telling.incident = row.id<IncidentId>();
  telling.workspace = row.id<WorkspaceId>();
  telling.subject = row.id<SubjectId>();
  telling.phase = row.word(kTellingPhase);
  telling.stage = row.text();
  telling.reason = row.text();
  telling.text = row.text();
  telling.held_by = row.id_or_nil<SubjectId>();
  telling.look_at = row.instant();
  telling.told_at = row.instant();
  telling.repeat_at = row.instant();
  telling.reminders = row.integer();
  telling.awaits_until = row.instant();
  return telling;
}

// In the order in which read_entry reads them.
#define CONNLOG_TELLING_ENTRY_COLUMNS \
  "incident_id, workspace_id, at, stage, verdict, reason, text, until_at, recipient_id, recipient_name"

TellingEntry read_entry(Row& row) {
  TellingEntry entry;
  entry.incident = row.id<IncidentId>();
  entry.workspace = row.id<WorkspaceId>();
  entry.at = row.instant();
  entry.stage = row.text();
  entry.verdict = row.text();
  entry.reason = row.text();
  entry.text = row.text();
  entry.until = row.instant();
  entry.recipient = row.id_or_nil<RecipientId>();
  entry.recipient_name = row.text();
  return entry;
}

WaitingTelling read_waiting(Row& row) {
  WaitingTelling waiting;
  waiting.workspace = row.id<WorkspaceId>();
  waiting.recipient = row.id<RecipientId>();
  waiting.incident = row.id<IncidentId>();
  waiting.what = row.word(kTellingWaitingWhat);
  waiting.at = row.instant();
  waiting.for_digest = row.boolean();
  return waiting;
}

#define CONNLOG_PACE_COLUMNS "workspace_id, recipient_id, window_until, step, digest_at, weekly_at"

RecipientPace read_pace(Row& row) {
  RecipientPace pace;
  pace.workspace = row.id<WorkspaceId>();
  pace.recipient = row.id<RecipientId>();
  pace.window_until = row.instant();
  pace.step = static_cast<int>(row.integer());
  pace.digest_at = row.instant();
  pace.weekly_at = row.instant();
  return pace;
}

// The smallest of what is set; nothing: none is.
template <std::size_t N>
Result<std::optional<Instant>> earliest(Connection& connection, const char (&sql)[N]) {
  Statement select = TRY(connection.prepare(sql));
  const auto at = TRY(one(select, [](Row& row) { return Instant{row.integer_or(0)}; }));
  if (!at || !at->is_set()) return std::optional<Instant>();
  return at;
}

}  // namespace

// ---------------------------------------------------------------------- how it stands

Result<std::optional<TellingRow>> SqlTellingStore::find(Snapshot& snapshot, WorkspaceId workspace,
                                                        IncidentId incident) const {
  Statement select = TRY(at(snapshot).prepare("SELECT " CONNLOG_TELLING_COLUMNS
                                              " FROM telling WHERE incident_id = :incident AND workspace_id = :workspace"));
  return one(select.id(":incident", incident).id(":workspace", workspace), read_row);
}

Result<void> SqlTellingStore::put(Transaction& tx, const TellingRow& telling) {
  Statement put = TRY(at(tx).prepare(
      "INSERT INTO telling (" CONNLOG_TELLING_COLUMNS
      ") VALUES (:incident, :workspace, :subject, :phase, :stage, :reason, :text, :held_by, :look_at, :told_at, "
      ":repeat_at, :reminders, :awaits_until) ON CONFLICT (incident_id) DO UPDATE SET phase = excluded.phase, "
      "stage = excluded.stage, reason = excluded.reason, text = excluded.text, held_by = excluded.held_by, "
      "look_at = excluded.look_at, told_at = excluded.told_at, repeat_at = excluded.repeat_at, "
      "reminders = excluded.reminders, awaits_until = excluded.awaits_until"));
  put.id(":incident", telling.incident)
      .id(":workspace", telling.workspace)
      .id(":subject", telling.subject)
      .text(":phase", to_text(telling.phase))
      .text(":stage", telling.stage)
      .text(":reason", telling.reason)
      .text(":text", telling.text)
      .id_or_null(":held_by", telling.held_by)
      .instant(":look_at", telling.look_at)
      .instant(":told_at", telling.told_at)
      .instant(":repeat_at", telling.repeat_at)
      .integer(":reminders", telling.reminders)
      .instant(":awaits_until", telling.awaits_until);
  TRY(put.run());
  return {};
}

// Not bound to a workspace: the round is the appliance's.
Result<std::vector<TellingRow>> SqlTellingStore::due(Snapshot& snapshot, Instant now, int limit) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT " CONNLOG_TELLING_COLUMNS
      " FROM telling WHERE incident_id IN (SELECT incident_id FROM telling WHERE look_at <> 0 AND look_at <= :now "
      "UNION SELECT incident_id FROM telling WHERE repeat_at <> 0 AND repeat_at <= :now) "
      "ORDER BY incident_id LIMIT :limit"));
  return all(select.instant(":now", now).integer(":limit", limit), read_row);
}

Result<TellingStore::Next> SqlTellingStore::next_due(Snapshot& snapshot) const {
  Next next;
  next.engine = TRY(earliest(
      at(snapshot),
      "SELECT MIN(at) FROM (SELECT MIN(look_at) AS at FROM telling WHERE look_at <> 0 "
      "UNION ALL SELECT MIN(repeat_at) FROM telling WHERE repeat_at <> 0 "
      "UNION ALL SELECT MIN(window_until) FROM recipient_pace WHERE window_until <> 0 "
      "UNION ALL SELECT MIN(look_at) FROM flapping)"));
  next.wall = TRY(earliest(at(snapshot),
                           "SELECT MIN(at) FROM (SELECT MIN(digest_at) AS at FROM recipient_pace WHERE digest_at <> 0 "
                           "UNION ALL SELECT MIN(weekly_at) FROM recipient_pace WHERE weekly_at <> 0)"));
  return next;
}

Result<std::int64_t> SqlTellingStore::after_restart(Transaction& tx, Instant now) {
  Statement held = TRY(at(tx).prepare("UPDATE telling SET look_at = :now WHERE phase = 'held'"));
  const std::int64_t count = TRY(held.instant(":now", now).run());
  Statement untold = TRY(
      at(tx).prepare("UPDATE telling SET look_at = :now WHERE phase = 'dropped' AND reason = 'nobody_named'"));
  TRY(untold.instant(":now", now).run());
  // No further ahead than it could have been planned just now: an acknowledgement lasts as long as it was meant to at most,
  // a reminder waits for an interval of its rule, a group of messages for a window of the workspace.
  Statement acknowledged = TRY(at(tx).prepare(
      "UPDATE telling SET look_at = MIN(look_at, :now + COALESCE((SELECT MAX(i.acknowledged_until - i.acknowledged_at, 0) "
      "FROM incident i WHERE i.workspace_id = telling.workspace_id AND i.id = telling.incident_id), 0)) "
      "WHERE phase = 'told' AND look_at > :now"));
  TRY(acknowledged.instant(":now", now).run());
  Statement repeats = TRY(at(tx).prepare(
      "UPDATE telling SET repeat_at = MIN(repeat_at, :now + COALESCE((SELECT r.repeat_seconds FROM incident i JOIN rule r "
      "ON r.workspace_id = i.workspace_id AND r.id = i.rule_id WHERE i.workspace_id = telling.workspace_id "
      "AND i.id = telling.incident_id), 0) * 1000000) WHERE repeat_at > :now"));
  TRY(repeats.instant(":now", now).run());
  Statement windows = TRY(at(tx).prepare(
      "UPDATE recipient_pace SET window_until = MIN(window_until, :now + COALESCE((SELECT MAX(s.group_wait_seconds, "
      "s.group_every_seconds) FROM telling_setting s WHERE s.workspace_id = recipient_pace.workspace_id), 300) * 1000000) "
      "WHERE window_until > :now"));
  TRY(windows.instant(":now", now).run());
  Statement flaps = TRY(at(tx).prepare("UPDATE flapping SET look_at = :now WHERE look_at > :now"));
  TRY(flaps.instant(":now", now).run());
  return count;
}

Result<std::int64_t> SqlTellingStore::wake(Transaction& tx, WorkspaceId workspace, SubjectId held_by, Instant now) {
  if (held_by.is_nil()) {
    Statement wake = TRY(
        at(tx).prepare("UPDATE telling SET look_at = :now WHERE workspace_id = :workspace AND phase = 'held'"));
    return wake.instant(":now", now).id(":workspace", workspace).run();
  }
  Statement wake = TRY(at(tx).prepare(
      "UPDATE telling SET look_at = :now WHERE workspace_id = :workspace AND phase = 'held' AND held_by = :held_by"));
  return wake.instant(":now", now).id(":workspace", workspace).id(":held_by", held_by).run();
}

Result<std::vector<TellingRow>> SqlTellingStore::held(Snapshot& snapshot, WorkspaceId workspace, int limit) const {
  Statement select = TRY(at(snapshot).prepare("SELECT " CONNLOG_TELLING_COLUMNS
                                              " FROM telling WHERE workspace_id = :workspace AND phase = 'held' "
                                              "ORDER BY incident_id LIMIT :limit"));
  return all(select.id(":workspace", workspace).integer(":limit", limit), read_row);
}

Result<std::optional<TellingRow>> SqlTellingStore::open_of_subject(Snapshot& snapshot, WorkspaceId workspace,
                                                                   SubjectId subject) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT " CONNLOG_TELLING_COLUMNS
      " FROM telling WHERE workspace_id = :workspace AND subject_id = :subject AND phase <> 'over' AND EXISTS ("
      "SELECT 1 FROM incident i WHERE i.workspace_id = telling.workspace_id AND i.id = telling.incident_id "
      "AND i.resolved_at = 0 AND i.part = 0 AND i.kind IN ('silence', 'state')) "
      "ORDER BY phase = 'told' AND told_at <> 0 DESC, stage = 'dependency' DESC, incident_id LIMIT 1"));
  return one(select.id(":workspace", workspace).id(":subject", subject), read_row);
}

// ---------------------------------------------------------------------- what was decided

Result<void> SqlTellingStore::add_entry(Transaction& tx, const TellingEntry& entry) {
  Statement insert = TRY(at(tx).prepare(
      "INSERT INTO telling_entry (incident_id, workspace_id, sequence, at, stage, verdict, reason, text, until_at, "
      "recipient_id, recipient_name) VALUES (:incident, :workspace, (SELECT COALESCE(MAX(sequence), 0) + 1 FROM "
      "telling_entry WHERE workspace_id = :workspace AND incident_id = :incident), :at, :stage, :verdict, :reason, :text, "
      ":until, :recipient, :recipient_name)"));
  insert.id(":incident", entry.incident)
      .id(":workspace", entry.workspace)
      .instant(":at", entry.at)
      .text(":stage", entry.stage)
      .text(":verdict", entry.verdict)
      .text(":reason", entry.reason)
      .text(":text", entry.text)
      .instant(":until", entry.until)
      .id_or_null(":recipient", entry.recipient)
      .text(":recipient_name", entry.recipient_name);
  TRY(insert.run());
  Statement oldest = TRY(at(tx).prepare(
      "DELETE FROM telling_entry WHERE workspace_id = :workspace AND incident_id = :incident AND sequence <= ("
      "SELECT MAX(sequence) FROM telling_entry WHERE workspace_id = :workspace AND incident_id = :incident) - :most"));
  TRY(oldest.id(":workspace", entry.workspace)
          .id(":incident", entry.incident)
          .integer(":most", kEntriesMax)
          .run());
  return {};
}

Result<std::vector<TellingEntry>> SqlTellingStore::entries(Snapshot& snapshot, WorkspaceId workspace,
                                                           IncidentId incident) const {
  Statement select = TRY(at(snapshot).prepare("SELECT " CONNLOG_TELLING_ENTRY_COLUMNS
                                              " FROM telling_entry WHERE workspace_id = :workspace "
                                              "AND incident_id = :incident ORDER BY sequence"));
  return all(select.id(":workspace", workspace).id(":incident", incident), read_entry);
}

// ---------------------------------------------------------------------- what waits

Result<void> SqlTellingStore::wait(Transaction& tx, const WaitingTelling& waiting) {
  Statement put = TRY(at(tx).prepare(
      "INSERT INTO telling_waiting (workspace_id, recipient_id, incident_id, what, at, for_digest) "
      "VALUES (:workspace, :recipient, :incident, :what, :at, :for_digest) "
      "ON CONFLICT (workspace_id, recipient_id, incident_id, what) DO NOTHING"));
  put.id(":workspace", waiting.workspace)
      .id(":recipient", waiting.recipient)
      .id(":incident", waiting.incident)
      .text(":what", to_text(waiting.what))
      .instant(":at", waiting.at)
      .boolean(":for_digest", waiting.for_digest);
  TRY(put.run());
  return {};
}

Result<std::vector<WaitingTelling>> SqlTellingStore::waiting_of(Snapshot& snapshot, WorkspaceId workspace,
                                                                RecipientId recipient, bool for_digest) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT workspace_id, recipient_id, incident_id, what, at, for_digest FROM telling_waiting WHERE "
      "workspace_id = :workspace AND recipient_id = :recipient AND for_digest = :for_digest ORDER BY at, incident_id"));
  select.id(":workspace", workspace).id(":recipient", recipient).boolean(":for_digest", for_digest);
  return all(select, read_waiting);
}

Result<void> SqlTellingStore::no_longer_waiting(Transaction& tx, WorkspaceId workspace, RecipientId recipient,
                                                bool for_digest) {
  Statement remove = TRY(at(tx).prepare(
      "DELETE FROM telling_waiting WHERE workspace_id = :workspace AND recipient_id = :recipient "
      "AND for_digest = :for_digest"));
  TRY(remove.id(":workspace", workspace).id(":recipient", recipient).boolean(":for_digest", for_digest).run());
  return {};
}

Result<void> SqlTellingStore::no_longer_waiting(Transaction& tx, WorkspaceId workspace, IncidentId incident,
                                                ToldWhat what) {
  Statement remove = TRY(at(tx).prepare(
      "DELETE FROM telling_waiting WHERE workspace_id = :workspace AND incident_id = :incident AND what = :what"));
  TRY(remove.id(":workspace", workspace).id(":incident", incident).text(":what", to_text(what)).run());
  return {};
}

Result<std::optional<RecipientPace>> SqlTellingStore::pace(Snapshot& snapshot, WorkspaceId workspace,
                                                           RecipientId recipient) const {
  Statement select = TRY(at(snapshot).prepare("SELECT " CONNLOG_PACE_COLUMNS
                                              " FROM recipient_pace WHERE workspace_id = :workspace "
                                              "AND recipient_id = :recipient"));
  return one(select.id(":workspace", workspace).id(":recipient", recipient), read_pace);
}

Result<void> SqlTellingStore::put_pace(Transaction& tx, const RecipientPace& pace) {
  Statement put = TRY(at(tx).prepare(
      "INSERT INTO recipient_pace (" CONNLOG_PACE_COLUMNS
      ") VALUES (:workspace, :recipient, :window_until, :step, :digest_at, :weekly_at) "
      "ON CONFLICT (workspace_id, recipient_id) DO UPDATE SET window_until = excluded.window_until, step = excluded.step, "
      "digest_at = excluded.digest_at, weekly_at = excluded.weekly_at"));
  put.id(":workspace", pace.workspace)
      .id(":recipient", pace.recipient)
      .instant(":window_until", pace.window_until)
      .integer(":step", pace.step)
      .instant(":digest_at", pace.digest_at)
      .instant(":weekly_at", pace.weekly_at);
  TRY(put.run());
  return {};
}

// Not bound to a workspace: the round is the appliance's.
Result<std::vector<RecipientPace>> SqlTellingStore::due_paces(Snapshot& snapshot, Instant engine_now, Instant wall_now,
                                                              int limit) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT " CONNLOG_PACE_COLUMNS
      " FROM recipient_pace WHERE (window_until <> 0 AND (window_until <= :engine_now OR window_until > :window_at_most)) "
      "OR (digest_at <> 0 AND (digest_at <= :wall_now OR digest_at > :digest_at_most)) "
      "OR (weekly_at <> 0 AND (weekly_at <= :wall_now OR weekly_at > :weekly_at_most)) "
      "ORDER BY window_until, workspace_id, recipient_id LIMIT :limit"));
  select.instant(":engine_now", engine_now)
      .integer(":window_at_most", engine_now.micros + kWindowAhead)
      .instant(":wall_now", wall_now)
      .integer(":digest_at_most", wall_now.micros + kDigestAhead)
      .integer(":weekly_at_most", wall_now.micros + kWeeklyAhead)
      .integer(":limit", limit);
  return all(select, read_pace);
}

// ---------------------------------------------------------------------- what flaps

Result<bool> SqlTellingStore::is_flapping(Snapshot& snapshot, WorkspaceId workspace, SubjectId subject, Instant* since,
                                          Instant* said_at) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT since, said_at FROM flapping WHERE workspace_id = :workspace AND subject_id = :subject"));
  const auto found = TRY(one(select.id(":workspace", workspace).id(":subject", subject), [](Row& row) {
    const Instant began = row.instant();
    return std::pair<Instant, Instant>(began, row.instant());
  }));
  if (!found) return false;
  if (since != nullptr) *since = found->first;
  if (said_at != nullptr) *said_at = found->second;
  return true;
}

Result<void> SqlTellingStore::set_flapping(Transaction& tx, WorkspaceId workspace, SubjectId subject, Instant since,
                                           Instant said_at, Instant look_at) {
  Statement put = TRY(at(tx).prepare(
      "INSERT INTO flapping (workspace_id, subject_id, since, said_at, look_at) "
      "VALUES (:workspace, :subject, :since, :said_at, :look_at) ON CONFLICT (workspace_id, subject_id) "
      "DO UPDATE SET since = excluded.since, said_at = excluded.said_at, look_at = excluded.look_at"));
  put.id(":workspace", workspace)
      .id(":subject", subject)
      .instant(":since", since)
      .instant(":said_at", said_at)
      .instant(":look_at", look_at);
  TRY(put.run());
  return {};
}

Result<void> SqlTellingStore::clear_flapping(Transaction& tx, WorkspaceId workspace, SubjectId subject) {
  Statement remove =
      TRY(at(tx).prepare("DELETE FROM flapping WHERE workspace_id = :workspace AND subject_id = :subject"));
  TRY(remove.id(":workspace", workspace).id(":subject", subject).run());
  return {};
}

Result<std::vector<std::pair<WorkspaceId, SubjectId>>> SqlTellingStore::due_flaps(Snapshot& snapshot, Instant now,
                                                                                  int limit) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT workspace_id, subject_id FROM flapping WHERE look_at <= :now ORDER BY look_at, subject_id LIMIT :limit"));
  return all(select.instant(":now", now).integer(":limit", limit), [](Row& row) {
    const auto workspace = row.id<WorkspaceId>();
    return std::pair<WorkspaceId, SubjectId>(workspace, row.id<SubjectId>());
  });
}

}  // namespace connlog::storage
