// Second factors, and what is stored about proofs by them: plain data and the interface of the store.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/transaction.h"
#include "core/base/words.h"
#include "core/crypto/token.h"
#include "core/identity/webauthn.h"

namespace connlog {

enum class ProofMethod { password, totp, recovery, passkey, provider };
template <>
inline constexpr auto kWords<ProofMethod> = words_for<ProofMethod>({
    {ProofMethod::password, "password"},
    {ProofMethod::totp, "totp"},
    {ProofMethod::recovery, "recovery"},
    {ProofMethod::passkey, "passkey"},
    {ProofMethod::provider, "provider"},
});

struct TotpFactor {
  UserId user;
  std::string sealed_secret;   // empty: no secret in force
  std::string sealed_pending;  // empty: none being set up
  std::int64_t last_step = 0;
  Instant confirmed_at, pending_at, last_used_at;
};

struct RecoveryCode {
  TokenDigest digest{};
  Instant created_at, used_at;
};

struct Passkey {
  PasskeyId id;
  UserId user;
  std::string credential_id;  // base64url
  webauthn::PublicKey key;
  std::uint32_t counter = 0;
  std::string name;  // 1–60 characters
  bool backed_up = false;
  Instant created_at, last_used_at;
};

// A login whose first half is done.
struct LoginTicket {
  TokenDigest token_digest{};
  UserId user;
  std::string address;  // the address's unit (IPv6: the /64)
  ProofMethod first_factor = ProofMethod::password;
  TokenDigest state_digest{};
  Instant expires_at;
  std::int64_t failures = 0;
};

// How a session was opened, and when its person last proved a factor.
struct SessionProof {
  SessionId session;
  ProofMethod opened_by = ProofMethod::password;
  Instant fresh_at;
};

struct SecondFactorPolicy {
  WorkspaceId workspace;
  Instant required_since;
  Instant grace_until;
};

class FactorStore {
 public:
  virtual ~FactorStore() = default;

  virtual Result<std::optional<TotpFactor>> totp(Snapshot&, UserId) const = 0;
  virtual Result<void> put_totp(Transaction&, const TotpFactor&) = 0;
  virtual Result<void> remove_totp(Transaction&, UserId) = 0;
  virtual Result<std::vector<TotpFactor>> every_totp(Snapshot&) const = 0;  // for sealing them under a new key

  virtual Result<std::vector<RecoveryCode>> recovery_codes(Snapshot&, UserId) const = 0;
  // Replaces all codes; an empty list removes them.
  virtual Result<void> replace_recovery_codes(Transaction&, UserId, const std::vector<TokenDigest>&, Instant now) = 0;
  // False: there is no such code, or it was used before.
  virtual Result<bool> use_recovery_code(Transaction&, UserId, const TokenDigest&, Instant now) = 0;

  virtual Result<std::vector<Passkey>> passkeys(Snapshot&, UserId) const = 0;
  virtual Result<std::optional<Passkey>> passkey(Snapshot&, UserId, PasskeyId) const = 0;
  virtual Result<std::optional<Passkey>> passkey_of_credential(Snapshot&, const std::string& credential_id) const = 0;
  virtual Result<void> insert_passkey(Transaction&, const Passkey&) = 0;
  virtual Result<void> update_passkey(Transaction&, const Passkey&) = 0;  // counter, name, backed_up, last use
  virtual Result<void> remove_passkey(Transaction&, UserId, PasskeyId) = 0;

  virtual Result<std::optional<LoginTicket>> ticket(Snapshot&, const TokenDigest&) const = 0;
  virtual Result<void> put_ticket(Transaction&, const LoginTicket&) = 0;  // insert or update by digest
  virtual Result<void> remove_ticket(Transaction&, const TokenDigest&) = 0;
  // Removes all tickets of a person but the newest `keep`.
  virtual Result<void> thin_tickets(Transaction&, UserId, int keep) = 0;

  // False: the challenge was used before.
  virtual Result<bool> use_challenge(Transaction&, const TokenDigest&, Instant expires_at) = 0;

  virtual Result<std::optional<SessionProof>> proof(Snapshot&, SessionId) const = 0;
  virtual Result<void> put_proof(Transaction&, const SessionProof&) = 0;

  virtual Result<std::optional<SecondFactorPolicy>> policy(Snapshot&, WorkspaceId) const = 0;
  virtual Result<void> put_policy(Transaction&, const SecondFactorPolicy&) = 0;
  virtual Result<void> remove_policy(Transaction&, WorkspaceId) = 0;
  // The policies of the workspaces that a person belongs to.
  virtual Result<std::vector<SecondFactorPolicy>> policies_of(Snapshot&, UserId) const = 0;

  // Names of enabled members without a factor, at most `limit`.
  virtual Result<std::vector<std::string>> members_without(Snapshot&, WorkspaceId, int limit) const = 0;

  virtual Result<void> remove_expired(Transaction&, Instant now) = 0;  // tickets and challenges
};

}  // namespace connlog
