// Deletes the rows that core/agents has of a workspace: enrolment keys and their uses.
#include "storage/workspace_rows.h"
#include "storage/workspace_slice.h"

namespace connlog::storage {

Result<bool> SqlAgentsRows::erase(Transaction& tx, WorkspaceId workspace, std::int64_t& rows) {
  Slice slice(at(tx), workspace, rows);
  TRY(
      slice.run("DELETE FROM enrolment WHERE workspace_id = :workspace AND request_digest IN "
                "(SELECT request_digest FROM enrolment WHERE workspace_id = :workspace LIMIT :rows)"));
  TRY(slice.run_whole("DELETE FROM enrolment_key WHERE workspace_id = :workspace"));
  return slice.has_room();
}

}  // namespace connlog::storage
