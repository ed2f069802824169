// Roles by a provider's claim: which memberships somebody's groups at a login provider mean here, applied at each of their
// logins. The last owner of a workspace is never lowered or removed by it, and memberships that people made are never
// ended. Every change stands in the workspace's own trail.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/access/member.h"
#include "core/access/workspace.h"
#include "core/audit/audit.h"
#include "core/base/clock.h"
#include "core/identity/oidc/provider.h"
#include "core/identity/user.h"

namespace connlog::oidc {

// For each workspace the best role that a row gives to these values. Pure.
std::map<WorkspaceId, Role> roles_from(const std::vector<ClaimRole>& rows, const std::vector<std::string>& values);

struct ClaimRoleStores {
  WorkspaceStore& workspaces;
  MemberStore& members;
  LoginStore& logins;
  AuditLog& audit;
  const Clock& clock;
};

Result<void> apply_claim_roles(Transaction&, const ClaimRoleStores&, const LoginProvider&, const User&,
                               const std::string& address, const std::vector<std::string>& values);

}  // namespace connlog::oidc
