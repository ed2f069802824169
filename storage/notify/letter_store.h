// Letters, in SQL. Stateless: any thread, with the snapshot or transaction that it was given.
#pragma once

#include "core/notify/letter_store.h"

namespace connlog::storage {

class SqlLetterStore final : public LetterStore {
 public:
  Result<void> insert(Transaction&, const PostedLetter&) override;
  Result<std::vector<PostedLetter>> lease(Transaction&, Instant now, Instant lease_until, int limit) override;
  Result<void> update(Transaction&, const PostedLetter&) override;
  Result<Instant> next_due(Snapshot&) const override;
  Result<std::int64_t> count_waiting(Snapshot&) const override;
  Result<std::int64_t> count_to_strangers(Snapshot&, WorkspaceId, Instant since) const override;
  Result<std::vector<PostedLetter>> list(Snapshot&, int limit) const override;
  Result<std::vector<PostedLetter>> list_to(Snapshot&, const std::string& address, int limit) const override;
  Result<std::optional<PostedLetter>> find(Snapshot&, LetterId) const override;
  Result<std::int64_t> remove_before(Transaction&, Instant before, int limit) override;
};

}  // namespace connlog::storage
