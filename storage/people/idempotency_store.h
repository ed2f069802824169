// Idempotency keys, in SQL. Stateless: any thread, with the snapshot or transaction that it was given.
#pragma once

#include "core/people/idempotency.h"

namespace connlog::storage {

class SqlIdempotencyStore final : public IdempotencyStore {
 public:
  Result<std::optional<IdempotencyRecord>> find(Snapshot&, WorkspaceId, UserId, const std::string& key) const override;
  Result<void> insert(Transaction&, const IdempotencyRecord&) override;
  Result<std::int64_t> remove_before(Transaction&, Instant before, int limit) override;
};

}  // namespace connlog::storage
