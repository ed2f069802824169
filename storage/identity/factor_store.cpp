// Second factors and what is remembered of proofs, in SQL.
#include "storage/identity/stores.h"

#include "storage/connection.h"
#include "storage/statement.h"

namespace connlog::storage {
namespace {

constexpr std::size_t kKeyBytesMax = 128;

TotpFactor read_totp(Row& row) {
  TotpFactor factor;
  factor.user = row.id<UserId>();
  factor.sealed_secret = row.text();
  factor.sealed_pending = row.text();
  factor.last_step = row.integer();
  factor.confirmed_at = row.instant();
  factor.pending_at = row.instant();
  factor.last_used_at = row.instant();
  return factor;
}

RecoveryCode read_code(Row& row) {
  RecoveryCode code;
  code.digest = row.bytes<32>();
  code.created_at = row.instant();
  code.used_at = row.instant();
  return code;
}

// A passkey whose algorithm or public key cannot be read verifies nothing. It is returned, so that it counts as a
// second factor, and its owner sees and removes it.
Passkey read_passkey(Row& row) {
  Passkey passkey;
  passkey.id = row.id<PasskeyId>();
  passkey.user = row.id<UserId>();
  passkey.credential_id = row.text();
  const auto algorithm = parse_word<webauthn::Algorithm>(row.peek());
  passkey.key.algorithm = row.word_or(kPasskeyAlgorithm, webauthn::Algorithm::es256);
  auto bytes = webauthn::from_base64url("public_key", row.text(), kKeyBytesMax);
  if (bytes && algorithm) passkey.key.bytes = *std::move(bytes);
  passkey.counter = static_cast<std::uint32_t>(row.integer());
  passkey.name = row.text();
  passkey.backed_up = row.boolean();
  passkey.created_at = row.instant();
  passkey.last_used_at = row.instant();
  return passkey;
}

LoginTicket read_ticket(Row& row) {
  LoginTicket ticket;
  ticket.token_digest = row.bytes<32>();
  ticket.user = row.id<UserId>();
  ticket.address = row.text();
  ticket.first_factor = row.word(kLoginTicketMethod);
  ticket.state_digest = row.bytes<32>();
  ticket.expires_at = row.instant();
  ticket.failures = row.integer();
  return ticket;
}

SessionProof read_proof(Row& row) {
  SessionProof proof;
  proof.session = row.id<SessionId>();
  proof.opened_by = row.word(kSessionProofMethod);
  proof.fresh_at = row.instant();
  return proof;
}

SecondFactorPolicy read_policy(Row& row) {
  SecondFactorPolicy policy;
  policy.workspace = row.id<WorkspaceId>();
  policy.required_since = row.instant();
  policy.grace_until = row.instant();
  return policy;
}

#define CONNLOG_PASSKEY_COLUMNS \
  "id, user_id, credential_id, algorithm, public_key, counter, name, backed_up, created_at, last_used_at"
#define CONNLOG_TOTP_COLUMNS "user_id, sealed_secret, sealed_pending, last_step, confirmed_at, pending_at, last_used_at"

}  // namespace

// --------------------------------------------------------------- one-time codes

Result<std::optional<TotpFactor>> SqlFactorStore::totp(Snapshot& snapshot, UserId user) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT " CONNLOG_TOTP_COLUMNS " FROM totp_factor WHERE user_id = :user"));
  return one(select.id(":user", user), read_totp);
}

Result<std::vector<TotpFactor>> SqlFactorStore::every_totp(Snapshot& snapshot) const {
  Statement select = TRY(at(snapshot).prepare("SELECT " CONNLOG_TOTP_COLUMNS " FROM totp_factor ORDER BY user_id"));
  return all(select, read_totp);
}

