// Wires the services about the people of a workspace over their stores, for the handlers. main (and each test) builds
// one of these. Any thread may enter.
#pragma once

#include "core/access/first_owner.h"
#include "core/access/invitations.h"
#include "core/access/members.h"
#include "core/people/standing.h"
#include "core/access/workspace_service.h"
#include "core/access/teams.h"
#include "core/access/workspace_life.h"

namespace connlog {

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
    SessionStore& sessions;
    RecipientStore& recipients;
    LinkStore& links;
    WorkspaceRows& rows;
    const Residents& residents;
    AuditLog& audit;
    IdentityService& identity;
    AttemptLimiter& attempts;
    OwnersMail& owners;
    Letters& letters;
    EventBus& bus;
    const Limits& limits;
    NetworkChanges& networks;
    const Keyring& keyring;
    Clock& clock;
    Random& random;
    const RecoveryMode* recovery = nullptr;  // null: there is none
  };
  explicit AccessServices(const Parts& parts)
      : parts_(parts),
        links_(parts.links, parts.keyring, parts.clock, parts.random),
        workspaces_({parts.workspaces, parts.recipients, parts.audit, parts.residents, parts.clock, parts.random}),
        first_owner_({parts.stores, parts.users, parts.sessions, workspaces_, parts.identity, parts.networks,
                      parts.audit, parts.attempts, parts.keyring, parts.clock, parts.random}),
        members_({parts.members, parts.audit, parts.bus}),
        teams_({parts.teams, parts.members, parts.audit, parts.bus, parts.clock, parts.random}),
        invitations_({parts.invitations, parts.members, parts.workspaces, parts.teams, parts.users, links_,
                      parts.letters, parts.audit, parts.bus, parts.limits, parts.clock, parts.random}),
        life_({parts.stores, workspaces_, parts.workspaces, parts.settings, parts.members, parts.audit, parts.rows,
               parts.residents, parts.owners, parts.bus, parts.limits, parts.networks, parts.clock, parts.recovery}) {}

  const WorkspaceSettingStore& settings() const { return parts_.settings; }
  const TeamStore& team_store() const { return parts_.teams; }
  const MemberStore& member_store() const { return parts_.members; }
  FirstOwner& first_owner() { return first_owner_; }
  WorkspaceService& workspaces() { return workspaces_; }
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
  WorkspaceService workspaces_;
  FirstOwner first_owner_;
  Members members_;
  Teams teams_;
  Invitations invitations_;
  WorkspaceLife life_;
};

}  // namespace connlog
