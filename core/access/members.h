// Changes to the people of a workspace: roles, removal, leaving, ownership. Nobody can give more than they have, and no
// act here can leave a workspace without an owner who can log in. Every method runs inside the caller's transaction and
// writes the audit log. The right to manage members was checked at the route. Any thread.
#pragma once

#include "core/people/actor.h"
#include "core/people/member.h"
#include "core/audit/audit.h"
#include "core/base/events.h"

namespace connlog {

class Members {
 public:
  struct Parts {
    MemberStore& members;
    AuditLog& audit;
    EventBus& bus;
  };
  explicit Members(const Parts& parts) : parts_(parts) {}

  // Refused for a role or a person above the actor, and for making or unmaking owners (see set_owner).
  Result<Member> change_role(Transaction&, const Actor&, UserId, Role);
  Result<void> remove(Transaction&, const Actor&, UserId);
  Result<void> leave(Transaction&, const Actor&);
  // Only by an owner: makes a member an owner, or an owner an admin. `step_down`: the actor becomes an admin in the
  // same act.
  Result<Member> set_owner(Transaction&, const Actor&, UserId, bool owner, bool step_down);

 private:
  Result<Member> find(Snapshot&, const Actor&, UserId) const;
  // `conflict` when this is the last owner who can log in.
  Result<void> check_owner_remains(Snapshot&, const Member& leaving) const;
  void announce(Transaction&, WorkspaceId);

  Parts parts_;
};

}  // namespace connlog
