// Proving a factor: the second step of a login, a login by a passkey alone, and a fresh proof for a dangerous act.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/crypto/sealed.h"
#include "core/crypto/token.h"
#include "core/crypto/totp.h"
#include "core/identity/second_factor.h"
#include "core/net/address_range.h"

namespace connlog {
namespace {

constexpr std::string_view kTicketPrefix = "login_";
constexpr std::string_view kPasswordless = "login";
constexpr std::size_t kCodeBytesMax = 64;

Error no_such_ticket() {
  return Error{ErrorCode::unauthenticated, "This login took too long, or was begun elsewhere. Log in again."};
}

std::string account_of(UserId user) {
  return user.is_nil() ? std::string() : user.text();
}

Actor somebody(const User& user, const Origin& origin) {
  Actor actor;
  actor.kind = Actor::Kind::user;
  actor.user = user.id;
  actor.name = user.name;
  actor.address = origin.address;
  return actor;
}

}  // namespace

// ---- limits ----

Result<void> SecondFactors::attempt(const Origin& origin, UserId user) {
  const std::string account = account_of(user);
  return parts_.limiter.admit(Attempt::second_factor, {.address = origin.address, .account = account, .device = {}});
}

void SecondFactors::succeeded(const Origin& origin, UserId user) {
  const std::string account = account_of(user);
  parts_.limiter.succeeded(Attempt::second_factor, {.address = origin.address, .account = account, .device = {}});
}

void SecondFactors::failed(const Origin& origin, UserId user) const {
  const std::string account = account_of(user);
  parts_.limiter.failed(Attempt::second_factor, {.address = origin.address, .account = account, .device = {}});
}

// ---- the first half ----

Result<CheckedProof> SecondFactors::check(Snapshot& snapshot, UserId user, std::string_view ceremony,
                                          const Proof& proof, webauthn::Expected::Verification verification) const {
  CheckedProof checked;
  checked.method = proof.method;
  checked.user = user;
  switch (proof.method) {
    case ProofMethod::totp: {
      checked.why = "wrong one-time code";
      const auto factor = TRY(parts_.factors.totp(snapshot, user));
      if (!factor || factor->sealed_secret.empty()) return checked;
      const Secret secret = TRY(unseal(parts_.keyring, totp_context(user), factor->sealed_secret));
      std::string digits;
      for (const char c : proof.code.reveal().substr(0, kCodeBytesMax)) {
        if (c != ' ') digits += c;
      }
      // Called with last step 0, so a used code passes here and accept() refuses it. The log then tells used codes from
      // wrong ones; the answer does not.
      const auto step = totp::accepted_step(secret, digits, parts_.clock.believed(), 0);
      if (!step) return checked;
      checked.totp_step = *step;
      checked.good = true;
      return checked;
    }
    case ProofMethod::recovery: {
      checked.why = "wrong recovery code";
      if (proof.code.reveal().size() > kCodeBytesMax) return checked;
      checked.recovery_digest = recovery_digest(user, proof.code.reveal());
      const auto factors = TRY(of(snapshot, user));
      checked.good = factors.any();
      return checked;
    }
    case ProofMethod::passkey: {
      checked.why = "unknown passkey";
      const auto passkey =
          TRY(parts_.factors.passkey_of_credential(snapshot, webauthn::to_base64url(proof.passkey.credential_id)));
      if (!passkey || passkey->user != user) return checked;
      check_passkey(*passkey, ceremony, proof.passkey, verification, checked);
      return checked;
    }
    case ProofMethod::password:
    case ProofMethod::provider:
      break;
  }
  checked.why = "not a second factor";
  return checked;
}

void SecondFactors::check_passkey(const Passkey& passkey, std::string_view ceremony, const PasskeyAnswer& answer,
                                  webauthn::Expected::Verification verification, CheckedProof& out) const {
  const std::string challenge = challenge_in(answer.client_data);
  const auto open = open_challenge(challenge_key_, ceremony, challenge, parts_.clock.believed());
  if (!open) {
    out.why = open.error().cause;
    return;
  }
  const webauthn::Expected expected{challenge, public_url_, rp_id_, verification};
  const auto assertion =
      webauthn::check_assertion(expected, passkey.key, answer.client_data, answer.authenticator_data, answer.signature);
  if (!assertion) {
    out.why = assertion.error().cause;
    return;
  }
  out.passkey = passkey.id;
  out.assertion = *assertion;
  out.challenge = *open;
  out.good = true;
  out.why.clear();
}

Result<CheckedProof> SecondFactors::check_passwordless(Snapshot& snapshot, const PasskeyAnswer& answer) const {
  CheckedProof checked;
  checked.method = ProofMethod::passkey;
  checked.why = "unknown passkey";
  const auto passkey =
      TRY(parts_.factors.passkey_of_credential(snapshot, webauthn::to_base64url(answer.credential_id)));
  if (!passkey) return checked;
  checked.user = passkey->user;
  // WebAuthn §7.2 step 6: the user that the authenticator names must own the passkey.
  if (answer.user_handle != webauthn::to_base64url(passkey->user.bytes)) {
    checked.why = "webauthn: user handle";
    return checked;
  }
  check_passkey(*passkey, kPasswordless, answer, webauthn::Expected::Verification::required, checked);
  return checked;
}

// ---- the second half ----

Result<bool> SecondFactors::accept(Transaction& tx, const Origin& origin, const User& user,
                                   const CheckedProof& checked) {
  const Instant now = parts_.clock.believed();
  const Actor actor = somebody(user, origin);
  const auto refuse = [&](const std::string& why) -> Result<bool> {
    TRY(parts_.audit.append_security(tx, actor, {}, user.id, "second_factor.refused", user.mail, why));
    return false;
  };
  if (!checked.good || checked.user != user.id) return refuse(checked.why);
  switch (checked.method) {
    case ProofMethod::totp: {
      auto factor = TRY(parts_.factors.totp(tx, user.id));
      if (!factor || factor->sealed_secret.empty()) return refuse("no authenticator application (any more)");
      if (checked.totp_step <= factor->last_step) return refuse("a one-time code that was used before");
      factor->last_step = checked.totp_step;
      factor->last_used_at = now;
      TRY(parts_.factors.put_totp(tx, *factor));
      return true;
    }
    case ProofMethod::recovery: {
      const bool used = TRY(parts_.factors.use_recovery_code(tx, user.id, checked.recovery_digest, now));
      if (!used) return refuse(checked.why);
      const Factors factors = TRY(of(tx, user.id));
      TRY(tell(tx, actor, user, "second_factor.recovery_code_used",
               fmt::format("a recovery code ({} are left)", factors.recovery_left)));
      return true;
    }
    case ProofMethod::passkey: {
      auto passkey = TRY(parts_.factors.passkey(tx, user.id, checked.passkey));
      if (!passkey) return refuse("unknown passkey");
      const bool fresh = TRY(parts_.factors.use_challenge(tx, checked.challenge.digest, checked.challenge.expires_at));
      if (!fresh) return refuse("challenge: used before");
      if (webauthn::counter_went_back(passkey->counter, checked.assertion.counter)) {
        TRY(tell(tx, actor, user, "second_factor.passkey_copied",
                 fmt::format("the counter of the passkey {} went from {} to {}: there may be a copy of it",
                             passkey->name, passkey->counter, checked.assertion.counter)));
        return false;
      }
      passkey->counter = checked.assertion.counter;
      passkey->backed_up = checked.assertion.backed_up;
      passkey->last_used_at = now;
      TRY(parts_.factors.update_passkey(tx, *passkey));
      return true;
    }
    case ProofMethod::password:
    case ProofMethod::provider:
      break;
  }
  return refuse(checked.why);
}

// ---- the second step of a login ----

TokenDigest SecondFactors::state_digest(const User& user) const {
  return digest_token(digest_key_, "state:" + user.password_hash);
}

Result<std::optional<Secret>> SecondFactors::ask(Transaction& tx, const Origin& origin, const User& user,
                                                 ProofMethod first) {
  const Factors factors = TRY(of(tx, user.id));
  if (!factors.any()) return std::optional<Secret>{};
  Secret token = make_token(kTicketPrefix, parts_.random);
  LoginTicket ticket;
  ticket.token_digest = digest_token(digest_key_, token.reveal());
  ticket.user = user.id;
  ticket.address = address_unit(origin.address);
  ticket.first_factor = first;
  ticket.state_digest = state_digest(user);
  ticket.expires_at = parts_.clock.believed() + kTicketLifetime;
  TRY(parts_.factors.put_ticket(tx, ticket));
  TRY(parts_.factors.thin_tickets(tx, user.id, kTicketsKept));
  return std::optional<Secret>(std::move(token));
}

Result<LoginTicket> SecondFactors::open_ticket(Snapshot& snapshot, const Origin& origin, std::string_view text) const {
  if (!is_token_shaped(kTicketPrefix, text)) return no_such_ticket();
  auto ticket = TRY(parts_.factors.ticket(snapshot, digest_token(digest_key_, text)));
  if (!ticket || ticket->expires_at <= parts_.clock.believed() || ticket->failures >= kTicketFailuresMax)
    return no_such_ticket();
  if (ticket->address != address_unit(origin.address)) return no_such_ticket();
  return *std::move(ticket);
}

std::string SecondFactors::ceremony_of(const LoginTicket& ticket) {
  return "second_factor:" + to_hex(ticket.token_digest);
}

Result<std::optional<User>> SecondFactors::redeem(Transaction& tx, const Origin& origin, std::string_view text,
                                                  const CheckedProof& checked) {
  LoginTicket ticket = TRY(open_ticket(tx, origin, text));
  auto user = TRY(parts_.users.find(tx, ticket.user));
  // Between the two steps the person may have been disabled or given another password.
  if (!user || !user->enabled || state_digest(*user) != ticket.state_digest) return no_such_ticket();
  const bool accepted = TRY(accept(tx, origin, *user, checked));
  if (!accepted) {
    ++ticket.failures;
    TRY(parts_.factors.put_ticket(tx, ticket));
    return std::optional<User>{};
  }
  TRY(parts_.factors.remove_ticket(tx, ticket.token_digest));
  return user;
}

// ---- freshness ----

Result<SessionProof> SecondFactors::proof_of(Snapshot& snapshot, const Session& session) const {
  const auto proof = TRY(parts_.factors.proof(snapshot, session.id));
  if (proof) return *proof;
  return SessionProof{session.id, ProofMethod::password, session.created_at};
}

seconds SecondFactors::fresh_for() const {
  return std::chrono::minutes(parts_.limits.value(Limit::fresh_minutes));
}

Result<bool> SecondFactors::is_fresh(Snapshot& snapshot, const Session& session) const {
  const SessionProof proof = TRY(proof_of(snapshot, session));
  const Instant now = parts_.clock.believed();
  // A proof more than a second in the future is not fresh: if the clock was set back, nothing stays fresh for longer
  // than it should.
  return proof.fresh_at <= now + seconds(1) && now < proof.fresh_at + fresh_for();
}

Result<void> SecondFactors::opened_by(Transaction& tx, const Session& session, ProofMethod method) {
  return parts_.factors.put_proof(tx, SessionProof{session.id, method, parts_.clock.believed()});
}

Result<void> SecondFactors::carry(Transaction& tx, SessionProof proof, const Session& to) {
  proof.session = to.id;
  return parts_.factors.put_proof(tx, proof);
}

Result<void> SecondFactors::renewed(Transaction& tx, const Actor& actor, const Session& session, ProofMethod method) {
  SessionProof proof = TRY(proof_of(tx, session));
  proof.fresh_at = parts_.clock.believed();
  TRY(parts_.factors.put_proof(tx, proof));
  return parts_.audit.append_security(tx, actor, {}, session.user, "session.proved", actor.name,
                                      std::string(to_text(method)));
}

}  // namespace connlog