Result<void> SqlFactorStore::put_totp(Transaction& tx, const TotpFactor& factor) {
  Statement put = TRY(at(tx).prepare(
      "INSERT INTO totp_factor (" CONNLOG_TOTP_COLUMNS
      ") VALUES (:user, :secret, :pending, :last_step, :confirmed_at, :pending_at, :last_used_at) "
      "ON CONFLICT (user_id) DO UPDATE SET sealed_secret = excluded.sealed_secret, "
      "sealed_pending = excluded.sealed_pending, last_step = excluded.last_step, confirmed_at = excluded.confirmed_at, "
      "pending_at = excluded.pending_at, last_used_at = excluded.last_used_at"));
  put.id(":user", factor.user)
      .text(":secret", factor.sealed_secret)
      .text(":pending", factor.sealed_pending)
      .integer(":last_step", factor.last_step)
      .instant(":confirmed_at", factor.confirmed_at)
      .instant(":pending_at", factor.pending_at)
      .instant(":last_used_at", factor.last_used_at);
  TRY(put.run());
  return {};
}

Result<void> SqlFactorStore::remove_totp(Transaction& tx, UserId user) {
  Statement remove = TRY(at(tx).prepare("DELETE FROM totp_factor WHERE user_id = :user"));
  TRY(remove.id(":user", user).run());
  return {};
}

// --------------------------------------------------------------- recovery codes

Result<std::vector<RecoveryCode>> SqlFactorStore::recovery_codes(Snapshot& snapshot, UserId user) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT digest, created_at, used_at FROM recovery_code WHERE user_id = :user"));
  return all(select.id(":user", user), read_code);
}

Result<void> SqlFactorStore::replace_recovery_codes(Transaction& tx, UserId user,
                                                    const std::vector<TokenDigest>& digests, Instant now) {
  Statement remove = TRY(at(tx).prepare("DELETE FROM recovery_code WHERE user_id = :user"));
  TRY(remove.id(":user", user).run());
  for (const TokenDigest& digest : digests) {
    Statement insert = TRY(at(tx).prepare(
        "INSERT INTO recovery_code (user_id, digest, created_at, used_at) VALUES (:user, :digest, :now, 0)"));
    TRY(insert.id(":user", user).blob(":digest", digest).instant(":now", now).run());
  }
  return {};
}

Result<bool> SqlFactorStore::use_recovery_code(Transaction& tx, UserId user, const TokenDigest& digest, Instant now) {
  Statement update = TRY(at(tx).prepare(
      "UPDATE recovery_code SET used_at = :now WHERE user_id = :user AND digest = :digest AND used_at = 0"));
  const std::int64_t changed = TRY(update.id(":user", user).blob(":digest", digest).instant(":now", now).run());
  return changed == 1;
}

// --------------------------------------------------------------------- passkeys

Result<std::vector<Passkey>> SqlFactorStore::passkeys(Snapshot& snapshot, UserId user) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT " CONNLOG_PASSKEY_COLUMNS " FROM passkey WHERE user_id = :user ORDER BY id"));
  return all(select.id(":user", user), read_passkey);
}

Result<std::optional<Passkey>> SqlFactorStore::passkey(Snapshot& snapshot, UserId user, PasskeyId id) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT " CONNLOG_PASSKEY_COLUMNS " FROM passkey WHERE user_id = :user AND id = :id"));
  return one(select.id(":user", user).id(":id", id), read_passkey);
}

Result<std::optional<Passkey>> SqlFactorStore::passkey_of_credential(Snapshot& snapshot,
                                                                     const std::string& credential_id) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT " CONNLOG_PASSKEY_COLUMNS " FROM passkey WHERE credential_id = :credential"));
  return one(select.text(":credential", credential_id), read_passkey);
}

