// Roles by a provider's claim: which memberships somebody's groups at a login provider mean here, applied at each of their
// logins, and taken back when the claim, the row or the provider goes. Ownership is out of its reach: a claim never gives
// it, and never touches an owner. A membership that people made takes their role again; one that the provider made ends.
// Every change stands in the workspace's own trail.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/people/member.h"
#include "core/people/workspace.h"
#include "core/audit/audit.h"
#include "core/base/clock.h"
#include "core/base/events.h"
#include "core/identity/oidc/provider.h"
#include "core/people/user.h"

namespace connlog::oidc {

// For each workspace the row that gives the best role to these values. Pure.
std::map<WorkspaceId, ClaimRole> roles_from(const std::vector<ClaimRole>& rows, const std::vector<std::string>& values);

struct ClaimRoleStores {
  WorkspaceStore& workspaces;
  MemberStore& members;
  LoginStore& logins;
  AuditLog& audit;
  EventBus& events;
  const Clock& clock;
};

Result<void> apply_claim_roles(Transaction&, const ClaimRoleStores&, const LoginProvider&, const User&,
                               const std::string& address, const std::vector<std::string>& values);

// After the provider's rows were changed, and (without any rows) before it is removed: what rows gave that are there no
// longer is taken back, and a row's other role holds at once.
Result<void> settle_claim_roles(Transaction&, const ClaimRoleStores&, const UserStore&, const LoginProvider&,
                                const std::string& address);

}  // namespace connlog::oidc
