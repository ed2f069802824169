#include "core/watch/watch_resident.h"

#include "core/watch/subject_entry.h"

namespace connlog {

Result<void> WatchResident::born(Transaction& tx, const Workspace& workspace) {
  for (const Rule& rule : default_rules(workspace.id, workspace.created_at, parts_.random)) {
    TRY(parts_.rules.insert(tx, rule));
    tx.after_commit([directory = &parts_.directory, rule] { directory->impl().put_rule(rule); });
  }
  return {};
}

// While a workspace is disabled nobody is looked at. Once it is enabled the next round looks at everybody, and plans
// what comes later.
void WatchResident::changed(const Workspace& workspace) {
  SubjectDirectory::Impl& directory = parts_.directory.impl();
  const bool was_enabled = directory.workspace(workspace.id).enabled.load(std::memory_order_relaxed);
  directory.put_workspace(workspace);
  if (was_enabled || !workspace.enabled) return;
  const Monotonic now = parts_.clock.monotonic();
  for (SubjectEntry* entry : directory.entries(workspace.id)) {
    const std::lock_guard lock(entry->mutex);
    if (SubjectDirectory::Impl::is_judged(*entry)) directory.look_at(*entry, now);
  }
}

Result<bool> WatchResident::erase(Transaction& tx, WorkspaceId workspace, std::int64_t& rows) {
  const auto rules = TRY(parts_.rules.list(tx, workspace));
  for (const Rule& rule : rules) {
    tx.after_commit(
        [directory = &parts_.directory, workspace, rule = rule.id] { directory->impl().remove_rule(workspace, rule); });
  }
  tx.after_commit([this, workspace] {
    SubjectDirectory::Impl& directory = parts_.directory.impl();
    for (SubjectEntry* entry : directory.entries(workspace)) {
      if (parts_.dependencies != nullptr) parts_.dependencies->forget(entry->id);
      directory.forget(entry->id);
    }
    if (parts_.quiets != nullptr) parts_.quiets->forget(workspace);
  });
  return parts_.rows.erase(tx, workspace, rows);
}

}  // namespace connlog
