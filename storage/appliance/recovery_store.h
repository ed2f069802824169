// What a restore brings back, and what is ended by one (core/appliance/recovery.h), in SQL. Reads and writes the rows of
// every workspace, on purpose: a restore is the appliance's. No digest, hash or sealed text leaves here.
#pragma once

#include "core/appliance/recovery.h"

namespace connlog::storage {

class SqlRecoveryStore final : public RecoveryStore {
 public:
  Result<std::vector<Vouched>> vouched(Snapshot&, Instant now, int limit) const override;
  Result<std::optional<Place>> place_of(Snapshot&, VouchKind, const Uuid& id) const override;
  Result<std::int64_t> fail_waiting(Transaction&, const std::string& why) override;
  Result<void> end_ways_in(Transaction&, Instant now) override;
  Result<void> disown_backups(Transaction&, const std::string& why) override;
};

}  // namespace connlog::storage
