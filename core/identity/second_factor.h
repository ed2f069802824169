// Second factors: setting them up, proving them, and what follows from a proof.
//
// What a person can have: one-time codes of an authenticator application, passkeys, and ten recovery codes for the day on
// which both are gone. Recovery codes alone are no factor. Proving one comes in two halves, like a password: `check` on the
// worker (signatures take milliseconds), `accept` inside the transaction, where what can be used once is used up. A refusal
// is not an error but a verdict, because it is written down and counted in the same transaction.
//
// A login with a second factor is held by a ticket: single use, five minutes, bound to the person, to the password that was
// right and to the address; five wrong answers end it. A session's proof is fresh for a while (a setting); dangerous acts
// ask for a fresh one. Any thread may enter.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/people/actor.h"
#include "core/people/limits.h"
#include "core/people/workspace.h"
#include "core/audit/audit.h"
#include "core/base/random.h"
#include "core/base/secret.h"
#include "core/crypto/keyring.h"
#include "core/identity/attempt_limiter.h"
#include "core/identity/challenge.h"
#include "core/identity/factor.h"
#include "core/identity/identity_service.h"
#include "core/notify/letters.h"

namespace connlog {

// What a person has in force.
struct Factors {
  std::optional<TotpFactor> totp;
  std::vector<Passkey> passkeys;
  int recovery_left = 0;
  Instant recovery_made_at;
  bool any() const { return totp.has_value() || !passkeys.empty(); }
};

// What a browser hands on from an authenticator; lengths are bounded where they are read (webauthn.h).
struct PasskeyAnswer {
  std::vector<std::uint8_t> credential_id, client_data, authenticator_data, signature;
  std::string user_handle;  // base64url; empty: none was given
};

struct Proof {
  ProofMethod method = ProofMethod::totp;
  Secret code;  // totp, recovery
  PasskeyAnswer passkey;
};

// What the first half found.
struct CheckedProof {
  ProofMethod method = ProofMethod::totp;
  UserId user;
  bool good = false;
  std::string why;  // for the security event: a short phrase without what was typed
  std::int64_t totp_step = 0;
  TokenDigest recovery_digest{};
  PasskeyId passkey;
  webauthn::Assertion assertion;
  OpenChallenge challenge;
};

// What a workspace asks of one person.
struct PolicyStanding {
  enum class State { nothing, reminded, refused } state = State::nothing;
  Instant grace_until;
};

class SecondFactors {
 public:
  static constexpr int kRecoveryCodes = 10;
  static constexpr int kPasskeysMax = 20;
  static constexpr seconds kTicketLifetime{300};
  static constexpr int kTicketFailuresMax = 5;
  static constexpr int kTicketsKept = 5;  // of one person
  static constexpr int kGraceDaysMax = 60;

  struct Parts {
    FactorStore& factors;
    UserStore& users;
    WorkspaceStore& workspaces;
    AuditLog& audit;
    Letters& letters;  // a person is told of every change
    AttemptLimiter& limiter;
    const Limits& limits;  // how long a proof stays fresh
    const Keyring& keyring;
    const Clock& clock;
    Random& random;
  };
  // `public_url`: where passkeys belong to, and what authenticator applications show.
  SecondFactors(Parts parts, std::string public_url);

  // ---- what there is ----
  Result<Factors> of(Snapshot&, UserId) const;
  // What proves this person beside the password, best first; empty: nothing does.
  Result<std::vector<ProofMethod>> methods(Snapshot&, UserId) const;
  bool passkeys_exist() const { return !rp_id_.empty(); }  // the public address is a name under TLS
  const std::string& rp_id() const { return rp_id_; }

  // ---- setting up; `actor` is the person themselves ----
  struct TotpOffer {
    Secret secret;  // base32
    Secret url;     // for the QR code
  };
  Result<TotpOffer> offer_totp(Transaction&, const Actor&, const User&);
  // The code shows that the application has the secret. Answers fresh recovery codes where there were none left, else
  // none. `invalid_input` on "code".
  Result<std::vector<Secret>> confirm_totp(Transaction&, const Actor&, const User&, std::string_view code);
  Result<void> remove_totp(Transaction&, const Actor&, const User&);
  // A new set; the old one ends. `conflict` while there is no factor that they could stand in for.
  Result<std::vector<Secret>> renew_recovery_codes(Transaction&, const Actor&, const User&);

