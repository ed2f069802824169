#include "core/identity/oidc/claim_roles.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/people/standing.h"

namespace connlog::oidc {
namespace {

class Applying {
 public:
  Applying(Transaction& tx, const ClaimRoleStores& stores, const LoginProvider& provider, const User& user,
           const std::string& address)
      : tx_(tx), stores_(stores), provider_(provider), user_(user), address_(address) {}

  Result<void> give(const ClaimRole& row) {
    const auto found = TRY(stores_.workspaces.find(tx_, row.workspace));
    if (!found || !found->enabled) return {};
    GivenRole given{provider_.id, user_.id, row.workspace, row.role, row.value};
    const auto membership = TRY(stores_.workspaces.membership(tx_, row.workspace, user_.id));
    if (!membership) {
      TRY(stores_.workspaces.put_membership(tx_, {row.workspace, user_.id, row.role, stores_.clock.now()}));
      TRY(stores_.logins.put_given(tx_, given));
      return note(row.workspace, "member.added", fmt::format("as {}", to_text(row.role)));
    }
    if (membership->role == Role::owner) return {};
    const auto here = TRY(given_to_user(row.workspace));
    if (here.empty()) {
      if (membership->role == row.role) return {};  // people gave the same role: nothing to do
      given.former = membership->role;
    } else {
      given.former = here.front().former;  // the same for every provider that gives a role here
    }
    TRY(stores_.logins.put_given(tx_, given));
    return set_role(row.workspace, membership->role, row.role);
  }

  Result<void> take(const GivenRole& given, const std::string& why) {
    TRY(stores_.logins.forget_given(tx_, provider_.id, user_.id, given.workspace));
    const auto membership = TRY(stores_.workspaces.membership(tx_, given.workspace, user_.id));
    if (!membership || membership->role == Role::owner) return {};
    if (const auto others = TRY(given_to_user(given.workspace)); !others.empty())
      return set_role(given.workspace, membership->role, others.front().role);
    if (!given.former) {
      TRY(stores_.members.remove(tx_, given.workspace, user_.id));
      return note(given.workspace, "member.removed", why);
    }
    // A role that people have set since then stays.
    if (membership->role != given.role) return {};
    return set_role(given.workspace, membership->role, *given.former);
  }

 private:
  Result<std::vector<GivenRole>> given_to_user(WorkspaceId workspace) const {
    auto all = TRY(stores_.logins.given_in(tx_, workspace));
    std::erase_if(all, [this](const GivenRole& given) { return given.user != user_.id; });
    return all;
  }

  Result<void> set_role(WorkspaceId workspace, Role from, Role to) {
    if (from == to) return {};
    TRY(stores_.members.set_role(tx_, workspace, user_.id, to));
    return note(workspace, "member.role_changed", fmt::format("from {} to {}", to_text(from), to_text(to)));
  }

  Result<void> note(WorkspaceId workspace, const std::string& act, const std::string& details) const {
    Actor actor;
    actor.kind = Actor::Kind::system;
    actor.workspace = workspace;
    actor.name = provider_.name;
    actor.address = address_;
    announce_access(tx_, stores_.events, workspace);
    return stores_.audit.append(tx_, actor, act, user_.mail, details + ", by the roles of the login provider");
  }

  Transaction& tx_;
  const ClaimRoleStores& stores_;
  const LoginProvider& provider_;
  const User& user_;
  const std::string& address_;
};

}  // namespace

std::map<WorkspaceId, ClaimRole> roles_from(const std::vector<ClaimRole>& rows,
                                            const std::vector<std::string>& values) {
  std::map<WorkspaceId, ClaimRole> best;
  for (const ClaimRole& row : rows) {
    if (row.role == Role::owner) continue;  // refused when typed in; ignored if stored nevertheless
    if (row.value != "*" && std::ranges::find(values, row.value) == values.end()) continue;
    const auto [place, fresh] = best.try_emplace(row.workspace, row);
    // A smaller value of the enumeration is a higher role.
    if (!fresh && row.role < place->second.role) place->second = row;
  }
  return best;
}

Result<void> apply_claim_roles(Transaction& tx, const ClaimRoleStores& stores, const LoginProvider& provider,
                               const User& user, const std::string& address, const std::vector<std::string>& values) {
  const auto wanted = roles_from(provider.roles, values);
  Applying applying(tx, stores, provider, user, address);
  for (const auto& [workspace, row] : wanted) TRY(applying.give(row));
  const auto all_given = TRY(stores.logins.given_by(tx, provider.id));
  for (const GivenRole& given : all_given) {
    if (given.user != user.id || wanted.contains(given.workspace)) continue;
    TRY(applying.take(given, "the claim no longer gives a role"));
  }
  return {};
}

Result<void> apply_roles_of_everybody(Transaction& tx, const ClaimRoleStores& stores, const LoginProvider& provider,
                                      const User& user, const std::string& address) {
  Applying applying(tx, stores, provider, user, address);
  for (const auto& [workspace, row] : roles_from(provider.roles, {})) {
    const auto membership = TRY(stores.workspaces.membership(tx, workspace, user.id));
    if (!membership) TRY(applying.give(row));
  }
  return {};
}

Result<void> settle_claim_roles(Transaction& tx, const ClaimRoleStores& stores, const UserStore& users,
                                const LoginProvider& provider, const std::string& address) {
  const auto all_given = TRY(stores.logins.given_by(tx, provider.id));
  for (const GivenRole& given : all_given) {
    const auto user = TRY(users.find(tx, given.user));
    if (!user) continue;
    Applying applying(tx, stores, provider, *user, address);
    // Only the rows of this value count here. The other values that the person has are seen at their next login.
    std::vector<ClaimRole> rows = provider.roles;
    std::erase_if(rows,
                  [&](const ClaimRole& row) { return row.workspace != given.workspace || row.value != given.value; });
    const auto still = roles_from(rows, {given.value});
    if (still.empty()) {
      TRY(applying.take(given, "the row that gave the role was removed"));
    } else if (still.begin()->second.role != given.role) {
      TRY(applying.give(still.begin()->second));
    }
  }
  return {};
}

}  // namespace connlog::oidc
