// Invitations into a workspace: sending, sending again, revoking, looking at and accepting them. An invitation has two
// links. One goes by mail and proves that the person reads mail at that address; the other is shown to the inviter,
// once, and proves nothing. Sending again ends both. To accept, the person's address must be the invited one: that of
// the logged-in account or of a new one. Nobody can invite above their own role, and an invitation is only good while
// its inviter still has the right to it. Methods with a Transaction run inside the caller's. Any thread.
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
  std::optional<std::int64_t> days = {};  // how long the link works; not set: the limit, which is also the maximum
};

struct SentInvitation {
  Invitation invitation;
  Secret token;  // the token of the link that is shown once
};

// What a person with a link is told.
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

  // `forbidden`, always with the same text, for every link that is no longer valid.
  Result<OpenInvitation> look(Snapshot&, std::string_view token) const;
  // Accepts for the person of the session, whose address must be the invited one.
  Result<Workspace> accept(Transaction&, const Actor&, const User&, std::string_view token);

  Result<void> remove_expired(Transaction&);  // for the maintenance thread

 private:
  Result<SentInvitation> send(Transaction&, const Actor&, Invitation, seconds lifetime);
  Result<void> end_links(Transaction&, InvitationId);
  Result<Invitation> find(Snapshot&, const Actor&, InvitationId) const;

  Parts parts_;
};

}  // namespace connlog
