// Second factors: setting them up, proving them, and the effects of a proof.
//
// A person can have one-time codes of an authenticator application, passkeys, and ten recovery codes for the day on
// which both are gone. Recovery codes alone are no factor. A proof comes in two halves, like a password: `check` on the
// worker (signatures take milliseconds), `accept` inside the transaction, where what is valid once is used up. A
// refusal is a verdict and not an error, because it is recorded and counted in the same transaction.
//
// A login that waits for a second factor has a ticket: single use, valid for five minutes, bound to the person, to the
// password that was right and to the address; five wrong answers end it. A session's proof stays fresh for some minutes
// (a limit); dangerous acts ask for a fresh one. Any thread may enter.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/people/actor.h"
#include "core/people/limits.h"
#include "core/people/workspace.h"
#include "core/audit/audit.h"
#include "core/base/events.h"
#include "core/base/random.h"
#include "core/base/secret.h"
#include "core/crypto/keyring.h"
#include "core/identity/attempt_limiter.h"
#include "core/identity/challenge.h"
#include "core/identity/factor.h"
#include "core/identity/identity_service.h"
#include "core/notify/letters.h"

namespace connlog {

// The factors that a person has in force.
struct Factors {
  std::optional<TotpFactor> totp;
  std::vector<Passkey> passkeys;
  int recovery_left = 0;
  Instant recovery_made_at;
  bool any() const { return totp.has_value() || !passkeys.empty(); }
};

// The answer of an authenticator as the browser sends it. The lengths are checked where it is read (webauthn.h).
struct PasskeyAnswer {
  std::vector<std::uint8_t> credential_id, client_data, authenticator_data, signature;
  std::string user_handle;  // base64url; empty: not given
};

struct Proof {
  ProofMethod method = ProofMethod::totp;
  Secret code;  // totp, recovery
  PasskeyAnswer passkey;
};

// The result of the first half.
struct CheckedProof {
  ProofMethod method = ProofMethod::totp;
  UserId user;
  bool good = false;
  std::string why;  // for the security event: a short phrase that does not repeat what was typed
  std::int64_t totp_step = 0;
  TokenDigest recovery_digest{};
  PasskeyId passkey;
  webauthn::Assertion assertion;
  OpenChallenge challenge;
};

// What a workspace requires of one person.
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
  static constexpr int kTicketsKept = 5;  // per person
  static constexpr int kGraceDaysMax = 60;

  struct Parts {
    FactorStore& factors;
    UserStore& users;
    WorkspaceStore& workspaces;
    AuditLog& audit;
    Letters& letters;  // tells a person of every change
    AttemptLimiter& limiter;
    EventBus& events;      // open screens hear of a policy
    const Limits& limits;  // how long a proof stays fresh
    const Keyring& keyring;
    const Clock& clock;
    Random& random;
  };
  // `public_url`: the origin that passkeys are bound to, and the name shown by authenticator applications.
  SecondFactors(Parts parts, std::string public_url);

  // ---- what there is ----
  Result<Factors> of(Snapshot&, UserId) const;
  // The factors that this person can prove, best first; empty: none.
  Result<std::vector<ProofMethod>> methods(Snapshot&, UserId) const;
  bool passkeys_exist() const { return !rp_id_.empty(); }  // the public address is a name (not an IP address) under TLS
  const std::string& rp_id() const { return rp_id_; }

  // ---- setting up; `actor` is the person themselves ----
  struct TotpOffer {
    Secret secret;  // base32
    Secret url;     // for the QR code
  };
  Result<TotpOffer> offer_totp(Transaction&, const Actor&, const User&);
  // The code proves that the application has the secret. Returns new recovery codes if none were left, else none.
  // `invalid_input` on "code".
  Result<std::vector<Secret>> confirm_totp(Transaction&, const Actor&, const User&, std::string_view code);
  Result<void> remove_totp(Transaction&, const Actor&, const User&);
  // Makes a new set; the old one ends. `conflict` while the person has no factor.
  Result<std::vector<Secret>> renew_recovery_codes(Transaction&, const Actor&, const User&);

