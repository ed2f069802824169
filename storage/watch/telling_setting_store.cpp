#include "storage/watch/telling_setting_store.h"

#include "storage/connection.h"
#include "storage/statement.h"

namespace connlog::storage {

Result<TellingSettings> SqlTellingSettingStore::find(Snapshot& snapshot, WorkspaceId workspace) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT workspace_id, group_wait_seconds, group_every_seconds, host_quiet_minutes, maintenance_counts, "
      "acknowledge_hours, version FROM telling_setting WHERE workspace_id = :workspace"));
  auto stored = TRY(one(select.id(":workspace", workspace), [](Row& row) {
    TellingSettings settings;
    settings.workspace = row.id<WorkspaceId>();
    settings.group_wait_seconds = row.integer();
    settings.group_every_seconds = row.integer();
    settings.host_quiet_minutes = row.integer();
    settings.maintenance_counts = row.boolean();
    settings.acknowledge_hours = row.integer();
    settings.version = row.integer();
    return settings;
  }));
  if (stored) return *std::move(stored);
  TellingSettings standard;
  standard.workspace = workspace;
  return standard;
}

Result<void> SqlTellingSettingStore::put(Transaction& tx, const TellingSettings& settings) {
  Statement put = TRY(at(tx).prepare(
      "INSERT INTO telling_setting (workspace_id, group_wait_seconds, group_every_seconds, host_quiet_minutes, "
      "maintenance_counts, acknowledge_hours, version) VALUES (:workspace, :wait, :every, :host, :counts, :hours, "
      ":version) ON CONFLICT (workspace_id) DO UPDATE SET group_wait_seconds = excluded.group_wait_seconds, "
      "group_every_seconds = excluded.group_every_seconds, host_quiet_minutes = excluded.host_quiet_minutes, "
      "maintenance_counts = excluded.maintenance_counts, acknowledge_hours = excluded.acknowledge_hours, "
      "version = excluded.version"));
  put.id(":workspace", settings.workspace)
      .integer(":wait", settings.group_wait_seconds)
      .integer(":every", settings.group_every_seconds)
      .integer(":host", settings.host_quiet_minutes)
      .boolean(":counts", settings.maintenance_counts)
      .integer(":hours", settings.acknowledge_hours)
      .integer(":version", settings.version);
  TRY(put.run());
  return {};
}

}  // namespace connlog::storage
