// Verifies ID tokens, and userinfo answers that are signed: whether a signed statement is from that provider, for us, for
// this login, and still valid.
// jwt.cpp has everything that RFC 7515 to 7519, RFC 8725 (current practice, which is the list of past attacks) and
// OpenID Connect Core §3.1.3.7 ask for, in this order: the shape, the key, the signature, the claims. Signatures are
// verified by mbedTLS (RS256 with keys of 2048 bits and more, ES256 over P-256) and libsodium (EdDSA with Ed25519).
//
// No check can be switched off. An algorithm is accepted only if it is one of the three and fits the key's own type.
// Keys come from the provider's key set alone: what a token says about where its key is (jwk, jku, x5c, x5u) is not
// read. Encrypted and nested tokens are refused.
//
// Every refusal's `field` is the JSON name of what was wrong ("alg", "kid", "signature", "iss", "nonce", …). Pure; any
// thread.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/identity/oidc/strict_json.h"

namespace connlog::oidc {

// As long as the answer that it comes in: a person in many groups has a long token.
inline constexpr std::size_t kTokenBytesMax = kJsonBytesMax;
inline constexpr std::size_t kKeysMax = 64;   // in one key set
inline constexpr std::size_t kKeysTried = 8;  // for one token that does not say clearly which of them signed it
inline constexpr std::size_t kRsaBitsMin = 2'048;
inline constexpr std::size_t kRsaBitsMax = 8'192;  // verifying with a longer key costs too much time
inline constexpr seconds kClockSkew{60};
inline constexpr seconds kIssuedAtMost{600};  // oldest age: the token must have been made for this login

// A public key of a provider, for signatures (RFC 7517, RFC 8037).
struct JsonWebKey {
  enum class Kind { rsa, p256, ed25519 };
  Kind kind = Kind::rsa;
  std::string kid;         // may be empty
  std::string alg;         // when given, the only algorithm it may be used with
  std::string a, b;        // rsa: modulus and exponent; p256: x and y, 32 bytes each; ed25519: 32 bytes and nothing
  std::string unfit = {};  // why it must not be used; empty: it may be used
};

// Leaves out keys of other types and uses, above all symmetric ones. Returns at most kKeysMax.
Result<std::vector<JsonWebKey>> parse_key_set(std::string_view text);

struct TokenExpectation {
  std::string issuer;    // must match exactly
  std::string audience;  // our client id
  std::string nonce;     // the nonce of this login
  Instant now;
};

// Returns all claims if everything is right. The error is `not_found` when a newer key set could make the token right
// (no such key, a key of another type or one that must not be used, a wrong signature): the provider may have changed
// its keys, with or without a new name, so fetch the set again and try once more. Any other error is final.
Result<nlohmann::json> verify_id_token(std::string_view token, const std::vector<JsonWebKey>& keys,
                                       const TokenExpectation& expected);

// The same for an answer of the userinfo endpoint (OpenID Connect Core §5.3.2). The nonce is not looked at: such an
// answer has none. `iss`, `aud`, `exp`, `nbf` and `iat` may be missing, and where one is present it must be right. The
// answer came over TLS in return for our access token, and a plain JSON answer has no proof at all; what a signed one
// says about itself can only narrow what is believed. The caller must compare `sub` with that of the ID token.
Result<nlohmann::json> verify_userinfo_token(std::string_view token, const std::vector<JsonWebKey>& keys,
                                             const TokenExpectation& expected);

// base64url without padding (RFC 7515 §2). Strict: no other character, no padding, no stray bits at the end.
bool from_base64url(std::string_view text, std::string& out);
std::string to_base64url(std::string_view bytes);

}  // namespace connlog::oidc
