// Takes a workspace out of the database, a bounded piece at a time: what refers to other things first, the workspace's own
// row last. The trails stay (they are append-only and end by their own retention), and of each agent its token's digest,
// which answers 410 for ever. A test holds the list below against the schema: every table with a workspace in it is here or
// goes by itself with a row that is.
#include "storage/access/access_store.h"
#include "storage/connection.h"

namespace connlog::storage {
namespace {

constexpr std::int64_t kLogRowsAtOnce = 20'000;  // looked at, not deleted

class Slice {
 public:
  Slice(Connection& connection, WorkspaceId workspace, std::int64_t rows)
      : connection_(connection), workspace_(workspace), left_(rows) {}

  bool has_room() const { return left_ > 0; }

  template <std::size_t N>
  Result<void> run(const char (&sql)[N]) {
    if (!has_room()) return {};
    Statement remove = TRY(connection_.prepare(sql));
    left_ -= TRY(remove.id(":workspace", workspace_).integer(":rows", left_).run());
    return {};
  }

  // Without a limit: few rows, or none.
  template <std::size_t N>
  Result<void> run_whole(const char (&sql)[N]) {
    if (!has_room()) return {};
    Statement statement = TRY(connection_.prepare(sql));
    TRY(statement.id(":workspace", workspace_).run());
    return {};
  }

  // Readings carry their agent's number only, so the log is gone through once, piece by piece.
  Result<void> run_through_log() {
    while (has_room()) {
      const std::int64_t from =
          TRY(number("SELECT erased_upto FROM workspace_setting WHERE workspace_id = :workspace"));
      Statement next = TRY(connection_.prepare(
          "SELECT COALESCE(MAX(sequence), 0) FROM (SELECT sequence FROM reading_log WHERE sequence > :from "
          "ORDER BY sequence LIMIT :rows) AS piece"));
      next.integer(":from", from).integer(":rows", kLogRowsAtOnce);
      if (!TRY(next.step())) return damaged_row();
      const std::int64_t upto = Row(next).integer();
      if (upto <= from) return {};
      Statement remove =
          TRY(connection_.prepare("DELETE FROM reading_log WHERE sequence > :from AND sequence <= :upto "
                                  "AND agent_number IN (SELECT number FROM agent WHERE workspace_id = :workspace)"));
      left_ -= TRY(remove.integer(":from", from).integer(":upto", upto).id(":workspace", workspace_).run());
      Statement note =
          TRY(connection_.prepare("UPDATE workspace_setting SET erased_upto = :upto WHERE workspace_id = :workspace"));
      TRY(note.integer(":upto", upto).id(":workspace", workspace_).run());
      left_ -= 1;  // looking costs too
    }
    return {};
  }

 private:
  template <std::size_t N>
  Result<std::int64_t> number(const char (&sql)[N]) {
    Statement select = TRY(connection_.prepare(sql));
    return TRY(one(select.id(":workspace", workspace_), [](Row& row) { return row.integer(); })).value_or(INT64_MAX);
  }

  Connection& connection_;
  WorkspaceId workspace_;
  std::int64_t left_;
};

}  // namespace

Result<bool> SqlWorkspaceSettingStore::erase(Transaction& tx, WorkspaceId workspace, int rows) {
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
      slice.run("DELETE FROM recipient WHERE workspace_id = :workspace AND id IN "
                "(SELECT id FROM recipient WHERE workspace_id = :workspace LIMIT :rows)"));
  TRY(
      slice.run("DELETE FROM machine_event WHERE workspace_id = :workspace AND sequence IN "
                "(SELECT sequence FROM machine_event WHERE workspace_id = :workspace LIMIT :rows)"));
  TRY(slice.run_through_log());
  TRY(
      slice.run_whole("DELETE FROM reading_head WHERE agent_number IN "
                      "(SELECT number FROM agent WHERE workspace_id = :workspace)"));
  TRY(
      slice.run_whole("INSERT INTO gone_agent (token_digest, number) SELECT token_digest, number FROM agent "
                      "WHERE workspace_id = :workspace ON CONFLICT DO NOTHING"));
  TRY(
      slice.run("DELETE FROM agent WHERE workspace_id = :workspace AND id IN "
                "(SELECT id FROM agent WHERE workspace_id = :workspace LIMIT :rows)"));
  TRY(slice.run_whole("DELETE FROM invitation WHERE workspace_id = :workspace"));
  TRY(slice.run_whole("DELETE FROM team WHERE workspace_id = :workspace"));
  TRY(slice.run_whole("DELETE FROM agent_group WHERE workspace_id = :workspace"));
  TRY(
      slice.run("DELETE FROM idempotency_key WHERE workspace_id = :workspace AND key IN "
                "(SELECT key FROM idempotency_key WHERE workspace_id = :workspace LIMIT :rows)"));
  TRY(
      slice.run("DELETE FROM letter WHERE workspace_id = :workspace AND id IN "
                "(SELECT id FROM letter WHERE workspace_id = :workspace LIMIT :rows)"));
  TRY(
      slice.run("DELETE FROM membership WHERE workspace_id = :workspace AND user_id IN "
                "(SELECT user_id FROM membership WHERE workspace_id = :workspace LIMIT :rows)"));
  if (!slice.has_room()) return false;
  TRY(slice.run_whole("DELETE FROM workspace WHERE id = :workspace"));
  return true;
}

}  // namespace connlog::storage
