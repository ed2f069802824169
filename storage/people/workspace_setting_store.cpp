// What a workspace has set beside its name, in SQL.
#include "storage/people/stores.h"

#include "core/base/value_or.h"
#include "storage/connection.h"
#include "storage/statement.h"

namespace connlog::storage {
namespace {

// Never left out: without it people of other teams would see everything.
WorkspaceSetting read_setting(Row& row) {
  WorkspaceSetting setting;
  setting.workspace = row.id<WorkspaceId>();
  setting.team_scoped = row.boolean();
  setting.disabled_by = row.word_or(kWorkspaceSettingDisabledBy, WorkspaceSetting::DisabledBy::administrator);
  setting.deletion_requested_at = row.instant();
  setting.deletion_due_at = row.instant();
  setting.deletion_requested_by = row.text();
  return setting;
}

}  // namespace

Result<WorkspaceSetting> SqlWorkspaceSettingStore::get(Snapshot& snapshot, WorkspaceId workspace) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT workspace_id, team_scoped, disabled_by, deletion_requested_at, deletion_due_at, deletion_requested_by "
      "FROM workspace_setting WHERE workspace_id = :workspace"));
  WorkspaceSetting defaults;
  defaults.workspace = workspace;
  return value_or(one(select.id(":workspace", workspace), read_setting), defaults);
}

Result<void> SqlWorkspaceSettingStore::put(Transaction& tx, const WorkspaceSetting& setting) {
  Statement put = TRY(at(tx).prepare(
      "INSERT INTO workspace_setting (workspace_id, team_scoped, disabled_by, deletion_requested_at, deletion_due_at, "
      "deletion_requested_by) VALUES (:workspace, :team_scoped, :disabled_by, :requested_at, :due_at, :requested_by) "
      "ON CONFLICT (workspace_id) DO UPDATE SET team_scoped = excluded.team_scoped, disabled_by = excluded.disabled_by, "
      "deletion_requested_at = excluded.deletion_requested_at, deletion_due_at = excluded.deletion_due_at, "
      "deletion_requested_by = excluded.deletion_requested_by"));
  put.id(":workspace", setting.workspace)
      .boolean(":team_scoped", setting.team_scoped)
      .text(":disabled_by", to_text(setting.disabled_by))
      .instant(":requested_at", setting.deletion_requested_at)
      .instant(":due_at", setting.deletion_due_at)
      .text(":requested_by", setting.deletion_requested_by);
  TRY(put.run());
  return {};
}

// For maintenance: all workspaces.
Result<std::vector<WorkspaceId>> SqlWorkspaceSettingStore::due_for_deletion(Snapshot& snapshot, Instant now,
                                                                            int limit) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT workspace_id FROM workspace_setting WHERE deletion_due_at <> 0 AND deletion_due_at <= :now "
      "ORDER BY deletion_due_at, workspace_id LIMIT :limit"));
  return all(select.instant(":now", now).integer(":limit", limit), [](Row& row) { return row.id<WorkspaceId>(); });
}

}  // namespace connlog::storage
