// Invitations into a workspace: sent, sent again, revoked, looked at, and accepted. An invitation has two links: the one that
// goes by mail proves that its bearer reads that address; the one that is shown to the inviter, once, does not. Sending again
// ends both. Accepting needs the invited address: as the logged-in person's own, or as a new account's. Nobody invites above
// their own role, and an invitation is worth what its inviter may still do when it is accepted.
// Every method with a Transaction runs inside the caller's. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/people/actor.h"
#include "core/access/invitation.h"
#include "core/people/limits.h"
#include "core/people/member.h"
#include "core/people/team.h"
#include "core/people/workspace.h"
#include "core/audit/audit.h"
#include "core/base/random.h"
#include "core/base/secret.h"
#include "core/base/events.h"
#include "core/identity/links.h"
#include "core/people/user.h"
#include "core/notify/letters.h"

namespace connlog {

struct NewInvitation {
  std::string mail;
  Role role = Role::member;
  TeamId team = {};
  std::optional<std::int64_t> days = {};  // how long the link works; none: as the limit says, which is also the most
};

struct SentInvitation {
  Invitation invitation;
  Secret token;  // of the link that is shown once
};

// What the bearer of a link is told.
struct OpenInvitation {
  Invitation invitation;
  Workspace workspace;
  bool by_mail = false;  // the link came by mail
};

class Invitations {
 public:
  struct Parts {
    InvitationStore& invitations;
    MemberStore& members;
    WorkspaceStore& workspaces;
    TeamStore& teams;
    UserStore& users;
    Links& links;
    Letters& letters;
    AuditLog& audit;
    EventBus& bus;
    const Limits& limits;
    const Clock& clock;
    Random& random;
  };
  explicit Invitations(const Parts& parts) : parts_(parts) {}

  Result<std::vector<Invitation>> list(Snapshot& snapshot, WorkspaceId workspace) const {
    return parts_.invitations.list(snapshot, workspace);
  }
  Result<SentInvitation> invite(Transaction&, const Actor&, const NewInvitation&);
  Result<SentInvitation> send_again(Transaction&, const Actor&, InvitationId);
  Result<void> revoke(Transaction&, const Actor&, InvitationId);

  // `forbidden`, with one text, for every link that is not good any more.
  Result<OpenInvitation> look(Snapshot&, std::string_view token) const;
  // The person of the session, whose address must be the invited one.
  Result<Workspace> accept(Transaction&, const Actor&, const User&, std::string_view token);

  Result<void> remove_expired(Transaction&);  // for the maintenance thread

 private:
  Result<SentInvitation> send(Transaction&, const Actor&, Invitation, seconds lifetime);
  Result<void> end_links(Transaction&, InvitationId);
  Result<Invitation> find(Snapshot&, const Actor&, InvitationId) const;

  Parts parts_;
};

}  // namespace connlog
