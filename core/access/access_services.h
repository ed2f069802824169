// Everything about who is in a workspace, wired: the stores and the services that handlers call. main (and each test) builds
// one of these over the stores. Any thread may enter.
#pragma once

#include "core/access/invitations.h"
#include "core/access/members.h"
#include "core/access/owners_by_letter.h"
#include "core/people/standing.h"
#include "core/access/teams.h"
#include "core/access/workspace_life.h"

namespace connlog {

class ApplianceDirectory;

class AccessServices {
 public:
  struct Parts {
    Stores& stores;
    WorkspaceStore& workspaces;
    WorkspaceSettingStore& settings;
    TeamStore& teams;
    MemberStore& members;
    InvitationStore& invitations;
    UserStore& users;
    AgentStore& agents;
    RuleStore& rules;
    LinkStore& links;
    AuditLog& audit;
    WorkspaceService& workspace_service;
    AgentDirectory& directory;
    const ApplianceDirectory& appliance;
    Letters& letters;
    EventBus& bus;
    const Limits& limits;
    const Keyring& keyring;
    const Clock& clock;
    Random& random;
  };
  explicit AccessServices(const Parts& parts);

  const WorkspaceSettingStore& settings() const { return parts_.settings; }
  const TeamStore& team_store() const { return parts_.teams; }
  const MemberStore& member_store() const { return parts_.members; }
  Members& members() { return members_; }
  Teams& teams() { return teams_; }
  Invitations& invitations() { return invitations_; }
  WorkspaceLife& life() { return life_; }
  Result<std::optional<Standing>> standing(Snapshot& snapshot, WorkspaceId workspace, UserId user) const {
    return standing_of(snapshot, {parts_.workspaces, parts_.settings, parts_.teams}, workspace, user);
  }

 private:
  Parts parts_;
  Links links_;
  OwnersByLetter owners_;
  Members members_;
  Teams teams_;
  Invitations invitations_;
  WorkspaceLife life_;
};

}  // namespace connlog