Result<void> SqlFactorStore::insert_passkey(Transaction& tx, const Passkey& passkey) {
  Statement insert = TRY(
      at(tx).prepare("INSERT INTO passkey (" CONNLOG_PASSKEY_COLUMNS
                     ") VALUES (:id, :user, :credential, :algorithm, :key, :counter, :name, :backed_up, :created_at, "
                     ":last_used_at)"));
  insert.id(":id", passkey.id)
      .id(":user", passkey.user)
      .text(":credential", passkey.credential_id)
      .text(":algorithm", to_text(passkey.key.algorithm))
      .text(":key", webauthn::to_base64url(passkey.key.bytes))
      .integer(":counter", passkey.counter)
      .text(":name", passkey.name)
      .boolean(":backed_up", passkey.backed_up)
      .instant(":created_at", passkey.created_at)
      .instant(":last_used_at", passkey.last_used_at);
  TRY(insert.run());
  return {};
}

Result<void> SqlFactorStore::update_passkey(Transaction& tx, const Passkey& passkey) {
  Statement update = TRY(at(tx).prepare(
      "UPDATE passkey SET counter = :counter, name = :name, backed_up = :backed_up, last_used_at = :last_used_at "
      "WHERE user_id = :user AND id = :id"));
  update.id(":id", passkey.id)
      .id(":user", passkey.user)
      .integer(":counter", passkey.counter)
      .text(":name", passkey.name)
      .boolean(":backed_up", passkey.backed_up)
      .instant(":last_used_at", passkey.last_used_at);
  return exactly_one(update, "passkey");
}

Result<void> SqlFactorStore::remove_passkey(Transaction& tx, UserId user, PasskeyId id) {
  Statement remove = TRY(at(tx).prepare("DELETE FROM passkey WHERE user_id = :user AND id = :id"));
  return exactly_one(remove.id(":user", user).id(":id", id), "passkey");
}

// ------------------------------------------------------------ tickets, challenges

Result<std::optional<LoginTicket>> SqlFactorStore::ticket(Snapshot& snapshot, const TokenDigest& digest) const {
  Statement select = TRY(
      at(snapshot).prepare("SELECT token_digest, user_id, address, first_factor, state_digest, expires_at, failures "
                           "FROM login_ticket WHERE token_digest = :digest"));
  return one(select.blob(":digest", digest), read_ticket);
}

Result<void> SqlFactorStore::put_ticket(Transaction& tx, const LoginTicket& ticket) {
  Statement put = TRY(at(tx).prepare(
      "INSERT INTO login_ticket (token_digest, user_id, address, first_factor, state_digest, expires_at, failures) "
      "VALUES (:digest, :user, :address, :first_factor, :state, :expires_at, :failures) "
      "ON CONFLICT (token_digest) DO UPDATE SET failures = excluded.failures"));
  put.blob(":digest", ticket.token_digest)
      .id(":user", ticket.user)
      .text(":address", ticket.address)
      .text(":first_factor", to_text(ticket.first_factor))
      .blob(":state", ticket.state_digest)
      .instant(":expires_at", ticket.expires_at)
      .integer(":failures", ticket.failures);
  TRY(put.run());
  return {};
}

Result<void> SqlFactorStore::remove_ticket(Transaction& tx, const TokenDigest& digest) {
  Statement remove = TRY(at(tx).prepare("DELETE FROM login_ticket WHERE token_digest = :digest"));
  TRY(remove.blob(":digest", digest).run());
  return {};
}

Result<void> SqlFactorStore::thin_tickets(Transaction& tx, UserId user, int keep) {
  Statement remove = TRY(at(tx).prepare(
      "DELETE FROM login_ticket WHERE user_id = :user AND token_digest NOT IN (SELECT token_digest FROM login_ticket "
      "WHERE user_id = :user ORDER BY expires_at DESC LIMIT :keep)"));
  TRY(remove.id(":user", user).integer(":keep", keep).run());
  return {};
}

Result<bool> SqlFactorStore::use_challenge(Transaction& tx, const TokenDigest& digest, Instant expires_at) {
  Statement insert = TRY(at(tx).prepare(
      "INSERT INTO used_challenge (digest, expires_at) VALUES (:digest, :expires_at) ON CONFLICT (digest) DO NOTHING"));
  const std::int64_t inserted = TRY(insert.blob(":digest", digest).instant(":expires_at", expires_at).run());
  return inserted == 1;
}

