// The observed states of subjects, the record of their changes, and the texts of their parts, in SQL.
#include "storage/connection.h"
#include "storage/statement.h"
#include "storage/watch/stores.h"

namespace connlog::storage {
namespace {

// In the order in which read_observed reads them.
#define CONNLOG_STATE_COLUMNS \
  "subject_id, workspace_id, state, reason, detail, since, first_seen_at, last_seen_at"

ObservedState read_observed(Row& row) {
  ObservedState observed;
  observed.subject = row.id<SubjectId>();
  observed.workspace = row.id<WorkspaceId>();
  observed.state = row.word(kSubjectState);
  observed.reason = row.word(kSubjectStateReason);
  observed.detail = row.text();
  observed.since = row.instant();
  observed.first_seen_at = row.instant();
  observed.last_seen_at = row.instant();
  return observed;
}

StateChange read_change(Row& row) {
  StateChange change;
  change.subject = row.id<SubjectId>();
  change.workspace = row.id<WorkspaceId>();
  change.at = row.instant();
  change.n = row.integer();
  change.state = row.word(kStateChangeState);
  change.reason = row.word(kStateChangeReason);
  change.detail = row.text();
  return change;
}

// The detail of a group changes with each member: that is no change of its state.
bool is_same(const ObservedState& a, const ObservedState& b) {
  return a.state == b.state && a.reason == b.reason && a.since == b.since;
}

// What the record has of later was written while the clock was ahead: it would end this state once that time comes.
Result<void> note_change(Connection& connection, const ObservedState& observed) {
  Statement forget = TRY(connection.prepare(
      "DELETE FROM state_change WHERE workspace_id = :workspace AND subject_id = :subject AND at > :at"));
  forget.id(":workspace", observed.workspace).id(":subject", observed.subject).instant(":at", observed.since);
  TRY(forget.run());
  Statement note = TRY(connection.prepare(
      "INSERT INTO state_change (workspace_id, subject_id, at, n, state, reason, detail) VALUES (:workspace, :subject, "
      ":at, (SELECT COALESCE(MAX(n) + 1, 0) FROM state_change WHERE workspace_id = :workspace "
      "AND subject_id = :subject AND at = :at), :state, :reason, :detail)"));
  note.id(":workspace", observed.workspace)
      .id(":subject", observed.subject)
      .instant(":at", observed.since)
      .text(":state", to_text(observed.state))
      .text(":reason", to_text(observed.reason))
      .text(":detail", observed.detail);
  TRY(note.run());
  return {};
}

Part read_part(Row& row) {
  Part part;
  part.number = static_cast<PartNumber>(row.integer());
  part.text = row.text();
  part.last_used_at = row.instant();
  return part;
}

}  // namespace

// Start-up only: all workspaces.
Result<std::vector<ObservedState>> SqlSubjectStore::all_states(Snapshot& snapshot) const {
  Statement select = TRY(at(snapshot).prepare("SELECT " CONNLOG_STATE_COLUMNS " FROM subject_state"));
  return storage::all(select, read_observed);
}

Result<std::optional<ObservedState>> SqlSubjectStore::state(Snapshot& snapshot, WorkspaceId workspace,
                                                            SubjectId subject) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT " CONNLOG_STATE_COLUMNS
                               " FROM subject_state WHERE workspace_id = :workspace AND subject_id = :subject"));
  return one(select.id(":workspace", workspace).id(":subject", subject), read_observed);
}

Result<void> SqlSubjectStore::put_state(Transaction& tx, const ObservedState& observed) {
  const std::optional<ObservedState> before = TRY(state(tx, observed.workspace, observed.subject));
  Statement put = TRY(at(tx).prepare(
      "INSERT INTO subject_state (workspace_id, subject_id, state, reason, detail, since, first_seen_at, last_seen_at) "
      "VALUES (:workspace, :subject, :state, :reason, :detail, :since, :first_seen_at, :last_seen_at) "
      "ON CONFLICT (workspace_id, subject_id) DO UPDATE SET state = excluded.state, reason = excluded.reason, "
      "detail = excluded.detail, since = excluded.since, first_seen_at = excluded.first_seen_at, "
      "last_seen_at = excluded.last_seen_at"));
  put.id(":workspace", observed.workspace)
      .id(":subject", observed.subject)
      .text(":state", to_text(observed.state))
      .text(":reason", to_text(observed.reason))
      .text(":detail", observed.detail)
      .instant(":since", observed.since)
      .instant(":first_seen_at", observed.first_seen_at)
      .instant(":last_seen_at", observed.last_seen_at);
  TRY(put.run());
  if (before && is_same(*before, observed)) return {};
  return note_change(at(tx), observed);
}

