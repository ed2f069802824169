#include "core/identity/oidc/claim_roles.h"

#include <fmt/format.h>

#include <algorithm>

namespace connlog::oidc {
namespace {

class Applying {
 public:
  Applying(Transaction& tx, const ClaimRoleStores& stores, const LoginProvider& provider, const User& user,
           const std::string& address)
      : tx_(tx), stores_(stores), provider_(provider), user_(user), address_(address) {}

  Result<void> give(WorkspaceId workspace, Role role) {
    const auto found = TRY(stores_.workspaces.find(tx_, workspace));
    if (!found || !found->enabled) return {};
    const auto membership = TRY(stores_.workspaces.membership(tx_, workspace, user_.id));
    if (!membership) {
      TRY(stores_.workspaces.put_membership(tx_, {workspace, user_.id, role, stores_.clock.now()}));
      TRY(stores_.logins.note_given(tx_, provider_.id, user_.id, workspace));
      return note(workspace, "member.added", fmt::format("as {}", to_text(role)));
    }
    if (membership->role == role) return {};
    if (TRY(is_last_owner(*membership))) return note(workspace, "member.kept", "the last owner stays owner");
    TRY(stores_.members.set_role(tx_, workspace, user_.id, role));
    return note(workspace, "member.role_changed",
                fmt::format("from {} to {}", to_text(membership->role), to_text(role)));
  }

  Result<void> take(WorkspaceId workspace) {
    const auto membership = TRY(stores_.workspaces.membership(tx_, workspace, user_.id));
    if (membership) {
      if (TRY(is_last_owner(*membership))) return note(workspace, "member.kept", "the last owner stays owner");
      TRY(stores_.members.remove(tx_, workspace, user_.id));
      TRY(note(workspace, "member.removed", "the claim no longer gives a role"));
    }
    return stores_.logins.forget_given(tx_, provider_.id, user_.id, workspace);
  }

 private:
  Result<bool> is_last_owner(const Membership& membership) const {
    if (membership.role != Role::owner) return false;
    return TRY(stores_.members.owners(tx_, membership.workspace)) <= 1;
  }

  Result<void> note(WorkspaceId workspace, const std::string& act, const std::string& details) const {
    Actor actor;
    actor.kind = Actor::Kind::system;
    actor.workspace = workspace;
    actor.name = provider_.name;
    actor.address = address_;
    return stores_.audit.append(tx_, actor, act, user_.mail, details + ", by the roles of the login provider");
  }

  Transaction& tx_;
  const ClaimRoleStores& stores_;
  const LoginProvider& provider_;
  const User& user_;
  const std::string& address_;
};

}  // namespace

std::map<WorkspaceId, Role> roles_from(const std::vector<ClaimRole>& rows, const std::vector<std::string>& values) {
  std::map<WorkspaceId, Role> best;
  for (const ClaimRole& row : rows) {
    if (row.value != "*" && std::ranges::find(values, row.value) == values.end()) continue;
    const auto [place, fresh] = best.try_emplace(row.workspace, row.role);
    // From most to least, as they stand in the enumeration.
    if (!fresh && row.role < place->second) place->second = row.role;
  }
  return best;
}

Result<void> apply_claim_roles(Transaction& tx, const ClaimRoleStores& stores, const LoginProvider& provider,
                               const User& user, const std::string& address, const std::vector<std::string>& values) {
  const auto wanted = roles_from(provider.roles, values);
  Applying applying(tx, stores, provider, user, address);
  for (const auto& [workspace, role] : wanted) TRY(applying.give(workspace, role));
  for (const WorkspaceId given : TRY(stores.logins.given(tx, provider.id, user.id))) {
    if (!wanted.contains(given)) TRY(applying.take(given));
  }
  return {};
}

}  // namespace connlog::oidc
