// Deletes the rows that core/trust has of a workspace: leaks, and with each its checklist.
#include "storage/workspace_rows.h"
#include "storage/workspace_slice.h"

namespace connlog::storage {

Result<bool> SqlTrustRows::erase(Transaction& tx, WorkspaceId workspace, std::int64_t& rows) {
  Slice slice(at(tx), workspace, rows);
  TRY(
      slice.run("DELETE FROM leak WHERE workspace_id = :workspace AND id IN "
                "(SELECT id FROM leak WHERE workspace_id = :workspace LIMIT :rows)"));
  return slice.has_room();
}

}  // namespace connlog::storage
