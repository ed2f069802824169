#include "tests/support/token_maker.h"

#include <mbedtls/ecdsa.h>
#include <mbedtls/rsa.h>
#include <mbedtls/sha256.h>
#include <sodium.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>

namespace connlog {
namespace {

int draw(void*, unsigned char* out, std::size_t size) {
  randombytes_buf(out, size);
  return 0;
}

void need(int code, const char* what) {
  if (code == 0) return;
  std::fprintf(stderr, "token maker: %s (-0x%04x)\n", what, static_cast<unsigned>(-code));
  std::abort();
}

std::array<unsigned char, 32> sha256(const std::string& text) {
  std::array<unsigned char, 32> digest{};
  mbedtls_sha256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), 0);
  return digest;
}

std::string bytes_of(const mbedtls_mpi& number, std::size_t size) {
  std::string bytes(size, '\0');
  need(mbedtls_mpi_write_binary(&number, reinterpret_cast<unsigned char*>(bytes.data()), size), "write number");
  return bytes;
}

}  // namespace

struct TokenSigningKey::Pair {
  enum class Kind { rsa, p256, ed25519 } kind;
  explicit Pair(Kind k) : kind(k) {
    mbedtls_rsa_init(&rsa);
    mbedtls_ecp_keypair_init(&ec);
  }
  ~Pair() {
    mbedtls_rsa_free(&rsa);
    mbedtls_ecp_keypair_free(&ec);
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;
  mutable mbedtls_rsa_context rsa;
  mutable mbedtls_ecp_keypair ec;
  std::array<unsigned char, crypto_sign_SECRETKEYBYTES> ed{};
};

TokenSigningKey TokenSigningKey::rsa(const std::string& kid, unsigned bits) {
  static std::map<unsigned, std::shared_ptr<const Pair>> made;  // seconds each
  std::shared_ptr<const Pair>& pair = made[bits];
  if (!pair) {
    auto fresh = std::make_shared<Pair>(Pair::Kind::rsa);
    need(mbedtls_rsa_gen_key(&fresh->rsa, draw, nullptr, bits, 65'537), "make an RSA key");
    pair = fresh;
  }
  mbedtls_mpi n, e;
  mbedtls_mpi_init(&n);
  mbedtls_mpi_init(&e);
  need(mbedtls_rsa_export(&pair->rsa, &n, nullptr, nullptr, nullptr, &e), "export an RSA key");
  TokenSigningKey key;
  key.pair_ = pair;
  key.algorithm_ = "RS256";
  key.jwk_ = {{"kty", "RSA"},
              {"kid", kid},
              {"use", "sig"},
              {"n", oidc::to_base64url(bytes_of(n, mbedtls_mpi_size(&n)))},
              {"e", oidc::to_base64url(bytes_of(e, mbedtls_mpi_size(&e)))}};
  mbedtls_mpi_free(&n);
  mbedtls_mpi_free(&e);
  return key;
}

TokenSigningKey TokenSigningKey::p256(const std::string& kid) {
  auto pair = std::make_shared<Pair>(Pair::Kind::p256);
  need(mbedtls_ecp_gen_key(MBEDTLS_ECP_DP_SECP256R1, &pair->ec, draw, nullptr), "make a P-256 key");
  std::array<unsigned char, 65> point{};
  std::size_t length = 0;
  need(mbedtls_ecp_write_public_key(&pair->ec, MBEDTLS_ECP_PF_UNCOMPRESSED, &length, point.data(), point.size()),
       "write a point");
  const std::string text(point.begin(), point.end());
  TokenSigningKey key;
  key.pair_ = pair;
  key.algorithm_ = "ES256";
  key.jwk_ = {{"kty", "EC"},
              {"crv", "P-256"},
              {"kid", kid},
              {"use", "sig"},
              {"x", oidc::to_base64url(text.substr(1, 32))},
              {"y", oidc::to_base64url(text.substr(33))}};
  return key;
}

TokenSigningKey TokenSigningKey::ed25519(const std::string& kid) {
  auto pair = std::make_shared<Pair>(Pair::Kind::ed25519);
  std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> open{};
  need(crypto_sign_keypair(open.data(), pair->ed.data()), "make an Ed25519 key");
  TokenSigningKey key;
  key.pair_ = pair;
  key.algorithm_ = "EdDSA";
  key.jwk_ = {{"kty", "OKP"},
              {"crv", "Ed25519"},
              {"kid", kid},
              {"use", "sig"},
              {"x", oidc::to_base64url(std::string(open.begin(), open.end()))}};
  return key;
}

std::string TokenSigningKey::sign(const std::string& text) const {
  const auto digest = sha256(text);
  switch (pair_->kind) {
    case Pair::Kind::rsa: {
      std::string signature(mbedtls_rsa_get_len(&pair_->rsa), '\0');
      need(mbedtls_rsa_pkcs1_sign(&pair_->rsa, draw, nullptr, MBEDTLS_MD_SHA256, digest.size(), digest.data(),
                                  reinterpret_cast<unsigned char*>(signature.data())),
           "sign with RSA");
      return signature;
    }
    case Pair::Kind::p256: {
      mbedtls_mpi r, s;
      mbedtls_mpi_init(&r);
      mbedtls_mpi_init(&s);
      need(mbedtls_ecdsa_sign(&pair_->ec.MBEDTLS_PRIVATE(grp), &r, &s, &pair_->ec.MBEDTLS_PRIVATE(d), digest.data(),
                              digest.size(), draw, nullptr),
           "sign with P-256");
      std::string signature = bytes_of(r, 32) + bytes_of(s, 32);
      mbedtls_mpi_free(&r);
      mbedtls_mpi_free(&s);
      return signature;
    }
    case Pair::Kind::ed25519: {
      std::string signature(crypto_sign_BYTES, '\0');
      crypto_sign_detached(reinterpret_cast<unsigned char*>(signature.data()), nullptr,
                           reinterpret_cast<const unsigned char*>(text.data()), text.size(), pair_->ed.data());
      return signature;
    }
  }
  return {};
}

std::string TokenSigningKey::token_of_texts(const std::string& header, const std::string& claims) const {
  const std::string text = oidc::to_base64url(header) + "." + oidc::to_base64url(claims);
  return text + "." + oidc::to_base64url(sign(text));
}

std::string TokenSigningKey::token(const nlohmann::json& claims, nlohmann::json header) const {
  if (!header.contains("alg")) header["alg"] = algorithm_;
  if (!header.contains("kid")) header["kid"] = jwk_["kid"];
  return token_of_texts(header.dump(), claims.dump());
}

std::string key_set(const std::vector<TokenSigningKey>& keys) {
  nlohmann::json list = nlohmann::json::array();
  for (const TokenSigningKey& key : keys) list.push_back(key.public_jwk());
  return nlohmann::json{{"keys", list}}.dump();
}

nlohmann::json right_claims(const std::string& issuer, const std::string& client, const std::string& nonce,
                            Instant now) {
  const std::int64_t seconds_now = now.micros / 1'000'000;
  return {{"iss", issuer},
          {"sub", "ada-1"},
          {"aud", client},
          {"exp", seconds_now + 300},
          {"iat", seconds_now},
          {"nonce", nonce},
          {"email", "ada@example.org"},
          {"email_verified", true},
          {"name", "Ada Lovelace"}};
}

}  // namespace connlog
