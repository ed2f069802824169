// Changes to teams of people. Every method runs inside the caller's transaction, in the actor's workspace, and writes
// the audit log. The right to manage members was checked at the route. Any thread.
#pragma once

#include <optional>
#include <string>

#include "core/people/actor.h"
#include "core/people/member.h"
#include "core/people/team.h"
#include "core/audit/audit.h"
#include "core/base/random.h"
#include "core/base/events.h"

namespace connlog {

class Teams {
 public:
  struct Parts {
    TeamStore& teams;
    MemberStore& members;
    AuditLog& audit;
    EventBus& bus;
    const Clock& clock;
    Random& random;
  };
  explicit Teams(const Parts& parts) : parts_(parts) {}

  // `expected_version` 0: unconditional.
  Result<Team> add(Transaction&, const Actor&, const std::string& name);
  Result<Team> rename(Transaction&, const Actor&, TeamId, const std::string& name, std::int64_t expected_version);
  // `conflict` while subjects (agents, groups) belong to the team: without a team only owners and admins would see them.
  Result<void> remove(Transaction&, const Actor&, TeamId);
  Result<TeamMember> put_member(Transaction&, const Actor&, TeamId, UserId, bool may_edit);
  Result<void> remove_member(Transaction&, const Actor&, TeamId, UserId);

 private:
  Parts parts_;
};

}  // namespace connlog
