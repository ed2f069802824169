// Deletes the rows that core/agents has of a workspace: enrolment keys and their uses, and what makes subjects agents. Of
// each agent the digest of its token stays, so that the token answers 410 for ever. The subjects themselves go later, with
// the rows of core/watch.
#include "storage/workspace_rows.h"
#include "storage/workspace_slice.h"

namespace connlog::storage {

Result<bool> SqlAgentsRows::erase(Transaction& tx, WorkspaceId workspace, std::int64_t& rows) {
  Slice slice(at(tx), workspace, rows);
  TRY(
      slice.run("DELETE FROM enrolment WHERE workspace_id = :workspace AND request_digest IN "
                "(SELECT request_digest FROM enrolment WHERE workspace_id = :workspace LIMIT :rows)"));
  TRY(slice.run_whole("DELETE FROM enrolment_key WHERE workspace_id = :workspace"));
  TRY(
      slice.run("DELETE FROM machine_event WHERE workspace_id = :workspace AND sequence IN "
                "(SELECT sequence FROM machine_event WHERE workspace_id = :workspace LIMIT :rows)"));
  TRY(
      slice.run_whole("INSERT INTO gone_agent (token_digest) SELECT token_digest FROM agent "
                      "WHERE workspace_id = :workspace ON CONFLICT DO NOTHING"));
  TRY(
      slice.run("DELETE FROM agent WHERE workspace_id = :workspace AND id IN "
                "(SELECT id FROM agent WHERE workspace_id = :workspace LIMIT :rows)"));
  return slice.has_room();
}

}  // namespace connlog::storage
