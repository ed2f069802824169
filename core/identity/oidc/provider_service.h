// Login providers as the appliance's administrator manages them. Every method runs inside the caller's transaction and
// writes the administrative trail. The secret is stored sealed and is never returned.
#pragma once

#include <optional>

#include "core/people/actor.h"
#include "core/notify/owners_mail.h"
#include "core/people/workspace.h"
#include "core/audit/audit.h"
#include "core/base/random.h"
#include "core/base/secret.h"
#include "core/crypto/keyring.h"
#include "core/identity/oidc/claim_roles.h"
#include "core/identity/oidc/provider_flow.h"

namespace connlog::oidc {

class ProviderService {
 public:
  struct Parts {
    LoginStore& logins;
    UserStore& users;
    WorkspaceStore& workspaces;
    MemberStore& members;
    AuditLog& audit;
    EventBus& events;
    OwnersMail& owners;  // told when a row gives roles in their workspace
    ProviderFlow& flow;  // forgets what it fetched of a provider whose settings changed
    const Keyring& keyring;
    const Clock& clock;
    Random& random;
  };
  explicit ProviderService(Parts parts) : parts_(parts) {}

  // `wanted` without id, secret, times and version.
  Result<LoginProvider> add(Transaction&, const Actor&, LoginProvider wanted, const std::optional<Secret>& secret);
  // `secret` not set: the stored one stays; empty: none (a public client). The preset cannot change. The issuer cannot
  // change while people are linked, because the same `sub` at another issuer is another person. `expected_version` 0:
  // unconditional.
  Result<LoginProvider> change(Transaction&, const Actor&, LoginProviderId, LoginProvider wanted,
                               const std::optional<Secret>& secret, std::int64_t expected_version);
  // Also ends the memberships that its rows gave.
  Result<void> remove(Transaction&, const Actor&, LoginProviderId);

 private:
  Result<void> check(Snapshot&, LoginProvider& wanted) const;
  // Writes what changes for a workspace into that workspace's own trail, and sends its owners a letter about new rows.
  Result<void> tell_workspaces(Transaction&, const Actor&, const LoginProvider& before, const LoginProvider& after);
  ClaimRoleStores claim_roles() const;
  std::string sealed(const LoginProvider&, const Secret&) const;
  Result<LoginProvider> find(Snapshot&, LoginProviderId) const;
  void forget_after(Transaction&, LoginProviderId) const;

  Parts parts_;
};

}  // namespace connlog::oidc
