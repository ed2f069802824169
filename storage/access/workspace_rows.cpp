// Deletes a workspace's rows of access and of the rooms below it, and last the workspace's own row. What has only
// people in it (API keys, openings, reviews, links, policies) goes with that row by its foreign keys. The trails stay:
// they are append-only and end by their own retention.
#include "storage/workspace_rows.h"
#include "storage/workspace_slice.h"

namespace connlog::storage {

Result<bool> SqlAccessRows::erase(Transaction& tx, WorkspaceId workspace, std::int64_t& rows) {
  Slice slice(at(tx), workspace, rows);
  TRY(
      slice.run("DELETE FROM recipient WHERE workspace_id = :workspace AND id IN "
                "(SELECT id FROM recipient WHERE workspace_id = :workspace LIMIT :rows)"));
  TRY(
      slice.run("DELETE FROM removed WHERE workspace_id = :workspace AND id IN "
                "(SELECT id FROM removed WHERE workspace_id = :workspace LIMIT :rows)"));
  TRY(slice.run_whole("DELETE FROM sealed_field WHERE workspace_id = :workspace"));
  TRY(slice.run_whole("DELETE FROM workspace_network WHERE workspace_id = :workspace"));
  TRY(slice.run_whole("DELETE FROM invitation WHERE workspace_id = :workspace"));
  TRY(slice.run_whole("DELETE FROM team WHERE workspace_id = :workspace"));
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
