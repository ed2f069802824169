// A workspace from its making to its end: who may make one, its address and sight, disabling and enabling, the request to
// delete it, and the deletion itself. Methods with a Transaction run inside the caller's and write the audit log. Any
// thread; `erase_some` belongs to maintenance.
#pragma once

#include <optional>
#include <string>

#include "core/people/actor.h"
#include "core/people/limits.h"
#include "core/people/member.h"
#include "core/notify/owners_mail.h"
#include "core/access/resident.h"
#include "core/access/workspace_service.h"
#include "core/people/workspace_rows.h"
#include "core/people/workspace_setting.h"
#include "core/audit/audit.h"
#include "core/base/events.h"
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
    WorkspaceRows& rows;  // of access and of the rooms below it
    const Residents& residents;
    OwnersMail& owners;
    EventBus& bus;
    const Limits& limits;
    const Clock& clock;
  };
  explicit WorkspaceLife(const Parts& parts) : parts_(parts) {}

  // Administrators of the appliance, who owns a workspace already, and everybody where the appliance says so.
  Result<bool> may_create(Snapshot&, const User&) const;
  Result<Workspace> create(Transaction&, const Actor&, const User& owner, const std::string& name);
  Result<Workspace> change(Transaction&, const Actor&, WorkspaceId, const WorkspaceSettingChange&);

  // By an owner or by the appliance's administrator; what the administrator disabled, an owner does not enable.
  Result<Workspace> set_enabled(Transaction&, const Actor&, WorkspaceId, bool enabled);

  // `typed_name`: the workspace's name, as a confirmation. The owners are told by mail.
  Result<WorkspaceSetting> request_deletion(Transaction&, const Actor&, const std::string& typed_name);
  Result<WorkspaceSetting> cancel_deletion(Transaction&, const Actor&);
  // One bounded piece of work on a workspace whose time is over; true: there may be more to do. Waits for its commits.
  Result<bool> erase_some();

 private:
  Result<Workspace> find(Snapshot&, WorkspaceId) const;
  Result<bool> erase_piece(Transaction&, WorkspaceId);

  Parts parts_;
};

// "[a-z0-9-]{1,40}", not beginning or ending with a hyphen.
Result<void> check_slug(const std::string& slug);

}  // namespace connlog
