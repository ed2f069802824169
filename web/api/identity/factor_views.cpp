#include "web/api/identity/factor_views.h"

#include <nlohmann/json.hpp>

#include "core/base/value_or.h"
#include "web/api/views.h"

namespace connlog::web {
namespace {

using nlohmann::json;

constexpr std::size_t kCodeBytes = 64;

// base64url of at most `bytes_max` bytes, in `name`.
Result<std::vector<std::uint8_t>> read_bytes(const Body& body, std::string_view name, std::size_t bytes_max) {
  const std::string text = TRY(body.text(name, 1, bytes_max / 3 * 4 + 4));
  return webauthn::from_base64url(std::string(name), text, bytes_max);
}

json request_of(const SecondFactors& factors, std::string_view ceremony, std::string_view verification) {
  return {{"challenge", factors.challenge(ceremony)},
          {"rp_id", factors.rp_id()},
          {"timeout_seconds", kChallengeLifetime.count()},
          {"user_verification", verification},
          {"credentials", json::array()}};
}

}  // namespace

json methods_view(const std::vector<ProofMethod>& methods) {
  json out = json::array();
  for (const ProofMethod method : methods) out.push_back(to_text(method));
  return out;
}

json view(const Passkey& passkey) {
  return {{"id", passkey.id.text()},
          {"name", passkey.name},
          {"backed_up", passkey.backed_up},
          {"created_at", time_view(passkey.created_at)},
          {"last_used_at", time_view(passkey.last_used_at)}};
}

json policy_standing_view(const PolicyStanding& standing) {
  if (standing.state == PolicyStanding::State::nothing) return nullptr;
  return {{"refused", standing.state == PolicyStanding::State::refused}, {"until", time_view(standing.grace_until)}};
}

Result<std::vector<ProofMethod>> step_up_methods(const SecondFactors& factors, Snapshot& snapshot, const User& user,
                                                 const std::vector<LoginProvider>& providers) {
  std::vector<ProofMethod> methods;
  const auto own = TRY(factors.of(snapshot, user.id));
  if (own.any()) {
    methods = TRY(factors.methods(snapshot, user.id));
  } else if (!user.password_hash.empty()) {
    methods.push_back(ProofMethod::password);
  }
  if (!providers.empty() || methods.empty()) methods.push_back(ProofMethod::provider);
  return methods;
}

json providers_view(const std::vector<LoginProvider>& providers) {
  json out = json::array();
  for (const LoginProvider& provider : providers) out.push_back({{"id", provider.id.text()}, {"name", provider.name}});
  return out;
}

Result<json> passkey_request(const SecondFactors& factors, Snapshot& snapshot, UserId user, std::string_view ceremony) {
  const Factors mine = TRY(factors.of(snapshot, user));
  if (mine.passkeys.empty() || !factors.passkeys_exist()) return json(nullptr);
  json request = request_of(factors, ceremony, "preferred");
  for (const Passkey& passkey : mine.passkeys) request["credentials"].push_back(passkey.credential_id);
  return request;
}

json passwordless_request(const SecondFactors& factors) {
  if (!factors.passkeys_exist()) return nullptr;
  return request_of(factors, "login", "required");
}

Result<PasskeyAnswer> read_passkey_answer(const Body& body) {
  PasskeyAnswer answer;
  answer.credential_id = TRY(read_bytes(body, "credential_id", webauthn::kCredentialIdBytesMax));
  answer.client_data = TRY(read_bytes(body, "client_data", webauthn::kClientDataBytesMax));
  answer.authenticator_data = TRY(read_bytes(body, "authenticator_data", webauthn::kAuthenticatorDataBytesMax));
  answer.signature = TRY(read_bytes(body, "signature", webauthn::kSignatureBytesMax));
  answer.user_handle = TRY(value_or(body.maybe_text("user_handle", 0, 100), {}));
  return answer;
}

Result<Proof> read_proof(const Body& body) {
  Proof proof;
  static constexpr ProofMethod kSecond[] = {ProofMethod::totp, ProofMethod::recovery, ProofMethod::passkey};
  proof.method = TRY(body.word_among<ProofMethod>("method", kSecond));
  if (proof.method != ProofMethod::passkey) {
    proof.code = TRY(body.secret("code", kCodeBytes));
    return proof;
  }
  const auto passkey = TRY(body.maybe_object("passkey"));
  if (!passkey) return invalid("passkey", "The passkey's answer is missing.");
  proof.passkey = TRY(read_passkey_answer(*passkey));
  return proof;
}

}  // namespace connlog::web
