// Deletes the rows that core/watch and core/notify have of what a workspace watches, referring rows first. Deliveries
// are deleted before their announcements, timelines and decisions of telling before their incidents, the record of
// states before its subjects: otherwise a foreign key would delete them with the row they refer to, in pieces without a
// bound. The numbers of the subjects stay in gone_subject, so that they are not given out again.
#include "storage/workspace_rows.h"
#include "storage/workspace_slice.h"

namespace connlog::storage {
namespace {

constexpr std::int64_t kLogRowsAtOnce = 20'000;  // rows that one step examines; it deletes the workspace's

template <std::size_t N>
Result<std::int64_t> number(Connection& connection, WorkspaceId workspace, const char (&sql)[N]) {
  Statement select = TRY(connection.prepare(sql));
  const auto found = TRY(one(select.id(":workspace", workspace), [](Row& row) { return row.integer(); }));
  return found.value_or(INT64_MAX);
}

// Readings carry only their subject's number, so the whole log is walked once, piece by piece. Readings whose subject's
// row is gone already may have been the workspace's: they go too, as nobody can read them.
Result<void> erase_log(Connection& connection, WorkspaceId workspace, std::int64_t& rows) {
  while (rows > 0) {
    const std::int64_t from =
        TRY(number(connection, workspace, "SELECT erased_upto FROM workspace_setting WHERE workspace_id = :workspace"));
    Statement next = TRY(connection.prepare(
        "SELECT COALESCE(MAX(sequence), 0) FROM (SELECT sequence FROM reading_log WHERE sequence > :from "
        "ORDER BY sequence LIMIT :rows) AS piece"));
    next.integer(":from", from).integer(":rows", kLogRowsAtOnce);
    const bool found = TRY(next.step());
    if (!found) return damaged_row();
    const std::int64_t upto = Row(next).integer();
    if (upto <= from) return {};
    Statement remove = TRY(connection.prepare(
        "DELETE FROM reading_log WHERE sequence > :from AND sequence <= :upto AND NOT EXISTS (SELECT 1 FROM subject s "
        "WHERE s.number = reading_log.subject_number AND s.workspace_id <> :workspace)"));
    const std::int64_t removed =
        TRY(remove.integer(":from", from).integer(":upto", upto).id(":workspace", workspace).run());
    Statement note =
        TRY(connection.prepare("UPDATE workspace_setting SET erased_upto = :upto WHERE workspace_id = :workspace"));
    TRY(note.integer(":upto", upto).id(":workspace", workspace).run());
    rows -= removed + 1;  // a piece costs something even if it had no row of the workspace
  }
  return {};
}

// What the pipeline between incidents and messages remembers.
Result<void> erase_tellings(Slice& slice) {
  TRY(
      slice.run("DELETE FROM ack_link WHERE workspace_id = :workspace AND notification_id IN "
                "(SELECT notification_id FROM ack_link WHERE workspace_id = :workspace LIMIT :rows)"));
  TRY(slice.run(
      "DELETE FROM telling_waiting WHERE workspace_id = :workspace AND (recipient_id, incident_id, what) IN "
      "(SELECT recipient_id, incident_id, what FROM telling_waiting WHERE workspace_id = :workspace LIMIT :rows)"));
  TRY(
      slice.run("DELETE FROM telling_entry WHERE workspace_id = :workspace AND (incident_id, sequence) IN "
                "(SELECT incident_id, sequence FROM telling_entry WHERE workspace_id = :workspace LIMIT :rows)"));
  TRY(
      slice.run("DELETE FROM telling WHERE workspace_id = :workspace AND incident_id IN "
                "(SELECT incident_id FROM telling WHERE workspace_id = :workspace LIMIT :rows)"));
  return slice.run_whole("DELETE FROM telling_setting WHERE workspace_id = :workspace");
}

// A quiet has at most some tens of lines, which go with it.
Result<void> erase_quiets(Slice& slice) {
  TRY(
      slice.run("DELETE FROM quiet WHERE workspace_id = :workspace AND id IN "
                "(SELECT id FROM quiet WHERE workspace_id = :workspace LIMIT :rows)"));
  TRY(
      slice.run("DELETE FROM flapping WHERE workspace_id = :workspace AND subject_id IN "
                "(SELECT subject_id FROM flapping WHERE workspace_id = :workspace LIMIT :rows)"));
  return slice.run(
      "DELETE FROM dependency WHERE workspace_id = :workspace AND (subject_id, parent_id) IN "
      "(SELECT subject_id, parent_id FROM dependency WHERE workspace_id = :workspace LIMIT :rows)");
}

Result<void> erase_what_was_told(Slice& slice) {
  TRY(
      slice.run("DELETE FROM notification WHERE workspace_id = :workspace AND id IN "
                "(SELECT id FROM notification WHERE workspace_id = :workspace LIMIT :rows)"));
  TRY(
      slice.run("DELETE FROM announcement WHERE workspace_id = :workspace AND id IN "
                "(SELECT id FROM announcement WHERE workspace_id = :workspace LIMIT :rows)"));
  TRY(
      slice.run("DELETE FROM incident_event WHERE workspace_id = :workspace AND id IN "
                "(SELECT id FROM incident_event WHERE workspace_id = :workspace LIMIT :rows)"));
  return slice.run(
      "DELETE FROM incident WHERE workspace_id = :workspace AND id IN "
      "(SELECT id FROM incident WHERE workspace_id = :workspace LIMIT :rows)");
}

Result<void> erase_rules(Slice& slice) {
  TRY(
      slice.run("DELETE FROM rule_state WHERE workspace_id = :workspace AND (subject_id, rule_id, part) IN "
                "(SELECT subject_id, rule_id, part FROM rule_state WHERE workspace_id = :workspace LIMIT :rows)"));
  return slice.run(
      "DELETE FROM rule WHERE workspace_id = :workspace AND id IN "
      "(SELECT id FROM rule WHERE workspace_id = :workspace LIMIT :rows)");
}

// Subjects still have at most some tens of tags, labels, parts and teams then, which go with them.
Result<void> erase_subjects(Slice& slice) {
  TRY(
      slice.run("DELETE FROM state_change WHERE workspace_id = :workspace AND (subject_id, at, n) IN "
                "(SELECT subject_id, at, n FROM state_change WHERE workspace_id = :workspace LIMIT :rows)"));
  TRY(
      slice.run("DELETE FROM group_member WHERE workspace_id = :workspace AND (group_id, subject_id) IN "
                "(SELECT group_id, subject_id FROM group_member WHERE workspace_id = :workspace LIMIT :rows)"));
  TRY(
      slice.run_whole("INSERT INTO gone_subject (number) SELECT number FROM subject WHERE workspace_id = :workspace "
                      "ON CONFLICT DO NOTHING"));
  return slice.run(
      "DELETE FROM subject WHERE workspace_id = :workspace AND id IN "
      "(SELECT id FROM subject WHERE workspace_id = :workspace LIMIT :rows)");
}

}  // namespace

Result<bool> SqlWatchRows::erase(Transaction& tx, WorkspaceId workspace, std::int64_t& rows) {
  Slice slice(at(tx), workspace, rows);
  TRY(erase_tellings(slice));
  TRY(erase_quiets(slice));
  TRY(erase_what_was_told(slice));
  TRY(erase_rules(slice));
  TRY(erase_log(at(tx), workspace, rows));
  TRY(
      slice.run_whole("DELETE FROM reading_head WHERE subject_number IN "
                      "(SELECT number FROM subject WHERE workspace_id = :workspace)"));
  TRY(erase_subjects(slice));
  return slice.has_room();
}

}  // namespace connlog::storage
