// How rows of the trails are chained: the canonical forms, and the signature of a checkpoint. Existing databases depend on
// every byte of it. Pure; any thread.
#pragma once

#include "core/audit/trail.h"
#include "core/crypto/keyring.h"

namespace connlog::storage {

// HMAC-SHA-256 over the chain value before and the row. `id` counts for the first log alone, whose rows had one.
ChainValue chain_of(const Key& key, const ChainValue& before, const TrailEntry& entry);
ChainValue chain_of_first_log(const Key& key, const ChainValue& before, const TrailEntry& entry, const Uuid& id);

// By the anchor key, which is not in the database and does not follow from its key.
ChainValue checkpoint_signature(const Key& anchor_key, std::string_view trail, std::int64_t sequence,
                                const ChainValue& chain, Instant at);

}  // namespace connlog::storage
