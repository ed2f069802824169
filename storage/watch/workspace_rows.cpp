// Deletes the rows that core/watch has of a workspace, referring rows first. Notifications are deleted before their
// incidents: otherwise the foreign key would delete them with the incidents, in pieces without a bound. Of each agent
// the digest of its token stays, so that the token answers 410 for ever.
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

// Readings carry only their agent's number, so the whole log is walked once, piece by piece.
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
    Statement remove =
        TRY(connection.prepare("DELETE FROM reading_log WHERE sequence > :from AND sequence <= :upto "
                               "AND agent_number IN (SELECT number FROM agent WHERE workspace_id = :workspace)"));
    const std::int64_t removed =
        TRY(remove.integer(":from", from).integer(":upto", upto).id(":workspace", workspace).run());
    Statement note =
        TRY(connection.prepare("UPDATE workspace_setting SET erased_upto = :upto WHERE workspace_id = :workspace"));
    TRY(note.integer(":upto", upto).id(":workspace", workspace).run());
    rows -= removed + 1;  // a piece costs something even if it had no row of the workspace
  }
  return {};
}

}  // namespace

Result<bool> SqlWatchRows::erase(Transaction& tx, WorkspaceId workspace, std::int64_t& rows) {
  Slice slice(at(tx), workspace, rows);
  TRY(
      slice.run("DELETE FROM notification WHERE workspace_id = :workspace AND id IN "
                "(SELECT id FROM notification WHERE workspace_id = :workspace LIMIT :rows)"));
  TRY(
      slice.run("DELETE FROM incident_event WHERE workspace_id = :workspace AND id IN "
                "(SELECT id FROM incident_event WHERE workspace_id = :workspace LIMIT :rows)"));
  TRY(
      slice.run("DELETE FROM incident WHERE workspace_id = :workspace AND id IN "
                "(SELECT id FROM incident WHERE workspace_id = :workspace LIMIT :rows)"));
  TRY(
      slice.run("DELETE FROM rule_state WHERE workspace_id = :workspace AND rule_id IN "
                "(SELECT rule_id FROM rule_state WHERE workspace_id = :workspace LIMIT :rows)"));
  TRY(
      slice.run("DELETE FROM rule WHERE workspace_id = :workspace AND id IN "
                "(SELECT id FROM rule WHERE workspace_id = :workspace LIMIT :rows)"));
  TRY(
      slice.run("DELETE FROM machine_event WHERE workspace_id = :workspace AND sequence IN "
                "(SELECT sequence FROM machine_event WHERE workspace_id = :workspace LIMIT :rows)"));
  TRY(erase_log(at(tx), workspace, rows));
  TRY(
      slice.run_whole("DELETE FROM reading_head WHERE agent_number IN "
                      "(SELECT number FROM agent WHERE workspace_id = :workspace)"));
  TRY(
      slice.run_whole("INSERT INTO gone_agent (token_digest, number) SELECT token_digest, number FROM agent "
                      "WHERE workspace_id = :workspace ON CONFLICT DO NOTHING"));
  TRY(
      slice.run("DELETE FROM agent WHERE workspace_id = :workspace AND id IN "
                "(SELECT id FROM agent WHERE workspace_id = :workspace LIMIT :rows)"));
  TRY(slice.run_whole("DELETE FROM agent_group WHERE workspace_id = :workspace"));
  return slice.has_room();
}

}  // namespace connlog::storage