  std::string challenge(std::string_view ceremony) const;
  struct NewPasskey {
    Passkey passkey;
    std::vector<Secret> recovery_codes;  // fresh ones, where there were none left
  };
  // The first half: checks what the browser handed over. `ceremony` as in challenge().
  struct CheckedRegistration {
    webauthn::NewCredential credential;
    OpenChallenge challenge;
  };
  Result<CheckedRegistration> check_registration(std::string_view ceremony,
                                                 const std::vector<std::uint8_t>& client_data,
                                                 const std::vector<std::uint8_t>& attestation) const;
  Result<NewPasskey> add_passkey(Transaction&, const Actor&, const User&, const CheckedRegistration&,
                                 const std::string& name);
  Result<Passkey> rename_passkey(Transaction&, const Actor&, const User&, PasskeyId, const std::string& name);
  Result<void> remove_passkey(Transaction&, const Actor&, const User&, PasskeyId);
  // Everything, for somebody who lost it all; whatever workspaces ask for. By an administrator or the command line.
  Result<void> remove_all(Transaction&, const Actor&, UserId);

  // ---- proving ----
  // Before the work: by address and by person. `rate_limited`. Then one of the two others.
  Result<void> attempt(const Origin&, UserId);
  void succeeded(const Origin&, UserId);
  void failed(const Origin&, UserId) const;
  Result<CheckedProof> check(Snapshot&, UserId, std::string_view ceremony, const Proof&,
                             webauthn::Expected::Verification) const;
  // A passkey alone, by which the person is found; they must have been verified. Nobody found: `user` is nil.
  Result<CheckedProof> check_passwordless(Snapshot&, const PasskeyAnswer&) const;
  // Uses it up. False: refused, which is then a security event.
  Result<bool> accept(Transaction&, const Origin&, const User&, const CheckedProof&);

  // ---- the second step of a login ----
  // Nothing: this person has no second factor. Otherwise the login goes on with this ticket.
  Result<std::optional<Secret>> ask(Transaction&, const Origin&, const User&, ProofMethod first);
  // `unauthenticated`: unknown, used, too old, from another address, or the person's state changed.
  Result<LoginTicket> open_ticket(Snapshot&, const Origin&, std::string_view ticket) const;
  static std::string ceremony_of(const LoginTicket&);
  // Spends the ticket when the proof is accepted; counts a failure otherwise. Nothing: refused.
  Result<std::optional<User>> redeem(Transaction&, const Origin&, std::string_view ticket, const CheckedProof&);

  // ---- freshness ----
  Result<SessionProof> proof_of(Snapshot&, const Session&) const;
  Result<bool> is_fresh(Snapshot&, const Session&) const;
  seconds fresh_for() const;
  // After opening a session by something else than a password alone.
  Result<void> opened_by(Transaction&, const Session&, ProofMethod);
  // A session in place of another: as fresh as that was, no fresher.
  Result<void> carry(Transaction&, SessionProof, const Session& to);
  Result<void> renewed(Transaction&, const Actor&, const Session&, ProofMethod);

  // ---- what workspaces ask for ----
  Result<std::optional<SecondFactorPolicy>> policy(Snapshot&, WorkspaceId) const;
  Result<PolicyStanding> standing(Snapshot&, WorkspaceId, UserId) const;
  // Workspaces of theirs that ask for a factor.
  Result<std::vector<Workspace>> required_by(Snapshot&, UserId) const;
  // Names of members who have none, at most a hundred.
  Result<std::vector<std::string>> members_without(Snapshot&, WorkspaceId) const;
  // The actor must have a factor: `conflict` otherwise. Already required: only the grace changes.
  Result<void> require(Transaction&, const Actor&, WorkspaceId, int grace_days);
  Result<void> waive(Transaction&, const Actor&, WorkspaceId);

  Result<void> remove_expired(Transaction&);  // for the maintenance thread

 private:
  std::string totp_context(UserId) const;
  TokenDigest recovery_digest(UserId, std::string_view code) const;
  TokenDigest state_digest(const User&) const;
  Result<std::vector<Secret>> make_recovery_codes(Transaction&, UserId);
  Result<std::vector<Secret>> recovery_codes_if_none(Transaction&, UserId);
  // `conflict` where a workspace of theirs requires a factor and this was the last one.
  Result<void> may_lose_last(Snapshot&, UserId) const;
  Result<void> after_removal(Transaction&, UserId);
  // A security event, and a letter to the person.
  Result<void> tell(Transaction&, const Actor&, const User&, const std::string& act, const std::string& details);
  void check_passkey(const Passkey&, std::string_view ceremony, const PasskeyAnswer&, webauthn::Expected::Verification,
                     CheckedProof& out) const;

  Parts parts_;
  std::string public_url_;
  std::string rp_id_;
  Key digest_key_, challenge_key_;
};

}  // namespace connlog
