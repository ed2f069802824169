#include "core/identity/webauthn.h"

#include <mbedtls/ecdsa.h>
#include <mbedtls/ecp.h>
#include <sodium.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "core/base/text.h"
#include "core/crypto/token.h"
#include "core/identity/cbor.h"
#include "core/net/address_policy.h"

namespace connlog::webauthn {
namespace {

using nlohmann::json;
using Hash = std::array<std::uint8_t, crypto_hash_sha256_BYTES>;

// §6.1, the bits of the flags
constexpr std::uint8_t kUserPresent = 0x01, kUserVerified = 0x04, kBackupEligible = 0x08, kBackedUp = 0x10,
                       kAttested = 0x40, kExtensions = 0x80;
constexpr std::size_t kHeadBytes = 37;  // hash of the relying party's id, flags, counter
constexpr std::size_t kGuidBytes = 16;

// RFC 9053 and the COSE registries
constexpr std::int64_t kKeyType = 1, kKeyAlgorithm = 3, kKeyCurve = -1, kKeyX = -2, kKeyY = -3;
constexpr std::int64_t kOkp = 1, kEc2 = 2, kEs256 = -7, kEdDsa = -8, kP256 = 1, kEd25519 = 6;

Error refused(std::string check) {
  return Error{ErrorCode::invalid_input, "The answer of the passkey is not valid here. Begin again.", "credential",
               "webauthn: " + std::move(check)};
}

Hash sha256(Bytes bytes) {
  Hash hash{};
  crypto_hash_sha256(hash.data(), bytes.data(), bytes.size());
  return hash;
}

Bytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// ---- the client's data ----

Result<void> check_client_data(const Expected& expected, std::string_view type, Bytes client_data) {
  if (client_data.empty() || client_data.size() > kClientDataBytesMax) return refused("client data: size");
  const std::string_view text(reinterpret_cast<const char*>(client_data.data()), client_data.size());
  if (!is_utf8(text)) return refused("client data: not UTF-8");
  const json data = json::parse(text, nullptr, false);
  if (!data.is_object()) return refused("client data: not an object");
  const auto is = [&data](const char* name, std::string_view wanted) {
    const auto found = data.find(name);
    return found != data.end() && found->is_string() &&
           equal_in_constant_time(found->get_ref<const std::string&>(), wanted);
  };
  if (!is("type", type)) return refused("type");
  if (expected.challenge.empty() || !is("challenge", expected.challenge)) return refused("challenge");
  if (!is("origin", expected.origin)) return refused("origin");
  // Our pages are never in a frame, so an answer from one inside a foreign page is refused.
  const auto cross = data.find("crossOrigin");
  if (cross != data.end() && *cross != json(false)) return refused("cross origin");
  if (data.contains("topOrigin")) return refused("top origin");
  return {};
}

// ---- the authenticator's data ----

struct AuthenticatorData {
  std::uint8_t flags = 0;
  std::uint32_t counter = 0;
  Bytes rest;  // after the head
};

Result<AuthenticatorData> read_head(const Expected& expected, Bytes data) {
  if (data.size() < kHeadBytes || data.size() > kAuthenticatorDataBytesMax) return refused("authenticator data: size");
  const Hash wanted = sha256(bytes_of(expected.rp_id));
  if (expected.rp_id.empty() || sodium_memcmp(data.data(), wanted.data(), wanted.size()) != 0) return refused("rp id");
  AuthenticatorData out;
  out.flags = data[32];
  for (std::size_t i = 33; i < kHeadBytes; ++i) out.counter = out.counter << 8 | data[i];
  out.rest = data.subspan(kHeadBytes);
  if ((out.flags & kUserPresent) == 0) return refused("user presence");
  if (expected.verification == Expected::Verification::required && (out.flags & kUserVerified) == 0) {
    return refused("user verification");
  }
  if ((out.flags & kBackedUp) != 0 && (out.flags & kBackupEligible) == 0) return refused("backup state");
  return out;
}

// After the head and the credential come extensions (a map) if the flags say so, and nothing else.
Result<void> check_tail(std::uint8_t flags, Bytes tail) {
  if ((flags & kExtensions) == 0) {
    if (!tail.empty()) return refused("authenticator data: more than announced");
    return {};
  }
  if (tail.empty() || tail[0] >> 5 != 5) return refused("authenticator data: extensions");
  cbor::Reader reader(tail);
  reader.skip();
  if (reader.failed() || !reader.at_end()) return refused("authenticator data: extensions");
  return {};
}

// ---- keys and signatures ----

struct Group {
  Group() { mbedtls_ecp_group_init(&group); }
  ~Group() { mbedtls_ecp_group_free(&group); }
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;
  mbedtls_ecp_group group;
};

struct Point {
  Point() { mbedtls_ecp_point_init(&point); }
  ~Point() { mbedtls_ecp_point_free(&point); }
  Point(const Point&) = delete;
  Point& operator=(const Point&) = delete;
  mbedtls_ecp_point point;
};

struct Number {
  Number() { mbedtls_mpi_init(&number); }
  ~Number() { mbedtls_mpi_free(&number); }
  Number(const Number&) = delete;
  Number& operator=(const Number&) = delete;
  mbedtls_mpi number;
};

// A point of P-256 other than infinity.
bool load_point(Bytes x_and_y, Group& group, Point& point) {
  if (x_and_y.size() != 64 || mbedtls_ecp_group_load(&group.group, MBEDTLS_ECP_DP_SECP256R1) != 0) return false;
  std::array<std::uint8_t, 65> uncompressed{4};
  std::copy(x_and_y.begin(), x_and_y.end(), uncompressed.begin() + 1);
  return mbedtls_ecp_point_read_binary(&group.group, &point.point, uncompressed.data(), uncompressed.size()) == 0 &&
         mbedtls_ecp_check_pubkey(&group.group, &point.point) == 0;
}

// SEQUENCE { INTEGER r, INTEGER s }, DER, of two numbers below 2^256 (RFC 3279 §2.2.3); each integer as its bytes.
bool read_ecdsa(Bytes signature, Number& r, Number& s) {
  if (signature.size() < 8 || signature.size() > 72 || signature[0] != 0x30 || signature[1] != signature.size() - 2) {
    return false;
  }
  Bytes rest = signature.subspan(2);
  for (Number* number : {&r, &s}) {
    if (rest.size() < 3 || rest[0] != 0x02) return false;
    const std::size_t length = rest[1];
    if (length == 0 || length > 33 || rest.size() < 2 + length || (rest[2] & 0x80) != 0) return false;
    if (length > 1 && rest[2] == 0 && (rest[3] & 0x80) == 0) return false;
    if (mbedtls_mpi_read_binary(&number->number, rest.data() + 2, length) != 0) return false;
    rest = rest.subspan(2 + length);
  }
  return rest.empty();
}

bool is_signed_by(const PublicKey& key, Bytes message, Bytes signature) {
  if (signature.empty() || signature.size() > kSignatureBytesMax) return false;
  if (key.algorithm == Algorithm::eddsa) {
    return key.bytes.size() == crypto_sign_PUBLICKEYBYTES && signature.size() == crypto_sign_BYTES &&
           crypto_sign_verify_detached(signature.data(), message.data(), message.size(), key.bytes.data()) == 0;
  }
  Group group;
  Point point;
  Number r, s;
  if (!load_point(key.bytes, group, point) || !read_ecdsa(signature, r, s)) return false;
  const Hash hash = sha256(message);
  return mbedtls_ecdsa_verify(&group.group, hash.data(), hash.size(), &point.point, &r.number, &s.number) == 0;
}

// Reads a COSE_Key (RFC 9052 §7): each member at most once, and only keys of the two kinds that we asked for.
Result<PublicKey> read_key(cbor::Reader& reader) {
  std::optional<std::int64_t> type, algorithm, curve;
  std::optional<Bytes> x, y;
  const std::size_t members = reader.map();
  for (std::size_t i = 0; i < members && !reader.failed(); ++i) {
    if (reader.next_is_text()) return refused("key: unknown member");
    const std::int64_t label = reader.integer();
    const auto once = [&](auto& member, auto value) {
      if (member) return false;
      member = value;
      return true;
    };
    bool good = true;
    if (label == kKeyType) {
      good = once(type, reader.integer());
    } else if (label == kKeyAlgorithm) {
      good = once(algorithm, reader.integer());
    } else if (label == kKeyCurve) {
      good = once(curve, reader.integer());
    } else if (label == kKeyX) {
      good = once(x, reader.bytes());
    } else if (label == kKeyY) {
      good = once(y, reader.bytes());
    } else {
      good = false;
    }
    if (!good) return refused("key: member twice or unknown");
  }
  if (reader.failed()) return refused("key: not CBOR");
  PublicKey key;
  if (type == kEc2 && algorithm == kEs256 && curve == kP256 && x && y && x->size() == 32 && y->size() == 32) {
    key.algorithm = Algorithm::es256;
    key.bytes.assign(x->begin(), x->end());
    key.bytes.insert(key.bytes.end(), y->begin(), y->end());
    Group group;
    Point point;
    if (!load_point(key.bytes, group, point)) return refused("key: not a point of the curve");
    return key;
  }
  if (type == kOkp && algorithm == kEdDsa && curve == kEd25519 && x && !y && x->size() == crypto_sign_PUBLICKEYBYTES) {
    key.algorithm = Algorithm::eddsa;
    key.bytes.assign(x->begin(), x->end());
    return key;
  }
  return refused("key: algorithm");
}

struct Attestation {
  Bytes authenticator_data;
};

// Reads { "fmt": "none", "attStmt": {}, "authData": … } (§6.5), in any order.
Result<Attestation> read_attestation(Bytes object) {
  if (object.empty() || object.size() > kAttestationBytesMax) return refused("attestation: size");
  cbor::Reader reader(object);
  std::optional<std::string_view> format;
  std::optional<Bytes> data;
  bool statement = false;
  const std::size_t members = reader.map();
  for (std::size_t i = 0; i < members && !reader.failed(); ++i) {
    const std::string_view name = reader.text();
    if (name == "fmt" && !format) {
      format = reader.text();
    } else if (name == "authData" && !data) {
      data = reader.bytes();
    } else if (name == "attStmt" && !statement) {
      statement = reader.map() == 0;
      if (!statement) return refused("attestation: a statement that was not asked for");
    } else {
      return refused("attestation: member twice or unknown");
    }
  }
  if (reader.failed() || !reader.at_end()) return refused("attestation: not CBOR");
  if (!format || *format != "none") return refused("attestation: format");
  if (!data || !statement) return refused("attestation: incomplete");
  return Attestation{*data};
}

}  // namespace

Result<NewCredential> check_registration(const Expected& expected, Bytes client_data_json, Bytes attestation_object) {
  TRY(check_client_data(expected, "webauthn.create", client_data_json));
  const Attestation attestation = TRY(read_attestation(attestation_object));
  const AuthenticatorData data = TRY(read_head(expected, attestation.authenticator_data));
  if ((data.flags & kAttested) == 0) return refused("no credential");
  Bytes rest = data.rest;
  if (rest.size() < kGuidBytes + 2) return refused("credential: size");
  const std::size_t length = static_cast<std::size_t>(rest[kGuidBytes]) << 8 | rest[kGuidBytes + 1];
  rest = rest.subspan(kGuidBytes + 2);
  if (length == 0 || length > kCredentialIdBytesMax || length > rest.size())
    return refused("credential: size of the id");

  NewCredential out;
  out.id.assign(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(length));
  rest = rest.subspan(length);
  cbor::Reader reader(rest);
  out.key = TRY(read_key(reader));
  TRY(check_tail(data.flags, rest.subspan(reader.position())));
  out.counter = data.counter;
  out.user_verified = (data.flags & kUserVerified) != 0;
  out.backed_up = (data.flags & kBackedUp) != 0;
  return out;
}

Result<Assertion> check_assertion(const Expected& expected, const PublicKey& key, Bytes client_data_json,
                                  Bytes authenticator_data, Bytes signature) {
  TRY(check_client_data(expected, "webauthn.get", client_data_json));
  const AuthenticatorData data = TRY(read_head(expected, authenticator_data));
  if ((data.flags & kAttested) != 0) return refused("a credential in an assertion");
  TRY(check_tail(data.flags, data.rest));
  const Hash client_hash = sha256(client_data_json);
  std::vector<std::uint8_t> message(authenticator_data.begin(), authenticator_data.end());
  message.insert(message.end(), client_hash.begin(), client_hash.end());
  if (!is_signed_by(key, message, signature)) return refused("signature");
  return Assertion{data.counter, (data.flags & kUserVerified) != 0, (data.flags & kBackedUp) != 0};
}

bool counter_went_back(std::uint32_t stored, std::uint32_t seen) {
  return (stored != 0 || seen != 0) && seen <= stored;
}

std::string rp_id_of(std::string_view origin) {
  const bool safe = origin.substr(0, 8) == "https://";
  if (!safe && origin.substr(0, 7) != "http://") return {};
  std::string_view host = origin.substr(safe ? 8 : 7);
  host = host.substr(0, host.find_first_of(":/"));
  IpAddress address;
  if (host.empty() || host.front() == '[' || parse_ip(std::string(host), address)) return {};
  if (!safe && host != "localhost") return {};
  return std::string(host);
}

std::string to_base64url(Bytes bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text.pop_back();
  return text;
}

Result<std::vector<std::uint8_t>> from_base64url(const std::string& field, std::string_view text,
                                                 std::size_t bytes_max) {
  std::vector<std::uint8_t> bytes(text.size());
  std::size_t length = 0;
  if (text.size() > bytes_max / 3 * 4 + 4 ||
      sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &length, nullptr,
                        sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
      length > bytes_max) {
    return invalid(field, "This is not base64url of the allowed length.");
  }
  bytes.resize(length);
  return bytes;
}

}  // namespace connlog::webauthn
