// Login providers and people's accounts there, in SQL. Stateless: any thread, with the snapshot or transaction that it was
// given.
#pragma once

#include "core/identity/oidc/provider.h"

namespace connlog::storage {

class SqlLoginStore final : public LoginStore {
 public:
  Result<std::vector<LoginProvider>> providers(Snapshot&) const override;
  Result<std::optional<LoginProvider>> find_provider(Snapshot&, LoginProviderId) const override;
  Result<void> put_provider(Transaction&, const LoginProvider&) override;
  Result<void> remove_provider(Transaction&, LoginProviderId) override;
  Result<std::int64_t> count_logins(Snapshot&, LoginProviderId) const override;

  Result<std::optional<Login>> find(Snapshot&, LoginProviderId, const std::string& subject) const override;
  Result<std::vector<Login>> of_user(Snapshot&, UserId) const override;
  Result<void> put(Transaction&, const Login&) override;
  Result<void> remove(Transaction&, UserId, LoginId) override;

  Result<std::vector<GivenRole>> given_by(Snapshot&, LoginProviderId) const override;
  Result<std::vector<GivenRole>> given_in(Snapshot&, WorkspaceId) const override;
  Result<void> put_given(Transaction&, const GivenRole&) override;
  Result<void> forget_given(Transaction&, LoginProviderId, UserId, WorkspaceId) override;
};

}  // namespace connlog::storage
