// API keys: plain data, the shape of their tokens, and the interface of their store.
//
// A workspace's key has one of three forms. Two of them are for programs made for Healthchecks: they are listed, expire and
// are revoked like the others, and their rights are fixed by the form.
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
#include "core/base/words.h"
#include "core/crypto/token.h"

namespace connlog {

// Stored by its word. A key of one form opens nothing that belongs to another.
enum class ApiKeyForm : std::uint8_t {
  api,     // connlog's own API: "Authorization: Bearer cl_…"
  ping,    // a part of ping addresses: /ping/<key>/<slug>. It reads nothing
  checks,  // Healthchecks' management API: "X-Api-Key: hcw_…" may change, "hcr_…" may read
};
template <>
inline constexpr auto kWords<ApiKeyForm> = words_for<ApiKeyForm>({
    {ApiKeyForm::api, "api"},
    {ApiKeyForm::ping, "ping"},
    {ApiKeyForm::checks, "checks"},
});

struct ApiKey {
  ApiKeyId id;
  WorkspaceId workspace = {};  // nil: a personal key
  UserId user = {};            // nil: a workspace's key
  std::string name;            // 1–80 characters; the audit log shows it
  TokenDigest token_digest{};
  ApiKeyForm form = ApiKeyForm::api;
  std::string token_hint;              // "cl_5f0c…a1b2"
  std::vector<Action> scopes;          // at least one; of a ping key none
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

// "hcw_" or "hcr_", 22 random letters and digits, and six of their CRC-32: 32 characters, as such clients expect.
inline constexpr std::string_view kChecksWritePrefix = "hcw_", kChecksReadPrefix = "hcr_";
inline constexpr std::size_t kChecksKeyLength = 32;
Secret make_checks_key(Random& random, std::string_view prefix);
bool is_checks_key_shaped(std::string_view token);
// 22 random letters and digits.
inline constexpr std::size_t kPingKeyLength = 22;
Secret make_ping_key(Random& random);
bool is_ping_key_shaped(std::string_view token);
// The form of a token, by its shape alone; nothing: it is none of ours. Capitals count, but in a key of the API.
std::optional<ApiKeyForm> form_of_token(std::string_view token);

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
