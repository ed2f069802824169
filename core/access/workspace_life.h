// A workspace from its making to its end: who may make one, its address and sight, disabling and enabling, the request
// to delete it, and the deletion. Methods with a Transaction run inside the caller's and write the audit log. Any
// thread; `erase_some` is for the maintenance thread.
#pragma once

#include <optional>
#include <string>

#include "core/people/actor.h"
#include "core/people/limits.h"
#include "core/people/member.h"
#include "core/notify/owners_mail.h"
#include "core/access/network_changes.h"
#include "core/access/resident.h"
#include "core/access/workspace_service.h"
#include "core/people/workspace_rows.h"
#include "core/people/workspace_setting.h"
#include "core/audit/audit.h"
#include "core/base/events.h"
#include "core/base/recovery_mode.h"
#include "core/people/user.h"

namespace connlog {

struct WorkspaceSettingChange {  // only what is set changes
  std::optional<std::string> slug;
  std::optional<bool> team_scoped;
};

class WorkspaceLife {
 public:
  struct Parts {
    Stores& stores;
    WorkspaceService& service;
    WorkspaceStore& workspaces;
    WorkspaceSettingStore& settings;
    MemberStore& members;
    AuditLog& audit;
    WorkspaceRows& rows;  // the rows of core/access and of the rooms below it
    const Residents& residents;
    OwnersMail& owners;
    EventBus& bus;
    const Limits& limits;
    NetworkChanges& networks;
    const Clock& clock;
    const RecoveryMode* recovery = nullptr;  // while it is on, nothing is erased; null: there is none
  };
  explicit WorkspaceLife(const Parts& parts) : parts_(parts) {}

  // Allowed for administrators of the appliance, for people who own a workspace already, and for everybody if the limit
  // create_workspaces is on.
  Result<bool> may_create(Snapshot&, const User&) const;
  Result<Workspace> create(Transaction&, const Actor&, const User& owner, const std::string& name);
  Result<Workspace> change(Transaction&, const Actor&, WorkspaceId, const WorkspaceSettingChange&);

  // Only by an owner or by the appliance's administrator. An owner cannot enable what an administrator disabled.
  Result<Workspace> set_enabled(Transaction&, const Actor&, WorkspaceId, bool enabled);

  // `typed_name`: the workspace's name, typed as a confirmation. The owners are told by mail.
  Result<WorkspaceSetting> request_deletion(Transaction&, const Actor&, const std::string& typed_name);
  Result<WorkspaceSetting> cancel_deletion(Transaction&, const Actor&);
  // Deletes one bounded piece of a workspace whose deletion is due. True: there may be more to do. Waits for its
  // commits.
  Result<bool> erase_some();

 private:
  Result<Workspace> find(Snapshot&, WorkspaceId) const;
  Result<bool> erase_piece(Transaction&, WorkspaceId);

  Parts parts_;
};

// What `switch_workspace` needs.
struct WorkspaceSwitch {
  WorkspaceStore& workspaces;
  WorkspaceSettingStore& settings;
  const Residents& residents;
  AuditLog& audit;
  EventBus& bus;
  const Clock& clock;
};
// Enables or disables a workspace for `by`, whose right to do so the caller has checked. Writes the workspace's own
// trail; tells residents and open screens after the commit. Answers the workspace as it is then. `conflict`: a
// workspace whose deletion is due stays disabled.
Result<Workspace> switch_workspace(Transaction&, const WorkspaceSwitch&, const Actor&, Workspace, bool enabled,
                                   WorkspaceSetting::DisabledBy by);

// Accepts [a-z0-9-]{1,40} without a hyphen at the beginning or the end.
Result<void> check_slug(const std::string& slug);

}  // namespace connlog