Result<std::vector<StateChange>> SqlSubjectStore::changes(Snapshot& snapshot, WorkspaceId workspace, SubjectId subject,
                                                          Instant from, Instant to) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT subject_id, workspace_id, at, n, state, reason, detail FROM state_change "
      "WHERE workspace_id = :workspace AND subject_id = :subject AND at < :to AND at >= COALESCE("
      "(SELECT MAX(at) FROM state_change WHERE workspace_id = :workspace AND subject_id = :subject AND at <= :from), "
      ":from) ORDER BY at, n"));
  select.id(":workspace", workspace).id(":subject", subject).instant(":from", from).instant(":to", to);
  std::vector<StateChange> changes = TRY(storage::all(select, read_change));
  // Of several changes of the first instant only the last one holds.
  while (changes.size() > 1 && changes[1].at <= from) changes.erase(changes.begin());
  return changes;
}

// Not bound to a workspace: retention is the appliance's. The change that holds at `before` stays, however old it is.
Result<std::int64_t> SqlSubjectStore::delete_changes_before(Transaction& tx, Instant before, std::int64_t limit) {
  Statement remove = TRY(at(tx).prepare(
      "DELETE FROM state_change WHERE (workspace_id, subject_id, at, n) IN ("
      "SELECT c.workspace_id, c.subject_id, c.at, c.n FROM state_change c WHERE c.at < :before AND EXISTS ("
      "SELECT 1 FROM state_change l WHERE l.workspace_id = c.workspace_id AND l.subject_id = c.subject_id "
      "AND l.at >= c.at AND l.at <= :before AND (l.at > c.at OR l.n > c.n)) LIMIT :limit)"));
  return remove.instant(":before", before).integer(":limit", limit).run();
}

// Start-up only: all workspaces.
Result<std::vector<std::pair<SubjectId, Part>>> SqlSubjectStore::all_parts(Snapshot& snapshot) const {
  Statement select = TRY(
      at(snapshot).prepare("SELECT subject_id, part, text, last_used_at FROM subject_part ORDER BY subject_id, part"));
  return storage::all(select, [](Row& row) {
    const auto subject = row.id<SubjectId>();
    return std::pair<SubjectId, Part>(subject, read_part(row));
  });
}

Result<std::vector<Part>> SqlSubjectStore::parts(Snapshot& snapshot, WorkspaceId workspace, SubjectId subject) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT part, text, last_used_at FROM subject_part "
                               "WHERE workspace_id = :workspace AND subject_id = :subject ORDER BY part"));
  return storage::all(select.id(":workspace", workspace).id(":subject", subject), read_part);
}

Result<void> SqlSubjectStore::put_part(Transaction& tx, WorkspaceId workspace, SubjectId subject, const Part& part) {
  Statement put = TRY(at(tx).prepare(
      "INSERT INTO subject_part (workspace_id, subject_id, part, text, last_used_at) "
      "VALUES (:workspace, :subject, :part, :text, :last_used_at) ON CONFLICT (workspace_id, subject_id, part) "
      "DO UPDATE SET text = excluded.text, last_used_at = excluded.last_used_at"));
  put.id(":workspace", workspace).id(":subject", subject).integer(":part", part.number).text(":text", part.text);
  TRY(put.instant(":last_used_at", part.last_used_at).run());
  return {};
}

Result<void> SqlSubjectStore::remove_part(Transaction& tx, WorkspaceId workspace, SubjectId subject, PartNumber part) {
  Statement remove =
      TRY(at(tx).prepare("DELETE FROM subject_part WHERE workspace_id = :workspace AND subject_id = :subject "
                         "AND part = :part"));
  TRY(remove.id(":workspace", workspace).id(":subject", subject).integer(":part", part).run());
  return {};
}

}  // namespace connlog::storage
