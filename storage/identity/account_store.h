// Accounts and single-use links, in SQL. Stateless: any thread, with the snapshot or transaction that it was given.
#pragma once

#include "core/identity/account_store.h"
#include "core/identity/links.h"

namespace connlog::storage {

class SqlLinkStore final : public LinkStore {
 public:
  Result<void> insert(Transaction&, const Link&) override;
  Result<std::optional<Link>> find(Snapshot&, const TokenDigest&) const override;
  Result<void> mark_used(Transaction&, const TokenDigest&, Instant at) override;
  Result<std::int64_t> count_open(Snapshot&, UserId, std::string_view purpose, Instant now) const override;
  Result<std::int64_t> count_since(Snapshot&, std::string_view purpose, const std::string& data,
                                   Instant since) const override;
  Result<void> remove_of_user(Transaction&, UserId, std::string_view purpose) override;
  Result<void> remove_of_data(Transaction&, std::string_view purpose, const std::string& data) override;
  Result<void> remove_ended(Transaction&, Instant ended_before) override;
};

class SqlAccountStore final : public AccountStore {
 public:
  Result<AccountFacts> facts(Snapshot&, UserId) const override;
  Result<void> put_facts(Transaction&, const AccountFacts&) override;
  Result<std::optional<MailChange>> mail_change(Snapshot&, UserId) const override;
  Result<void> put_mail_change(Transaction&, const MailChange&) override;
  Result<void> remove_mail_change(Transaction&, UserId) override;
  Result<std::int64_t> count_devices(Snapshot&, UserId) const override;
  Result<bool> note_device(Transaction&, UserId, const TokenDigest&, Instant now, int devices_max) override;
  Result<std::int64_t> count_administrators(Snapshot&) const override;
  Result<void> remove_person(Transaction&, UserId) override;
};

}  // namespace connlog::storage
