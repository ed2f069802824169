// Deletes the rows that core/monitors has of a workspace: event sources with their open events, pings, kept answers,
// hosts that were confirmed, what groups and tags set, and what makes subjects monitors. The subjects themselves go
// later, with the rows of core/watch; sealed secrets with those of core/access.
#include "storage/workspace_rows.h"
#include "storage/workspace_slice.h"

namespace connlog::storage {

Result<bool> SqlMonitorsRows::erase(Transaction& tx, WorkspaceId workspace, std::int64_t& rows) {
  Slice slice(at(tx), workspace, rows);
  TRY(
      slice.run("DELETE FROM open_event WHERE workspace_id = :workspace AND (source_id, event_key) IN "
                "(SELECT source_id, event_key FROM open_event WHERE workspace_id = :workspace LIMIT :rows)"));
  TRY(
      slice.run("DELETE FROM event_source WHERE workspace_id = :workspace AND id IN "
                "(SELECT id FROM event_source WHERE workspace_id = :workspace LIMIT :rows)"));
  TRY(
      slice.run("DELETE FROM ping WHERE workspace_id = :workspace AND (monitor_id, n) IN "
                "(SELECT monitor_id, n FROM ping WHERE workspace_id = :workspace LIMIT :rows)"));
  TRY(
      slice.run("DELETE FROM kept_answer WHERE workspace_id = :workspace AND (monitor_id, at) IN "
                "(SELECT monitor_id, at FROM kept_answer WHERE workspace_id = :workspace LIMIT :rows)"));
  TRY(
      slice.run("DELETE FROM confirmed_host WHERE workspace_id = :workspace AND host IN "
                "(SELECT host FROM confirmed_host WHERE workspace_id = :workspace LIMIT :rows)"));
  TRY(slice.run_whole("DELETE FROM check_default WHERE workspace_id = :workspace"));
  // A monitor has at most some tens of probes, which go with it.
  TRY(
      slice.run("DELETE FROM monitor WHERE workspace_id = :workspace AND id IN "
                "(SELECT id FROM monitor WHERE workspace_id = :workspace LIMIT :rows)"));
  return slice.has_room();
}

}  // namespace connlog::storage
