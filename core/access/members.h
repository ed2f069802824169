// What is done with the people of a workspace: roles, removal, leaving, ownership. Nobody gives more than they have, and a
// workspace always has an owner who can log in, whoever asks. Every method runs inside the caller's transaction and writes
// the audit log; the right to manage members was checked at the route. Any thread.
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

  // Never above the actor's own role, never about somebody above them, and never into or out of ownership (set_owner).
  Result<Member> change_role(Transaction&, const Actor&, UserId, Role);
  Result<void> remove(Transaction&, const Actor&, UserId);
  Result<void> leave(Transaction&, const Actor&);
  // By an owner: makes a member an owner, or an owner an admin. `step_down`: the actor becomes an admin in the same act.
  Result<Member> set_owner(Transaction&, const Actor&, UserId, bool owner, bool step_down);
  // Before a person is disabled or deleted on the appliance: conflict where a workspace would be left without an owner.
  Result<void> check_not_last_owner(Snapshot&, UserId) const;

 private:
  Result<Member> find(Snapshot&, const Actor&, UserId) const;
  // Conflict when this owner is the last who can log in.
  Result<void> check_owner_remains(Snapshot&, const Member& leaving) const;
  void announce(Transaction&, WorkspaceId);

  Parts parts_;
};

}  // namespace connlog
