// Roles by a provider's claim: a person's groups at a login provider give memberships here. They are applied at each of
// the person's logins, and taken back when the claim, the row or the provider goes. A claim never gives ownership and
// never changes an owner. When a claim stops giving a role, a membership that people made gets its earlier role back,
// and one that the provider made ends. A claim that cannot be read stops nothing. Every change is written into the workspace's own trail.
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

// For each workspace, the row that gives these values the highest role. Pure.
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

// For a person whose values are not known, because the claim could not be read: nothing is taken and no role changes.
// Only rows for everybody ("*") are applied, and only in workspaces where the person is nobody yet.
Result<void> apply_roles_of_everybody(Transaction&, const ClaimRoleStores&, const LoginProvider&, const User&,
                                      const std::string& address);

// Called after the provider's rows were changed, and, with no rows left, before the provider is removed. Takes back
// what removed rows gave, and applies a row's new role at once.
Result<void> settle_claim_roles(Transaction&, const ClaimRoleStores&, const UserStore&, const LoginProvider&,
                                const std::string& address);

}  // namespace connlog::oidc