// --------------------------------------------------------------------- sessions

Result<std::optional<SessionProof>> SqlFactorStore::proof(Snapshot& snapshot, SessionId session) const {
  Statement select = TRY(
      at(snapshot).prepare("SELECT session_id, opened_by, fresh_at FROM session_proof WHERE session_id = :session"));
  return one(select.id(":session", session), read_proof);
}

Result<void> SqlFactorStore::put_proof(Transaction& tx, const SessionProof& proof) {
  Statement put = TRY(at(tx).prepare(
      "INSERT INTO session_proof (session_id, opened_by, fresh_at) VALUES (:session, :opened_by, :fresh_at) "
      "ON CONFLICT (session_id) DO UPDATE SET opened_by = excluded.opened_by, fresh_at = excluded.fresh_at"));
  put.id(":session", proof.session).text(":opened_by", to_text(proof.opened_by)).instant(":fresh_at", proof.fresh_at);
  TRY(put.run());
  return {};
}

// ----------------------------------------------------------------------- policy

Result<std::optional<SecondFactorPolicy>> SqlFactorStore::policy(Snapshot& snapshot, WorkspaceId workspace) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT workspace_id, required_since, grace_until FROM second_factor_policy WHERE workspace_id = :workspace"));
  return one(select.id(":workspace", workspace), read_policy);
}

Result<void> SqlFactorStore::put_policy(Transaction& tx, const SecondFactorPolicy& policy) {
  Statement put = TRY(at(tx).prepare(
      "INSERT INTO second_factor_policy (workspace_id, required_since, grace_until) VALUES (:workspace, :since, :grace) "
      "ON CONFLICT (workspace_id) DO UPDATE SET required_since = excluded.required_since, grace_until = excluded.grace_until"));
  put.id(":workspace", policy.workspace).instant(":since", policy.required_since).instant(":grace", policy.grace_until);
  TRY(put.run());
  return {};
}

Result<void> SqlFactorStore::remove_policy(Transaction& tx, WorkspaceId workspace) {
  Statement remove = TRY(at(tx).prepare("DELETE FROM second_factor_policy WHERE workspace_id = :workspace"));
  TRY(remove.id(":workspace", workspace).run());
  return {};
}

Result<std::vector<SecondFactorPolicy>> SqlFactorStore::policies_of(Snapshot& snapshot, UserId user) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT p.workspace_id, p.required_since, p.grace_until FROM second_factor_policy p "
      "JOIN membership m ON m.workspace_id = p.workspace_id WHERE m.user_id = :user ORDER BY p.workspace_id"));
  return all(select.id(":user", user), read_policy);
}

Result<std::vector<std::string>> SqlFactorStore::members_without(Snapshot& snapshot, WorkspaceId workspace,
                                                                 int limit) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT u.name FROM membership m JOIN app_user u ON u.id = m.user_id WHERE m.workspace_id = :workspace "
      "AND u.enabled = 1 AND NOT EXISTS (SELECT 1 FROM passkey p WHERE p.user_id = u.id) "
      "AND NOT EXISTS (SELECT 1 FROM totp_factor t WHERE t.user_id = u.id AND t.sealed_secret <> '') "
      "ORDER BY u.name, u.id LIMIT :limit"));
  return all(select.id(":workspace", workspace).integer(":limit", limit), [](Row& row) { return row.text(); });
}

Result<void> SqlFactorStore::remove_expired(Transaction& tx, Instant now) {
  Statement tickets = TRY(at(tx).prepare("DELETE FROM login_ticket WHERE expires_at <= :now"));
  TRY(tickets.instant(":now", now).run());
  Statement challenges = TRY(at(tx).prepare("DELETE FROM used_challenge WHERE expires_at <= :now"));
  TRY(challenges.instant(":now", now).run());
  return {};
}

}  // namespace connlog::storage
