// The stores of core/identity, in SQL: accounts and single-use links; second factors and what is remembered of proofs;
// login providers and people's logins there; notices about attempts. Stateless: any thread, with the snapshot or transaction that it was given.
#pragma once

#include "storage/unknown_words.h"
#include "core/identity/abuse_watch.h"
#include "core/identity/account_store.h"
#include "core/identity/factor.h"
#include "core/identity/links.h"
#include "core/identity/oidc/provider.h"

namespace connlog::storage {

inline constexpr WordColumn<ProviderPreset> kLoginProviderPreset{"login_provider", "preset", "version"};
inline constexpr WordColumn<Role> kLoginProviderRole{"login_provider_role", "role", "role"};
inline constexpr WordColumn<Role> kLoginMembershipRole{"login_membership", "role", "role"};
// The role from before, or nothing, which is no word.
inline constexpr WordColumn<Role> kLoginMembershipFormer{"login_membership", "former_role"};
inline constexpr WordColumn<webauthn::Algorithm> kPasskeyAlgorithm{"passkey", "algorithm", "counter, name"};
inline constexpr WordColumn<ProofMethod> kLoginTicketMethod{"login_ticket", "first_factor", "failures"};
inline constexpr WordColumn<ProofMethod> kSessionProofMethod{"session_proof", "opened_by", "opened_by"};

class SqlLinkStore final : public LinkStore {
 public:
  Result<void> insert(Transaction&, const Link&) override;
  Result<std::optional<Link>> find(Snapshot&, const TokenDigest&) const override;
  Result<void> mark_used(Transaction&, const TokenDigest&, Instant at) override;
  Result<std::int64_t> count_open(Snapshot&, UserId, std::string_view purpose, Instant now) const override;
  Result<std::int64_t> count_since(Snapshot&, std::string_view purpose, const std::string& data,
                                   Instant since) const override;
  Result<void> remove_of_user(Transaction&, UserId, std::string_view purpose) override;
  Result<void> remove_of_data(Transaction&, std::string_view purpose, const std::string& data) override;
  Result<void> remove_ended(Transaction&, Instant ended_before) override;
};

class SqlAccountStore final : public AccountStore {
 public:
  Result<AccountFacts> facts(Snapshot&, UserId) const override;
  Result<void> put_facts(Transaction&, const AccountFacts&) override;
  Result<std::optional<MailChange>> mail_change(Snapshot&, UserId) const override;
  Result<void> put_mail_change(Transaction&, const MailChange&) override;
  Result<void> remove_mail_change(Transaction&, UserId) override;
  Result<std::int64_t> count_devices(Snapshot&, UserId) const override;
  Result<bool> note_device(Transaction&, UserId, const TokenDigest&, Instant now, int devices_max) override;
  Result<std::int64_t> count_administrators(Snapshot&) const override;
  Result<void> remove_person(Transaction&, UserId) override;
};

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

class SqlLoginStore final : public LoginStore {
 public:
  Result<std::vector<LoginProvider>> providers(Snapshot&) const override;
  Result<std::optional<LoginProvider>> find_provider(Snapshot&, LoginProviderId) const override;
  Result<void> put_provider(Transaction&, const LoginProvider&) override;
  Result<void> remove_provider(Transaction&, LoginProviderId) override;
  Result<std::int64_t> count_logins(Snapshot&, LoginProviderId) const override;

  Result<std::optional<Login>> find(Snapshot&, LoginProviderId, const std::string& sub) const override;
  Result<std::vector<Login>> of_user(Snapshot&, UserId) const override;
  Result<void> put(Transaction&, const Login&) override;
  Result<void> remove(Transaction&, UserId, LoginId) override;

  Result<std::vector<GivenRole>> given_by(Snapshot&, LoginProviderId) const override;
  Result<std::vector<GivenRole>> given_in(Snapshot&, WorkspaceId) const override;
  Result<void> put_given(Transaction&, const GivenRole&) override;
  Result<void> forget_given(Transaction&, LoginProviderId, UserId, WorkspaceId) override;
};

class SqlAttemptNoticeStore final : public AttemptNoticeStore {
 public:
  Result<Instant> noticed_at(Snapshot&, const TokenDigest& subject) const override;
  Result<void> put(Transaction&, const TokenDigest& subject, Instant at) override;
  Result<void> remove_before(Transaction&, Instant before, int limit) override;
  Result<std::vector<User>> administrators(Snapshot&) const override;
};

}  // namespace connlog::storage
