// Everything about who is in a workspace, wired: the stores and the services that handlers call. main (and each test) builds
// one of these over the stores. Any thread may enter.
#pragma once

#include "core/access/invitation.h"
#include "core/access/member.h"
#include "core/access/standing.h"
#include "core/access/team.h"
#include "core/access/workspace.h"
#include "core/access/workspace_setting.h"

namespace connlog {

struct AccessStores {
  WorkspaceStore& workspaces;
  WorkspaceSettingStore& settings;
  TeamStore& teams;
  MemberStore& members;
  InvitationStore& invitations;
};

class AccessServices {
 public:
  explicit AccessServices(const AccessStores& stores) : stores_(stores) {}

  const WorkspaceSettingStore& settings() const { return stores_.settings; }
  TeamStore& teams() { return stores_.teams; }
  MemberStore& members() { return stores_.members; }
  Result<std::optional<Standing>> standing(Snapshot& snapshot, WorkspaceId workspace, UserId user) const {
    return standing_of(snapshot, {stores_.workspaces, stores_.settings, stores_.teams}, workspace, user);
  }

 private:
  AccessStores stores_;
};

}  // namespace connlog
