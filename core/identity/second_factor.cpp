// Setting up and removing factors, and what workspaces require. Proving is in factor_proof.cpp.
#include "core/identity/second_factor.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/crypto/sealed.h"
#include "core/crypto/token.h"
#include "core/crypto/totp.h"
#include "core/people/standing.h"

namespace connlog {
namespace {

constexpr std::string_view kChallengePurpose = "passkey-challenge";  // keys issued challenges: never renamed
constexpr std::size_t kNameMax = 60;
constexpr int kNamesMax = 100;

// 10 characters from 31 that are hard to confuse: 49 bits. Protected by a keyed digest and a limit on attempts.
Secret make_code(Random& random) {
  static constexpr std::string_view kCharacters = "abcdefghjkmnpqrstuvwxyz23456789";
  std::string text;
  for (int i = 0; i < 10; ++i) {
    if (i == 5) text += '-';
    text += kCharacters[static_cast<std::size_t>(random.below(kCharacters.size()))];
  }
  return Secret(std::move(text));
}

std::string host_of(std::string_view url) {
  const std::size_t begin = url.find("//");
  return begin == std::string_view::npos ? std::string(url) : std::string(url.substr(begin + 2));
}

// "an authenticator application was set up"
std::string phrase_of(const std::string& act, const std::string& details) {
  if (act == "second_factor.passkey_copied") return details;
  const bool added = act.ends_with("_added") || act.ends_with("_renewed");
  return details + (act.ends_with("_used") ? " was used" : added ? " was set up" : " was removed");
}

Error no_such_passkey() {
  return Error{ErrorCode::not_found, "There is no such passkey (any more)."};
}

}  // namespace

SecondFactors::SecondFactors(Parts parts, std::string public_url)
    : parts_(parts),
      public_url_(std::move(public_url)),
      rp_id_(webauthn::rp_id_of(public_url_)),
      digest_key_(parts.keyring.derive(key_purpose::kTokenDigest)),
      challenge_key_(parts.keyring.derive(kChallengePurpose)) {}

std::string SecondFactors::totp_context(UserId user) const {
  return "totp." + user.text();
}

std::string SecondFactors::challenge(std::string_view ceremony) const {
  return make_challenge(challenge_key_, ceremony, parts_.clock.believed(), parts_.random);
}

// ---- what there is ----

Result<Factors> SecondFactors::of(Snapshot& snapshot, UserId user) const {
  Factors factors;
  factors.totp = TRY(parts_.factors.totp(snapshot, user));
  if (factors.totp && factors.totp->sealed_secret.empty()) factors.totp.reset();
  factors.passkeys = TRY(parts_.factors.passkeys(snapshot, user));
  const auto codes = TRY(parts_.factors.recovery_codes(snapshot, user));
  for (const RecoveryCode& code : codes) {
    factors.recovery_made_at = code.created_at;
    if (!code.used_at.is_set()) ++factors.recovery_left;
  }
  return factors;
}

Result<std::vector<ProofMethod>> SecondFactors::methods(Snapshot& snapshot, UserId user) const {
  const Factors factors = TRY(of(snapshot, user));
  std::vector<ProofMethod> methods;
  if (!factors.passkeys.empty() && passkeys_exist()) methods.push_back(ProofMethod::passkey);
  if (factors.totp) methods.push_back(ProofMethod::totp);
  if (factors.any() && factors.recovery_left > 0) methods.push_back(ProofMethod::recovery);
  return methods;
}

// ---- one-time codes ----

Result<SecondFactors::TotpOffer> SecondFactors::offer_totp(Transaction& tx, const Actor&, const User& user) {
  auto factor = TRY(parts_.factors.totp(tx, user.id));
  if (!factor) {
    factor.emplace();
    factor->user = user.id;
  }
  Secret secret = totp::make_secret(parts_.random);
  factor->sealed_pending = seal(parts_.keyring, totp_context(user.id), secret, parts_.random);
  factor->pending_at = parts_.clock.believed();
  TRY(parts_.factors.put_totp(tx, *factor));
  Secret url = totp::enrolment_url("connlog " + host_of(public_url_), user.mail, secret);
  return TotpOffer{std::move(secret), std::move(url)};
}

Result<std::vector<Secret>> SecondFactors::confirm_totp(Transaction& tx, const Actor& actor, const User& user,
                                                        std::string_view code) {
  auto factor = TRY(parts_.factors.totp(tx, user.id));
  if (!factor || factor->sealed_pending.empty()) {
    return Error{ErrorCode::conflict, "No authenticator application is being set up. Begin again."};
  }
  const Secret secret = TRY(unseal(parts_.keyring, totp_context(user.id), factor->sealed_pending));
  const Instant now = parts_.clock.believed();
  const auto step = totp::accepted_step(secret, code, now, 0);
  if (!step) {
    return invalid(
        "code",
        "This is not the code that the application should show now. Wait for the next one and try again; if it "
        "is refused too, check the clock of your device.");
  }
  const bool replaces = !factor->sealed_secret.empty();
  factor->sealed_secret = std::move(factor->sealed_pending);
  factor->sealed_pending.clear();
  factor->last_step = *step;  // the code that confirmed it is used up
  factor->confirmed_at = now;
  factor->pending_at = {};
  factor->last_used_at = {};
  TRY(parts_.factors.put_totp(tx, *factor));
  TRY(tell(tx, actor, user, "second_factor.totp_added",
           replaces ? "an authenticator application in place of another" : "an authenticator application"));
  return recovery_codes_if_none(tx, user.id);
}

Result<void> SecondFactors::remove_totp(Transaction& tx, const Actor& actor, const User& user) {
  const Factors factors = TRY(of(tx, user.id));
  if (!factors.totp) return Error{ErrorCode::not_found, "There is no authenticator application to remove."};
  if (factors.passkeys.empty()) TRY(may_lose_last(tx, user.id));
  TRY(parts_.factors.remove_totp(tx, user.id));
  TRY(after_removal(tx, user.id));
  return tell(tx, actor, user, "second_factor.totp_removed", "the authenticator application");
}

// ---- recovery codes ----

TokenDigest SecondFactors::recovery_digest(UserId user, std::string_view code) const {
  std::string plain;
  for (const char c : code) {
    if (c == '-' || c == ' ') continue;
    plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return digest_token(digest_key_, "recovery:" + user.text() + ":" + plain);
}

Result<std::vector<Secret>> SecondFactors::make_recovery_codes(Transaction& tx, UserId user) {
  std::vector<Secret> codes;
  std::vector<TokenDigest> digests;
  for (int i = 0; i < kRecoveryCodes; ++i) {
    codes.push_back(make_code(parts_.random));
    digests.push_back(recovery_digest(user, codes.back().reveal()));
  }
  TRY(parts_.factors.replace_recovery_codes(tx, user, digests, parts_.clock.believed()));
  return codes;
}

Result<std::vector<Secret>> SecondFactors::recovery_codes_if_none(Transaction& tx, UserId user) {
  const auto factors = TRY(of(tx, user));
  if (factors.recovery_left > 0) return std::vector<Secret>{};
  return make_recovery_codes(tx, user);
}

Result<std::vector<Secret>> SecondFactors::renew_recovery_codes(Transaction& tx, const Actor& actor, const User& user) {
  const auto factors = TRY(of(tx, user.id));
  if (!factors.any()) {
    return Error{
        ErrorCode::conflict,
        "Recovery codes stand in for a second factor. Set up an authenticator application or a passkey first."};
  }
  auto codes = TRY(make_recovery_codes(tx, user.id));
  TRY(tell(tx, actor, user, "second_factor.recovery_codes_renewed",
           "a new set of recovery codes in place of the old one"));
  return codes;
}

// ---- passkeys ----

Result<SecondFactors::CheckedRegistration> SecondFactors::check_registration(
    std::string_view ceremony, const std::vector<std::uint8_t>& client_data,
    const std::vector<std::uint8_t>& attestation) const {
  if (!passkeys_exist()) {
    return Error{ErrorCode::conflict,
                 "Passkeys need a public address that is a name under https. Set public_url to one."};
  }
  const std::string challenge = challenge_in(client_data);
  const OpenChallenge open = TRY(open_challenge(challenge_key_, ceremony, challenge, parts_.clock.believed()));
  const webauthn::Expected expected{challenge, public_url_, rp_id_, webauthn::Expected::Verification::preferred};
  auto registration = TRY(webauthn::check_registration(expected, client_data, attestation));
  return CheckedRegistration{std::move(registration), open};
}

Result<SecondFactors::NewPasskey> SecondFactors::add_passkey(Transaction& tx, const Actor& actor, const User& user,
                                                             const CheckedRegistration& checked,
                                                             const std::string& name) {
  NewPasskey added;
  Passkey& passkey = added.passkey;
  passkey.name = TRY(one_line("name", "The passkey's name", name, 1, kNameMax));
  const bool fresh = TRY(parts_.factors.use_challenge(tx, checked.challenge.digest, checked.challenge.expires_at));
  if (!fresh) {
    return invalid("credential", "This answer was used already. Begin again.");
  }
  passkey.credential_id = webauthn::to_base64url(checked.credential.id);
  const auto registered = TRY(parts_.factors.passkey_of_credential(tx, passkey.credential_id));
  if (registered) {
    return Error{ErrorCode::conflict, "This passkey is registered already.", "credential"};
  }
  const auto passkeys = TRY(parts_.factors.passkeys(tx, user.id));
  if (passkeys.size() >= kPasskeysMax) {
    return Error{ErrorCode::conflict,
                 fmt::format("There are {} passkeys already. Remove one that you no longer use.", kPasskeysMax)};
  }
  passkey.id = PasskeyId::make(parts_.clock.believed(), parts_.random);
  passkey.user = user.id;
  passkey.key = checked.credential.key;
  passkey.counter = checked.credential.counter;
  passkey.backed_up = checked.credential.backed_up;
  passkey.created_at = parts_.clock.believed();
  TRY(parts_.factors.insert_passkey(tx, passkey));
  TRY(tell(tx, actor, user, "second_factor.passkey_added", "the passkey " + passkey.name));
  added.recovery_codes = TRY(recovery_codes_if_none(tx, user.id));
  return added;
}

Result<Passkey> SecondFactors::rename_passkey(Transaction& tx, const Actor& actor, const User& user, PasskeyId id,
                                              const std::string& name) {
  auto passkey = TRY(parts_.factors.passkey(tx, user.id, id));
  if (!passkey) return no_such_passkey();
  const std::string before = passkey->name;
  passkey->name = TRY(one_line("name", "The passkey's name", name, 1, kNameMax));
  if (passkey->name == before) return *passkey;
  TRY(parts_.factors.update_passkey(tx, *passkey));
  TRY(parts_.audit.append_security(tx, actor, {}, user.id, "second_factor.passkey_renamed", user.mail,
                                   before + " → " + passkey->name));
  return *passkey;
}

Result<void> SecondFactors::remove_passkey(Transaction& tx, const Actor& actor, const User& user, PasskeyId id) {
  const auto passkey = TRY(parts_.factors.passkey(tx, user.id, id));
  if (!passkey) return no_such_passkey();
  const Factors factors = TRY(of(tx, user.id));
  if (!factors.totp && factors.passkeys.size() == 1) TRY(may_lose_last(tx, user.id));
  TRY(parts_.factors.remove_passkey(tx, user.id, id));
  TRY(after_removal(tx, user.id));
  return tell(tx, actor, user, "second_factor.passkey_removed", "the passkey " + passkey->name);
}

Result<void> SecondFactors::remove_all(Transaction& tx, const Actor& actor, UserId id) {
  const Factors factors = TRY(of(tx, id));
  const auto user = TRY(parts_.users.find(tx, id));
  if (!user || !factors.any()) return Error{ErrorCode::conflict, "This person has no second factor."};
  TRY(parts_.factors.remove_totp(tx, id));
  for (const Passkey& passkey : factors.passkeys) TRY(parts_.factors.remove_passkey(tx, id, passkey.id));
  TRY(after_removal(tx, id));
  return tell(tx, actor, *user, "second_factor.all_removed", "every second factor with the recovery codes");
}

Result<void> SecondFactors::may_lose_last(Snapshot& snapshot, UserId user) const {
  const auto workspaces = TRY(required_by(snapshot, user));
  for (const Workspace& workspace : workspaces) {
    return Error{ErrorCode::conflict,
                 fmt::format("The workspace {} requires a second factor, and this is your last one. Set up another one "
                             "first, or leave the workspace.",
                             workspace.name)};
  }
  return {};
}

// Removes the recovery codes with the last factor. Without a factor they would be a second password.
Result<void> SecondFactors::after_removal(Transaction& tx, UserId user) {
  const auto factors = TRY(of(tx, user));
  if (factors.any()) return {};
  return parts_.factors.replace_recovery_codes(tx, user, {}, parts_.clock.believed());
}

Result<void> SecondFactors::tell(Transaction& tx, const Actor& actor, const User& user, const std::string& act,
                                 const std::string& details) {
  TRY(parts_.audit.append_security(tx, actor, {}, user.id, act, user.mail, details));
  Letter letter;
  letter.kind = "second_factor_changed";
  letter.to_name = user.name;
  letter.to_address = user.mail;
  letter.headline = "A change to how you log in";
  letter.paragraphs = {
      fmt::format("This changed for your account on connlog: {}.", phrase_of(act, details)),
      actor.address.empty() ? fmt::format("It was done by {}.", actor.name)
                            : fmt::format("It was done by {}, from the address {}.", actor.name, actor.address),
      "If it was not you and nobody told you about it: change your password, end your sessions, and tell the "
      "administrator of the appliance."};
  const auto posted = parts_.letters.post(tx, letter);
  // A mail that cannot be queued must not stop a change to the account; the security event is written anyway.
  if (!posted && posted.error().code == ErrorCode::internal) return posted.error();
  return {};
}

// ---- what workspaces ask for ----

Result<std::optional<SecondFactorPolicy>> SecondFactors::policy(Snapshot& snapshot, WorkspaceId workspace) const {
  return parts_.factors.policy(snapshot, workspace);
}

Result<std::vector<Workspace>> SecondFactors::required_by(Snapshot& snapshot, UserId user) const {
  std::vector<Workspace> workspaces;
  const auto policies = TRY(parts_.factors.policies_of(snapshot, user));
  for (const SecondFactorPolicy& policy : policies) {
    if (auto workspace = TRY(parts_.workspaces.find(snapshot, policy.workspace))) workspaces.push_back(*workspace);
  }
  return workspaces;
}

Result<std::vector<std::string>> SecondFactors::members_without(Snapshot& snapshot, WorkspaceId workspace) const {
  return parts_.factors.members_without(snapshot, workspace, kNamesMax);
}

Result<PolicyStanding> SecondFactors::standing(Snapshot& snapshot, WorkspaceId workspace, UserId user) const {
  PolicyStanding standing;
  const auto policy = TRY(parts_.factors.policy(snapshot, workspace));
  if (!policy) return standing;
  const Factors factors = TRY(of(snapshot, user));
  if (factors.any()) return standing;
  standing.grace_until = policy->grace_until;
  standing.state =
      parts_.clock.believed() < policy->grace_until ? PolicyStanding::State::reminded : PolicyStanding::State::refused;
  return standing;
}

Result<void> SecondFactors::require(Transaction& tx, const Actor& actor, WorkspaceId workspace, int grace_days) {
  if (grace_days < 0 || grace_days > kGraceDaysMax) {
    return invalid("grace_days", fmt::format("The time to set one up is 0 to {} days.", kGraceDaysMax));
  }
  const auto factors = TRY(of(tx, actor.user));
  if (!factors.any()) {
    return Error{ErrorCode::conflict,
                 "Set up a second factor for yourself first; otherwise you would lock yourself out of the workspace."};
  }
  const Instant now = parts_.clock.believed();
  auto policy = TRY(parts_.factors.policy(tx, workspace));
  if (!policy) policy = SecondFactorPolicy{.workspace = workspace, .required_since = now, .grace_until = {}};
  policy->grace_until = now + std::chrono::days(grace_days);
  TRY(parts_.factors.put_policy(tx, *policy));
  announce_access(tx, parts_.events, workspace);
  return parts_.audit.append(
      tx, actor, "workspace.second_factor_required", workspace.text(),
      grace_days == 0 ? std::string("at once") : fmt::format("from {} on", to_iso8601(policy->grace_until)));
}

Result<void> SecondFactors::waive(Transaction& tx, const Actor& actor, WorkspaceId workspace) {
  const auto policy = TRY(parts_.factors.policy(tx, workspace));
  if (!policy) return {};
  TRY(parts_.factors.remove_policy(tx, workspace));
  announce_access(tx, parts_.events, workspace);
  return parts_.audit.append(tx, actor, "workspace.second_factor_waived", workspace.text());
}

Result<void> SecondFactors::remove_expired(Transaction& tx) {
  return parts_.factors.remove_expired(tx, parts_.clock.proven());
}

}  // namespace connlog
