// Workspaces as the appliance's administrator manages them, from outside: their sizes, whether they are enabled, and an
// owner for those that have none. Their contents stay closed (break_glass.h). Every method runs inside the caller's
// transaction and writes both trails. Any thread may enter.
#pragma once

#include <string>

#include "core/base/events.h"
#include "core/people/actor.h"
#include "core/access/appliance_directory.h"
#include "core/access/resident.h"
#include "core/people/workspace.h"
#include "core/people/workspace_setting.h"
#include "core/audit/audit.h"
#include "core/people/user.h"

namespace connlog {

class ApplianceWorkspaces {
 public:
  struct Parts {
    WorkspaceStore& workspaces;
    WorkspaceSettingStore& settings;
    UserStore& users;
    const ApplianceDirectory& directory;
    const Residents& residents;
    AuditLog& audit;
    EventBus& events;
    const Clock& clock;
  };
  explicit ApplianceWorkspaces(const Parts& parts) : parts_(parts) {}

  // An owner cannot enable what an administrator disabled. A workspace whose deletion is due stays disabled. Agents of
  // a disabled workspace are refused and keep trying.
  Result<ListedWorkspace> set_enabled(Transaction&, const Actor&, WorkspaceId, bool enabled);
  // Only for a workspace without an owner who can log in. `mail`: of a person with an account.
  Result<ListedWorkspace> assign_owner(Transaction&, const Actor&, WorkspaceId, const std::string& mail);

 private:
  Result<ListedWorkspace> find(Snapshot&, WorkspaceId) const;
  Parts parts_;
};

}  // namespace connlog