  std::string challenge(std::string_view ceremony) const;
  struct NewPasskey {
    Passkey passkey;
    std::vector<Secret> recovery_codes;  // new ones, if none were left
  };
  // The first half: checks the answer of the browser. `ceremony` as in challenge().
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
  // Removes every factor and the recovery codes of a person who lost them, even if a workspace requires a factor. By an
  // administrator or the command line.
  Result<void> remove_all(Transaction&, const Actor&, UserId);

  // ---- proving ----
  // Call attempt() before the work: it counts by address and by person, and refuses with `rate_limited`. Then call one
  // of the two others.
  Result<void> attempt(const Origin&, UserId);
  void succeeded(const Origin&, UserId);
  void failed(const Origin&, UserId) const;
  Result<CheckedProof> check(Snapshot&, UserId, std::string_view ceremony, const Proof&,
                             webauthn::Expected::Verification) const;
  // A login by a passkey alone: the passkey tells who the person is, and the authenticator must have verified them.
  // `user` is nil when nobody was found.
  Result<CheckedProof> check_passwordless(Snapshot&, const PasskeyAnswer&) const;
  // Uses up the proof. False: refused, and the security event is written.
  Result<bool> accept(Transaction&, const Origin&, const User&, const CheckedProof&);

  // ---- the second step of a login ----
  // Begins the second step. Empty when this person has no second factor; otherwise the login goes on with this ticket.
  Result<std::optional<Secret>> ask(Transaction&, const Origin&, const User&, ProofMethod first);
  // `unauthenticated` when the ticket is unknown, used, too old, from another address or ended by five wrong answers.
  Result<LoginTicket> open_ticket(Snapshot&, const Origin&, std::string_view ticket) const;
  static std::string ceremony_of(const LoginTicket&);
  // Uses up the ticket if the proof is accepted; otherwise counts a failure and returns nothing. `unauthenticated` also
  // when the person was disabled or got another password.
  Result<std::optional<User>> redeem(Transaction&, const Origin&, std::string_view ticket, const CheckedProof&);

  // ---- freshness ----
  Result<SessionProof> proof_of(Snapshot&, const Session&) const;
  Result<bool> is_fresh(Snapshot&, const Session&) const;
  seconds fresh_for() const;
  // Records how a session was opened, if not by a password alone.
  Result<void> opened_by(Transaction&, const Session&, ProofMethod);
  // Gives a session that replaces another one the same proof: it is as fresh as the old one.
  Result<void> carry(Transaction&, SessionProof, const Session& to);
  Result<void> renewed(Transaction&, const Actor&, const Session&, ProofMethod);

  // ---- what workspaces ask for ----
  Result<std::optional<SecondFactorPolicy>> policy(Snapshot&, WorkspaceId) const;
  Result<PolicyStanding> standing(Snapshot&, WorkspaceId, UserId) const;
  // The workspaces of this person that require a factor.
  Result<std::vector<Workspace>> required_by(Snapshot&, UserId) const;
  // Names of members without a factor, at most a hundred.
  Result<std::vector<std::string>> members_without(Snapshot&, WorkspaceId) const;
  // Requires a factor of every member after `grace_days`. `conflict` if the actor has none. If it is required already,
  // only the grace changes.
  Result<void> require(Transaction&, const Actor&, WorkspaceId, int grace_days);
  Result<void> waive(Transaction&, const Actor&, WorkspaceId);

  Result<void> remove_expired(Transaction&);  // for the maintenance thread

 private:
  std::string totp_context(UserId) const;
  TokenDigest recovery_digest(UserId, std::string_view code) const;
  TokenDigest state_digest(const User&) const;
  Result<std::vector<Secret>> make_recovery_codes(Transaction&, UserId);
  Result<std::vector<Secret>> recovery_codes_if_none(Transaction&, UserId);
  // `conflict` if a workspace of this person requires a factor and this was the last one.
  Result<void> may_lose_last(Snapshot&, UserId) const;
  Result<void> after_removal(Transaction&, UserId);
  // Writes a security event and sends the person a letter.
  Result<void> tell(Transaction&, const Actor&, const User&, const std::string& act, const std::string& details);
  void check_passkey(const Passkey&, std::string_view ceremony, const PasskeyAnswer&, webauthn::Expected::Verification,
                     CheckedProof& out) const;

  Parts parts_;
  std::string public_url_;
  std::string rp_id_;
  Key digest_key_, challenge_key_;
};

}  // namespace connlog
