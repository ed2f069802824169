// The stores of core/trust, in SQL: leaks and their checklists, and acceptances (which person agreed to which legal
// text). Stateless: any thread, with the snapshot or transaction that it was given.
#pragma once

#include "storage/unknown_words.h"
#include "core/trust/acceptance.h"
#include "core/trust/leak.h"

namespace connlog::storage {

inline constexpr WordColumn<LeakOwnerKind> kLeakPlace{"leak", "place", "version"};

class SqlLeakStore final : public LeakStore {
 public:
  Result<void> insert(Transaction&, const Leak&) override;
  Result<std::optional<Leak>> find(Snapshot&, const LeakOwner&, LeakId) const override;
  Result<std::vector<Leak>> list(Snapshot&, const LeakOwner&, LeakId before, int limit) const override;
  Result<void> update(Transaction&, const Leak&, std::int64_t position) override;
};

class SqlAcceptanceStore final : public AcceptanceStore {
 public:
  Result<bool> has(Snapshot&, UserId, const std::string& name, const LegalDigest&) const override;
  Result<void> insert(Transaction&, const Acceptance&) override;
  Result<std::vector<Acceptance>> of_user(Snapshot&, UserId) const override;
  Result<std::vector<ListedAcceptance>> list(Snapshot&, const std::string& name, UserId after,
                                             int limit) const override;
};

}  // namespace connlog::storage
