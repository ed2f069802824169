// Idempotency keys: a client that lost our answer and repeats a creation with the same `Idempotency-Key` gets the first
// answer again, and nothing is created twice. The record is written in the transaction of the creation itself, so that
// neither exists without the other. Plain data and the interface of its store.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/transaction.h"

namespace connlog {

struct IdempotencyRecord {
  WorkspaceId workspace;  // nil: something outside of workspaces was created
  UserId user;
  std::string key;  // as sent: 1–200 characters
  std::array<std::uint8_t, 32>
      request_digest{};  // over method, path and body: the same key with another request is a conflict
  int status = 0;
  std::string body;  // of the answer; sealed by the caller where it shows a secret once
  Instant created_at;
};

class IdempotencyStore {
 public:
  virtual ~IdempotencyStore() = default;
  virtual Result<std::optional<IdempotencyRecord>> find(Snapshot&, WorkspaceId, UserId,
                                                        const std::string& key) const = 0;
  // A second record of the same workspace, user and key is a conflict.
  virtual Result<void> insert(Transaction&, const IdempotencyRecord&) = 0;
  // Deletes at most `limit` records older than `before`, of every workspace; returns how many. Maintenance only.
  virtual Result<std::int64_t> remove_before(Transaction&, Instant before, int limit) = 0;
};

}  // namespace connlog
