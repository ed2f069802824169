// People, their sessions and single-use links, in SQL. Stateless: any thread, with the snapshot or transaction that it was
// given.
#pragma once

#include "core/people/user.h"

namespace connlog::storage {

class SqlUserStore final : public UserStore {
 public:
  Result<std::int64_t> count(Snapshot&) const override;
  Result<std::optional<User>> find(Snapshot&, UserId) const override;
  Result<std::optional<User>> find_by_mail(Snapshot&, const std::string& mail_key) const override;
  Result<void> insert(Transaction&, const User&) override;
  Result<void> update(Transaction&, const User&) override;
};

class SqlSessionStore final : public SessionStore {
 public:
  Result<std::optional<Session>> find(Snapshot&, const TokenDigest&) const override;
  Result<std::vector<Session>> of_user(Snapshot&, UserId) const override;
  Result<void> insert(Transaction&, const Session&) override;
  Result<void> touch(Transaction&, SessionId, Instant last_seen) override;
  Result<void> remove(Transaction&, SessionId) override;
  Result<void> remove_of_user(Transaction&, UserId) override;
  Result<void> remove_expired(Transaction&, Instant expired_before, Instant idle_before) override;

  Result<std::optional<SingleUseLink>> find_link(Snapshot&, const TokenDigest&) const override;
  Result<std::optional<SingleUseLink>> open_link(Snapshot&, const std::string& purpose) const override;
  Result<void> put_link(Transaction&, const SingleUseLink&) override;
};

}  // namespace connlog::storage
