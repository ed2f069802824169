// How rows of the trails are chained: the canonical form of a row, and the signature of a checkpoint. Existing
// databases depend on every byte of both. Pure; any thread.
#pragma once

#include "core/audit/trail.h"
#include "core/crypto/keyring.h"

namespace connlog::storage {

// HMAC-SHA-256 over the previous row's chain value and the row. Only rows of the first log have an `id`.
ChainValue chain_of(const Key& key, const ChainValue& before, const TrailEntry& entry);
ChainValue chain_of_first_log(const Key& key, const ChainValue& before, const TrailEntry& entry, const Uuid& id);

// Made with the anchor key, which is not in the database and cannot be derived from the database's key.
ChainValue checkpoint_signature(const Key& anchor_key, std::string_view trail, std::int64_t sequence,
                                const ChainValue& chain, Instant at);

}  // namespace connlog::storage
