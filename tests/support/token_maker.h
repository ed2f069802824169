// A login provider's signing: real keys, key sets and ID tokens, right ones and every kind of wrong one. Deterministic
// from its seed but for RSA's key, which is made once a process. For tests alone; one thread.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "core/base/clock.h"
#include "core/identity/oidc/jwt.h"

namespace connlog {

// One key pair. `kid` goes into the key set and into the headers of what it signs.
class TokenSigningKey {
 public:
  static TokenSigningKey rsa(const std::string& kid, unsigned bits = 2'048);  // the same pair for the same size
  static TokenSigningKey p256(const std::string& kid);
  static TokenSigningKey ed25519(const std::string& kid);

  nlohmann::json public_jwk() const { return jwk_; }
  const std::string& algorithm() const { return algorithm_; }
  // The JOSE signature (ES256: r||s) over `text`.
  std::string sign(const std::string& text) const;
  // header.claims.signature; the header gets this key's alg and kid unless it names its own.
  std::string token(const nlohmann::json& claims, nlohmann::json header = nlohmann::json::object()) const;
  // The same with the two parts as exact texts.
  std::string token_of_texts(const std::string& header, const std::string& claims) const;

 private:
  struct Pair;
  std::shared_ptr<const Pair> pair_;
  std::string algorithm_;
  nlohmann::json jwk_;
};

std::string key_set(const std::vector<TokenSigningKey>& keys);
// What a provider would say about Ada, now, for this client and nonce.
nlohmann::json right_claims(const std::string& issuer, const std::string& client, const std::string& nonce,
                            Instant now);

}  // namespace connlog
