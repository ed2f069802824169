// Second factors and what is remembered of proofs, in SQL. Stateless: any thread, with the snapshot or transaction that it
// was given.
#pragma once

#include "core/identity/factor.h"

namespace connlog::storage {

class SqlFactorStore final : public FactorStore {
 public:
  Result<std::optional<TotpFactor>> totp(Snapshot&, UserId) const override;
  Result<void> put_totp(Transaction&, const TotpFactor&) override;
  Result<void> remove_totp(Transaction&, UserId) override;
  Result<std::vector<TotpFactor>> every_totp(Snapshot&) const override;

  Result<std::vector<RecoveryCode>> recovery_codes(Snapshot&, UserId) const override;
  Result<void> replace_recovery_codes(Transaction&, UserId, const std::vector<TokenDigest>&, Instant now) override;
  Result<bool> use_recovery_code(Transaction&, UserId, const TokenDigest&, Instant now) override;

  Result<std::vector<Passkey>> passkeys(Snapshot&, UserId) const override;
  Result<std::optional<Passkey>> passkey(Snapshot&, UserId, PasskeyId) const override;
  Result<std::optional<Passkey>> passkey_of_credential(Snapshot&, const std::string& credential_id) const override;
  Result<void> insert_passkey(Transaction&, const Passkey&) override;
  Result<void> update_passkey(Transaction&, const Passkey&) override;
  Result<void> remove_passkey(Transaction&, UserId, PasskeyId) override;

  Result<std::optional<LoginTicket>> ticket(Snapshot&, const TokenDigest&) const override;
  Result<void> put_ticket(Transaction&, const LoginTicket&) override;
  Result<void> remove_ticket(Transaction&, const TokenDigest&) override;
  Result<void> thin_tickets(Transaction&, UserId, int keep) override;

  Result<bool> use_challenge(Transaction&, const TokenDigest&, Instant expires_at) override;

  Result<std::optional<SessionProof>> proof(Snapshot&, SessionId) const override;
  Result<void> put_proof(Transaction&, const SessionProof&) override;

  Result<std::optional<SecondFactorPolicy>> policy(Snapshot&, WorkspaceId) const override;
  Result<void> put_policy(Transaction&, const SecondFactorPolicy&) override;
  Result<void> remove_policy(Transaction&, WorkspaceId) override;
  Result<std::vector<SecondFactorPolicy>> policies_of(Snapshot&, UserId) const override;

  Result<std::vector<std::string>> members_without(Snapshot&, WorkspaceId, int limit) const override;

  Result<void> remove_expired(Transaction&, Instant now) override;
};

}  // namespace connlog::storage
