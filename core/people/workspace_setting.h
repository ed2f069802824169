// A workspace's settings beside its name: whether sight is scoped by team, who disabled it, and the request to delete
// it. Plain data and the interface of its store.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/transaction.h"
#include "core/base/words.h"

namespace connlog {

struct WorkspaceSetting {
  enum class DisabledBy { nobody, owner, administrator };

  WorkspaceId workspace;
  bool team_scoped = false;  // people below admin see the subjects of their own teams only
  DisabledBy disabled_by = DisabledBy::nobody;
  Instant deletion_requested_at;  // not set: nobody asked
  Instant deletion_due_at;
  std::string deletion_requested_by;  // a name, for the banner
};

template <>
inline constexpr auto kWords<WorkspaceSetting::DisabledBy> = words_for<WorkspaceSetting::DisabledBy>({
    {WorkspaceSetting::DisabledBy::nobody, ""},
    {WorkspaceSetting::DisabledBy::owner, "owner"},
    {WorkspaceSetting::DisabledBy::administrator, "administrator"},
});

class WorkspaceSettingStore {
 public:
  virtual ~WorkspaceSettingStore() = default;
  // The stored settings, or the defaults.
  virtual Result<WorkspaceSetting> get(Snapshot&, WorkspaceId) const = 0;
  virtual Result<void> put(Transaction&, const WorkspaceSetting&) = 0;
  // The workspaces whose deletion is due, oldest first. Looks at every workspace: maintenance only.
  virtual Result<std::vector<WorkspaceId>> due_for_deletion(Snapshot&, Instant now, int limit) const = 0;
};

}  // namespace connlog
