// API keys: plain data, the shape of their tokens, and the interface of their store.
//
// A key belongs to a workspace or to a person. A workspace's key acts by its scopes alone. A person's key acts in that
// person's workspaces, by its scopes and never beyond the person's present role. The token is shown once; only a keyed
// digest is stored.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/people/roles.h"
#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/random.h"
#include "core/base/secret.h"
#include "core/base/transaction.h"
#include "core/crypto/token.h"

namespace connlog {

struct ApiKey {
  ApiKeyId id;
  WorkspaceId workspace = {};  // nil: a personal key
  UserId user = {};            // nil: a workspace's key
  std::string name;            // 1–80 characters; the audit log shows it
  TokenDigest token_digest{};
  std::string token_hint;              // "cl_5f0c…a1b2"
  std::vector<Action> scopes;          // at least one
  std::vector<std::string> addresses;  // CIDR; empty: from anywhere
  Instant created_at;
  std::string created_by;
  Instant expires_at;  // not set: until it is revoked
  Instant revoked_at;  // set: no longer valid; kept so that its use is recognised
  Instant last_used_at;
  std::string last_used_address;
};

// "cl_" + 56 random hex digits + 8 hex digits of CRC-32 (IEEE) over those 56. With the checksum a secret scanner tells
// a key from noise without asking anybody, and a mistyped key costs no look-up.
inline constexpr std::string_view kApiKeyPrefix = "cl_";
Secret make_api_key_token(Random& random);
bool is_api_key_shaped(std::string_view token);

class ApiKeyStore {
 public:
  virtual ~ApiKeyStore() = default;
  virtual Result<std::optional<ApiKey>> find_by_digest(Snapshot&, const TokenDigest&) const = 0;
  // Newest first, revoked ones included.
  virtual Result<std::vector<ApiKey>> of_workspace(Snapshot&, WorkspaceId) const = 0;
  virtual Result<std::vector<ApiKey>> of_user(Snapshot&, UserId) const = 0;
  virtual Result<void> insert(Transaction&, const ApiKey&) = 0;
  virtual Result<void> touch(Transaction&, ApiKeyId, Instant at, const std::string& address) = 0;
  // Revokes a key of a workspace or of a person; the other id is nil. False: there is no such key (any more).
  virtual Result<bool> revoke(Transaction&, WorkspaceId, UserId, ApiKeyId, Instant at) = 0;
  virtual Result<std::int64_t> remove_revoked_before(Transaction&, Instant before, int limit) = 0;
};

}  // namespace connlog
