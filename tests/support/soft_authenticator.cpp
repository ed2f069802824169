#include "tests/support/soft_authenticator.h"

#include <mbedtls/ecdsa.h>
#include <sodium.h>

#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

namespace connlog {
namespace {

using Blob = SoftAuthenticator::Blob;

int draw(void*, unsigned char* out, std::size_t length) {
  randombytes_buf(out, length);
  return 0;
}

void good(int code) {
  if (code == 0) return;
  std::fprintf(stderr, "soft authenticator: mbedTLS said %d\n", code);
  std::abort();
}

void append(Blob& to, const Blob& more) {
  to.insert(to.end(), more.begin(), more.end());
}

Blob blob(const std::string& text) {
  return {text.begin(), text.end()};
}

Blob hash(const Blob& bytes) {
  Blob out(crypto_hash_sha256_BYTES);
  crypto_hash_sha256(out.data(), bytes.data(), bytes.size());
  return out;
}

// CBOR (RFC 8949 §3), as much as is needed.
Blob item(int major, std::size_t value) {
  const auto first = static_cast<std::uint8_t>(major << 5);
  if (value < 24) return {static_cast<std::uint8_t>(first | value)};
  if (value < 256) return {static_cast<std::uint8_t>(first | 24), static_cast<std::uint8_t>(value)};
  return {static_cast<std::uint8_t>(first | 25), static_cast<std::uint8_t>(value >> 8),
          static_cast<std::uint8_t>(value)};
}

Blob text(const std::string& value) {
  Blob out = item(3, value.size());
  append(out, blob(value));
  return out;
}

Blob bytes(const Blob& value) {
  Blob out = item(2, value.size());
  append(out, value);
  return out;
}

Blob der_integer(const mbedtls_mpi& number) {
  Blob value(mbedtls_mpi_size(&number));
  good(mbedtls_mpi_write_binary(&number, value.data(), value.size()));
  if ((value[0] & 0x80) != 0) value.insert(value.begin(), 0);
  Blob out{0x02, static_cast<std::uint8_t>(value.size())};
  append(out, value);
  return out;
}

}  // namespace

SoftAuthenticator::SoftAuthenticator(webauthn::Algorithm algorithm, std::string at_origin)
    : origin(std::move(at_origin)), rp_id(webauthn::rp_id_of(origin)), algorithm_(algorithm), id_(32) {
  if (sodium_init() < 0) std::abort();
  randombytes_buf(id_.data(), id_.size());
  if (algorithm_ == webauthn::Algorithm::eddsa) {
    private_key_.resize(crypto_sign_SECRETKEYBYTES);
    public_key_.resize(crypto_sign_PUBLICKEYBYTES);
    crypto_sign_keypair(public_key_.data(), private_key_.data());
    return;
  }
  mbedtls_ecp_group group;
  mbedtls_mpi secret;
  mbedtls_ecp_point point;
  mbedtls_ecp_group_init(&group);
  mbedtls_mpi_init(&secret);
  mbedtls_ecp_point_init(&point);
  good(mbedtls_ecp_group_load(&group, MBEDTLS_ECP_DP_SECP256R1));
  good(mbedtls_ecp_gen_keypair(&group, &secret, &point, draw, nullptr));
  private_key_.resize(32);
  good(mbedtls_mpi_write_binary(&secret, private_key_.data(), private_key_.size()));
  Blob uncompressed(65);
  std::size_t length = 0;
  good(mbedtls_ecp_point_write_binary(&group, &point, MBEDTLS_ECP_PF_UNCOMPRESSED, &length, uncompressed.data(),
                                      uncompressed.size()));
  public_key_.assign(uncompressed.begin() + 1, uncompressed.end());
  mbedtls_ecp_point_free(&point);
  mbedtls_mpi_free(&secret);
  mbedtls_ecp_group_free(&group);
}

webauthn::PublicKey SoftAuthenticator::public_key() const {
  return {algorithm_, public_key_};
}

Blob SoftAuthenticator::cose_key() const {
  const auto negative = [](std::size_t value) { return item(1, value - 1); };
  Blob out;
  if (algorithm_ == webauthn::Algorithm::eddsa) {
    for (const Blob& part : {item(5, 4), item(0, 1), item(0, 1), item(0, 3), negative(8), negative(1), item(0, 6),
                             negative(2), bytes(public_key_)}) {
      append(out, part);
    }
    return out;
  }
  const Blob x(public_key_.begin(), public_key_.begin() + 32), y(public_key_.begin() + 32, public_key_.end());
  for (const Blob& part : {item(5, 5), item(0, 1), item(0, 2), item(0, 3), negative(7), negative(1), item(0, 1),
                           negative(2), bytes(x), negative(3), bytes(y)}) {
    append(out, part);
  }
  return out;
}

Blob SoftAuthenticator::client_data(const std::string& type, const std::string& challenge) const {
  return blob("{\"type\":\"" + type + "\",\"challenge\":\"" + challenge + "\",\"origin\":\"" + origin +
              "\",\"crossOrigin\":false" + extra_client_data + "}");
}

Blob SoftAuthenticator::head(std::uint8_t with_flags) {
  if (counts) ++counter;
  Blob out = hash(blob(rp_id));
  out.push_back(with_flags);
  for (const int shift : {24, 16, 8, 0}) out.push_back(static_cast<std::uint8_t>(counter >> shift));
  return out;
}

SoftAuthenticator::Registration SoftAuthenticator::make_registration(const std::string& challenge) {
  Blob data = head(flags | 0x40);
  append(data, Blob(16));  // what made it stays unsaid
  data.push_back(static_cast<std::uint8_t>(id_.size() >> 8));
  data.push_back(static_cast<std::uint8_t>(id_.size()));
  append(data, id_);
  append(data, cose_key());
  if (tamper) tamper(data);
  Blob object = item(5, 3);
  for (const Blob& part : {text("fmt"), text("none"), text("attStmt"), item(5, 0), text("authData"), bytes(data)})
    append(object, part);
  return {client_data("webauthn.create", challenge), object};
}

Blob SoftAuthenticator::sign(const Blob& message) const {
  if (algorithm_ == webauthn::Algorithm::eddsa) {
    Blob signature(crypto_sign_BYTES);
    crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(), private_key_.data());
    return signature;
  }
  mbedtls_ecp_group group;
  mbedtls_mpi secret, r, s;
  mbedtls_ecp_group_init(&group);
  for (mbedtls_mpi* number : {&secret, &r, &s}) mbedtls_mpi_init(number);
  good(mbedtls_ecp_group_load(&group, MBEDTLS_ECP_DP_SECP256R1));
  good(mbedtls_mpi_read_binary(&secret, private_key_.data(), private_key_.size()));
  const Blob digest = hash(message);
  good(mbedtls_ecdsa_sign(&group, &r, &s, &secret, digest.data(), digest.size(), draw, nullptr));
  Blob both = der_integer(r);
  append(both, der_integer(s));
  Blob signature{0x30, static_cast<std::uint8_t>(both.size())};
  append(signature, both);
  for (mbedtls_mpi* number : {&secret, &r, &s}) mbedtls_mpi_free(number);
  mbedtls_ecp_group_free(&group);
  return signature;
}

SoftAuthenticator::Answer SoftAuthenticator::make_answer(const std::string& challenge, const std::string& type) {
  Answer out;
  out.client_data = client_data(type, challenge);
  out.authenticator_data = head(flags);
  if (tamper) tamper(out.authenticator_data);
  Blob message = out.authenticator_data;
  append(message, hash(out.client_data));
  out.signature = sign(message);
  return out;
}

nlohmann::json SoftAuthenticator::registration(const std::string& challenge, const std::string& name) {
  const Registration made = make_registration(challenge);
  return {{"name", name},
          {"client_data", webauthn::to_base64url(made.client_data)},
          {"attestation", webauthn::to_base64url(made.attestation)}};
}

nlohmann::json SoftAuthenticator::answer(const std::string& challenge, const std::string& user_handle) {
  const Answer made = make_answer(challenge);
  nlohmann::json out = {{"credential_id", webauthn::to_base64url(id_)},
                        {"client_data", webauthn::to_base64url(made.client_data)},
                        {"authenticator_data", webauthn::to_base64url(made.authenticator_data)},
                        {"signature", webauthn::to_base64url(made.signature)}};
  if (!user_handle.empty()) out["user_handle"] = user_handle;
  return out;
}

}  // namespace connlog
