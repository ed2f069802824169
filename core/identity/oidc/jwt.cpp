#include "core/identity/oidc/jwt.h"

#include <fmt/format.h>
#include <mbedtls/ecdsa.h>
#include <mbedtls/ecp.h>
#include <mbedtls/rsa.h>
#include <mbedtls/sha256.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/identity/oidc/strict_json.h"

namespace connlog::oidc {
namespace {

using nlohmann::json;

constexpr std::size_t kCoordinateBytes = 32;  // P-256
constexpr double kNumericDateMax = 9e9;       // seconds; the year 2255

// The errors in here say only why. What was refused is put before it at the end.
Error refused(std::string field, std::string why) {
  return Error{ErrorCode::unauthenticated, std::move(why), std::move(field)};
}

// The same where a newer key set could change it.
Error refused_by_these_keys(std::string field, std::string why) {
  return Error{ErrorCode::not_found, std::move(why), std::move(field)};
}

Error named(Error error, std::string_view what) {
  error.message = fmt::format("{} was refused: {}", what, error.message);
  return error;
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// RAII over mbedTLS's init/free pairs.
template <typename T, void (*Init)(T*), void (*Free)(T*)>
struct Owned {
  Owned() { Init(&it); }
  ~Owned() { Free(&it); }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  T it;
};
struct OwnedRsa : Owned<mbedtls_rsa_context, mbedtls_rsa_init, mbedtls_rsa_free> {};
struct OwnedGroup : Owned<mbedtls_ecp_group, mbedtls_ecp_group_init, mbedtls_ecp_group_free> {};
struct OwnedPoint : Owned<mbedtls_ecp_point, mbedtls_ecp_point_init, mbedtls_ecp_point_free> {};
struct OwnedNumber : Owned<mbedtls_mpi, mbedtls_mpi_init, mbedtls_mpi_free> {};

using Digest = std::array<unsigned char, 32>;

Digest sha256(std::string_view text) {
  Digest digest{};
  mbedtls_sha256(bytes_of(text), text.size(), digest.data(), 0);
  return digest;
}

// ---------------------------------------------------------------- signatures

bool rsa_is_right(const JsonWebKey& key, std::string_view signed_text, std::string_view signature) {
  OwnedRsa rsa;
  if (mbedtls_rsa_import_raw(&rsa.it, bytes_of(key.a), key.a.size(), nullptr, 0, nullptr, 0, nullptr, 0,
                             bytes_of(key.b), key.b.size()) != 0 ||
      mbedtls_rsa_complete(&rsa.it) != 0 || mbedtls_rsa_check_pubkey(&rsa.it) != 0) {
    return false;
  }
  // RFC 8017 §8.2.2: the length first. PKCS #1 v1.5 padding is compared whole by mbedTLS (no Bleichenbacher forgery).
  if (signature.size() != mbedtls_rsa_get_len(&rsa.it)) return false;
  const Digest digest = sha256(signed_text);
  return mbedtls_rsa_pkcs1_verify(&rsa.it, MBEDTLS_MD_SHA256, digest.size(), digest.data(), bytes_of(signature)) == 0;
}

bool load_point(const JsonWebKey& key, OwnedGroup& group, OwnedPoint& point) {
  const std::string uncompressed = "\x04" + key.a + key.b;
  return mbedtls_ecp_group_load(&group.it, MBEDTLS_ECP_DP_SECP256R1) == 0 &&
         mbedtls_ecp_point_read_binary(&group.it, &point.it, bytes_of(uncompressed), uncompressed.size()) == 0 &&
         mbedtls_ecp_check_pubkey(&group.it, &point.it) == 0;  // on the curve (RFC 8725 §3.4)
}

bool p256_is_right(const JsonWebKey& key, std::string_view signed_text, std::string_view signature) {
  // RFC 7518 §3.4: r and s, 32 bytes each, and never DER.
  if (signature.size() != 2 * kCoordinateBytes) return false;
  OwnedGroup group;
  OwnedPoint point;
  OwnedNumber r, s;
  if (!load_point(key, group, point) || mbedtls_mpi_read_binary(&r.it, bytes_of(signature), kCoordinateBytes) != 0 ||
      mbedtls_mpi_read_binary(&s.it, bytes_of(signature.substr(kCoordinateBytes)), kCoordinateBytes) != 0) {
    return false;
  }
  // mbedTLS also refuses zero and values not below the order. The check is repeated here because CVE-2022-21449
  // ("psychic signatures") came from forgetting it.
  if (mbedtls_mpi_cmp_int(&r.it, 0) <= 0 || mbedtls_mpi_cmp_int(&s.it, 0) <= 0 ||
      mbedtls_mpi_cmp_mpi(&r.it, &group.it.N) >= 0 || mbedtls_mpi_cmp_mpi(&s.it, &group.it.N) >= 0) {
    return false;
  }
  const Digest digest = sha256(signed_text);
  return mbedtls_ecdsa_verify(&group.it, digest.data(), digest.size(), &point.it, &r.it, &s.it) == 0;
}

bool ed25519_is_right(const JsonWebKey& key, std::string_view signed_text, std::string_view signature) {
  return signature.size() == crypto_sign_BYTES && key.a.size() == crypto_sign_PUBLICKEYBYTES &&
         crypto_sign_verify_detached(bytes_of(signature), bytes_of(signed_text), signed_text.size(), bytes_of(key.a)) ==
             0;
}

bool is_right(const JsonWebKey& key, std::string_view signed_text, std::string_view signature) {
  switch (key.kind) {
    case JsonWebKey::Kind::rsa:
      return rsa_is_right(key, signed_text, signature);
    case JsonWebKey::Kind::p256:
      return p256_is_right(key, signed_text, signature);
    case JsonWebKey::Kind::ed25519:
      return ed25519_is_right(key, signed_text, signature);
  }
  return false;
}

// ------------------------------------------------------------------ key sets

// Why an RSA key must not be used; empty: it may be used.
std::string weakness_of_rsa(const std::string& modulus, const std::string& exponent) {
  OwnedNumber n, e;
  if (mbedtls_mpi_read_binary(&n.it, bytes_of(modulus), modulus.size()) != 0 ||
      mbedtls_mpi_read_binary(&e.it, bytes_of(exponent), exponent.size()) != 0) {
    return "an RSA key that cannot be read";
  }
  const std::size_t bits = mbedtls_mpi_bitlen(&n.it);
  if (bits < kRsaBitsMin) return fmt::format("an RSA key of {} bits, and {} are the least", bits, kRsaBitsMin);
  if (bits > kRsaBitsMax) return fmt::format("an RSA key of {} bits, and {} are the most", bits, kRsaBitsMax);
  if (mbedtls_mpi_bitlen(&e.it) > 32 || mbedtls_mpi_cmp_int(&e.it, 3) < 0 || mbedtls_mpi_get_bit(&e.it, 0) == 0)
    return "an RSA key with an unusual exponent";
  return {};
}

bool bytes_member(const json& object, std::string_view name, std::string& out) {
  const auto text = text_member(object, name);
  return text && !text->empty() && from_base64url(*text, out);
}

// Returns nothing for keys that are not for signatures, or of an unknown kind.
std::optional<JsonWebKey> read_key(const json& object) {
  if (!object.is_object()) return std::nullopt;
  if (const auto use = object.find("use"); use != object.end() && *use != "sig") return std::nullopt;
  if (const auto operations = object.find("key_ops"); operations != object.end()) {
    if (!operations->is_array() || std::find(operations->begin(), operations->end(), "verify") == operations->end())
      return std::nullopt;
  }
  JsonWebKey key;
  key.kid = text_member(object, "kid").value_or("");
  key.alg = text_member(object, "alg").value_or("");
  const std::string type = text_member(object, "kty").value_or("");
  const std::string curve = text_member(object, "crv").value_or("");
  if (type == "RSA") {
    key.kind = JsonWebKey::Kind::rsa;
    if (!bytes_member(object, "n", key.a) || !bytes_member(object, "e", key.b)) return std::nullopt;
    key.unfit = weakness_of_rsa(key.a, key.b);
  } else if (type == "EC" && curve == "P-256") {
    key.kind = JsonWebKey::Kind::p256;
    if (!bytes_member(object, "x", key.a) || !bytes_member(object, "y", key.b)) return std::nullopt;
    OwnedGroup group;
    OwnedPoint point;
    if (key.a.size() != kCoordinateBytes || key.b.size() != kCoordinateBytes || !load_point(key, group, point))
      key.unfit = "a key that is no point of the curve P-256";
  } else if (type == "OKP" && curve == "Ed25519") {
    key.kind = JsonWebKey::Kind::ed25519;
    if (!bytes_member(object, "x", key.a)) return std::nullopt;
    if (key.a.size() != crypto_sign_PUBLICKEYBYTES) key.unfit = "an Ed25519 key of another length than 32 bytes";
  } else {
    return std::nullopt;
  }
  return key;
}

// --------------------------------------------------------------------- shape

struct Token {
  json header;
  json claims;
  std::string_view signed_text;
  std::string signature;
};

// Decodes one part of the token, which must be a JSON object.
Result<json> open_part(std::string_view text, const std::string& field) {
  std::string bytes;
  if (!from_base64url(text, bytes)) return refused(field, "it is not base64url without padding.");
  auto parsed = parse_strict_object(bytes, "it");
  if (!parsed) return refused(field, parsed.error().message);
  return std::move(parsed).value();
}

Result<Token> take_apart(std::string_view text) {
  if (text.size() > kTokenBytesMax) return refused("token", fmt::format("it is longer than {} bytes.", kTokenBytesMax));
  const auto dots = std::count(text.begin(), text.end(), '.');
  if (dots == 4) return refused("enc", "it is encrypted, which connlog does not read.");
  if (dots != 2) return refused("token", "it is not three parts with dots between them.");
  const std::size_t first = text.find('.');
  const std::size_t second = text.find('.', first + 1);
  Token token;
  token.signed_text = text.substr(0, second);
  token.header = TRY(open_part(text.substr(0, first), "header"));
  if (!from_base64url(text.substr(second + 1), token.signature))
    return refused("signature", "its signature is not base64url without padding.");
  // The claims are only decoded here. Nothing reads them before the signature is verified.
  token.claims = TRY(open_part(text.substr(first + 1, second - first - 1), "claims"));
  return token;
}

// Returns the algorithm if the header is acceptable.
Result<std::string> read_algorithm(const json& header) {
  // RFC 7515 §4.1.11: `crit` lists extensions that must be understood, and we understand none. b64 (RFC 7797) needs
  // crit, too.
  if (header.contains("crit") || header.contains("b64")) return refused("crit", "its header asks for an extension.");
  if (header.contains("enc") || header.contains("zip")) return refused("enc", "it is encrypted or compressed.");
  // RFC 8725 §3.11: a token of another kind (an access token, a log-out token) is no ID token, even with a right
  // signature.
  if (const auto type = header.find("typ"); type != header.end()) {
    std::string word = type->is_string() ? type->get<std::string>() : "?";
    std::ranges::transform(word, word.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    if (word != "JWT" && word != "APPLICATION/JWT") return refused("typ", "its type is not JWT.");
  }
  if (header.contains("cty")) return refused("cty", "it is nested in another token.");
  const std::string algorithm = text_member(header, "alg").value_or("");
  if (algorithm != "RS256" && algorithm != "ES256" && algorithm != "EdDSA")
    return refused("alg", "its signature algorithm is not RS256, ES256 or EdDSA.");
  return algorithm;
}

// ----------------------------------------------------------------------- key

bool fits(const JsonWebKey& key, std::string_view algorithm) {
  if (!key.alg.empty() && key.alg != algorithm && !(key.alg == "Ed25519" && algorithm == "EdDSA")) return false;
  switch (key.kind) {
    case JsonWebKey::Kind::rsa:
      return algorithm == "RS256";
    case JsonWebKey::Kind::p256:
      return algorithm == "ES256";
    case JsonWebKey::Kind::ed25519:
      return algorithm == "EdDSA";
  }
  return false;
}

// The keys that may have signed the token. Its `kid` is a hint that narrows the choice, and no proof: whoever makes a
// token writes into it what they like. So it weakens nothing to try every key of the set that fits when the token names
// none, when two keys have the same name, or when the set gives its keys no names, as sets do while keys change. Each of
// them is one that the provider publishes for signatures of this algorithm, and one of them must verify the signature.
Result<std::vector<const JsonWebKey*>> find_keys(const json& header, const std::string& algorithm,
                                                 const std::vector<JsonWebKey>& keys) {
  const auto kid = header.find("kid");
  if (kid != header.end() && !kid->is_string()) return refused("kid", "its key's name is not a text.");
  std::vector<const JsonWebKey*> meant;
  for (const JsonWebKey& key : keys) {
    if (kid == header.end() || key.kid == kid->get<std::string>()) meant.push_back(&key);
  }
  const bool is_named = kid != header.end() && !meant.empty();
  if (meant.empty()) {
    for (const JsonWebKey& key : keys) {
      if (key.kid.empty()) meant.push_back(&key);
    }
  }
  std::erase_if(meant, [&](const JsonWebKey* key) { return !fits(*key, algorithm); });
  if (meant.empty() && is_named)
    return refused_by_these_keys("alg", "its signature algorithm does not fit the type of the provider's key.");
  if (meant.empty()) return refused_by_these_keys("kid", "it is signed with a key that the provider does not publish.");
  const std::string unfit = meant.front()->unfit;
  std::erase_if(meant, [](const JsonWebKey* key) { return !key->unfit.empty(); });
  if (meant.empty()) return refused_by_these_keys("kid", fmt::format("it is signed with {}.", unfit));
  if (meant.size() > kKeysTried) {
    return refused_by_these_keys(
        "kid", fmt::format("it does not say which of the provider's {} keys signed it.", meant.size()));
  }
  return meant;
}

// -------------------------------------------------------------------- claims

// A time is a number of seconds, perhaps with a fraction (RFC 7519 §2).
Result<double> time_claim(const json& claims, const std::string& name) {
  const json& value = claims.at(name);
  const double number = value.is_number() ? value.get<double>() : -1.0;
  if (!(number >= 0.0 && number <= kNumericDateMax))
    return refused(name, fmt::format("its \"{}\" is not a time.", name));
  return number;
}

// "130 seconds", "1 second". ≥ 0.
std::string seconds_text(double count) {
  const double whole = std::max(1.0, std::round(count));
  return fmt::format("{:.0f} second{}", whole, whole == 1.0 ? "" : "s");
}

// What every refusal by a time ends with.
std::string allowed_difference() {
  return fmt::format("by this appliance's clock, and a difference of {} seconds is allowed", kClockSkew.count());
}

// Where one of the times is missing, it is not checked.
Result<void> check_times(const json& claims, Instant now_instant) {
  const double now = static_cast<double>(now_instant.micros) / 1e6;
  const auto skew = static_cast<double>(kClockSkew.count());
  const bool has_issued = claims.contains("iat");
  double issued = 0;
  if (has_issued) issued = TRY(time_claim(claims, "iat"));
  if (claims.contains("exp")) {
    const double expires = TRY(time_claim(claims, "exp"));
    if (now >= expires + skew) {
      return refused(
          "exp",
          fmt::format(
              "it expired {} ago{}, {}. Compare this clock with the provider's.", seconds_text(now - expires),
              has_issued && issued < now ? fmt::format(" and was issued {} ago", seconds_text(now - issued)) : "",
              allowed_difference()));
    }
  }
  if (has_issued && issued > now + skew) {
    return refused("iat", fmt::format("it was issued {} in the future, {}. This clock is behind, or the provider's is "
                                      "ahead.",
                                      seconds_text(issued - now), allowed_difference()));
  }
  if (claims.contains("nbf")) {
    const double not_before = TRY(time_claim(claims, "nbf"));
    if (not_before > now + skew) {
      return refused("nbf", fmt::format("it is valid only in {}, {}. This clock is behind, or the provider's is ahead.",
                                        seconds_text(not_before - now), allowed_difference()));
    }
  }
  return {};
}

// The times of an ID token: it must have them, and it must have been made for this login.
Result<void> check_token_times(const json& claims, Instant now_instant) {
  if (!claims.contains("exp")) return refused("exp", "it does not say when it expires.");
  if (!claims.contains("iat")) return refused("iat", "it does not say when it was issued.");
  TRY(check_times(claims, now_instant));
  const double now = static_cast<double>(now_instant.micros) / 1e6;
  const double issued = TRY(time_claim(claims, "iat"));
  if (issued + static_cast<double>((kIssuedAtMost + kClockSkew).count()) < now) {
    return refused("iat", fmt::format("it was issued {} ago, {}, and a login takes {} seconds at most. This clock is "
                                      "ahead, or the provider's is behind.",
                                      seconds_text(now - issued), allowed_difference(), kIssuedAtMost.count()));
  }
  return {};
}

Result<void> check_audience(const json& claims, const std::string& wanted) {
  const auto audience = claims.find("aud");
  const Error other = refused("aud", "it is meant for another application.");
  if (audience == claims.end()) return other;
  std::size_t count = 1;
  if (audience->is_string()) {
    if (*audience != wanted) return other;
  } else {
    if (!audience->is_array() || std::find(audience->begin(), audience->end(), wanted) == audience->end()) return other;
    if (!std::ranges::all_of(*audience, [](const json& each) { return each.is_string(); })) return other;
    count = audience->size();
  }
  // OpenID Connect Core §3.1.3.7, 4 and 5: with several audiences, the token must name the authorised party (azp), and
  // azp must be us.
  const auto party = claims.find("azp");
  if (party == claims.end()) {
    if (count > 1) return refused("azp", "it is meant for several applications and does not say which asked for it.");
  } else if (*party != wanted) {
    return refused("azp", "another application asked for it.");
  }
  return {};
}

bool equal(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

Result<void> check_claims(const json& claims, const TokenExpectation& expected) {
  if (const auto issuer = text_member(claims, "iss"); !issuer || *issuer != expected.issuer)
    return refused("iss", "another issuer made it.");
  const auto sub = text_member(claims, "sub");
  if (!sub || sub->empty() || sub->size() > 255) return refused("sub", "it does not say who it is about.");
  TRY(check_audience(claims, expected.audience));
  TRY(check_token_times(claims, expected.now));
  const auto nonce = text_member(claims, "nonce");
  if (expected.nonce.empty() || !nonce || !equal(*nonce, expected.nonce))
    return refused("nonce", "it was not made for this login.");
  return {};
}

// Signed claims for another application, or of another issuer, are not about this login, whoever hands them over.
Result<void> check_userinfo_claims(const json& claims, const TokenExpectation& expected) {
  if (claims.contains("iss") && text_member(claims, "iss") != expected.issuer)
    return refused("iss", "another issuer made it.");
  if (const auto audience = claims.find("aud"); audience != claims.end()) {
    const bool ours = audience->is_array()
                          ? std::find(audience->begin(), audience->end(), expected.audience) != audience->end()
                          : *audience == expected.audience;
    if (!ours) return refused("aud", "it is meant for another application.");
  }
  return check_times(claims, expected.now);
}

// The claims of a token whose signature a key of the set verifies. Nothing is known yet about what they say.
Result<json> signed_claims(std::string_view text, const std::vector<JsonWebKey>& keys) {
  Token token = TRY(take_apart(text));
  const std::string algorithm = TRY(read_algorithm(token.header));
  const auto meant = TRY(find_keys(token.header, algorithm, keys));
  const bool right = std::ranges::any_of(
      meant, [&token](const JsonWebKey* key) { return is_right(*key, token.signed_text, token.signature); });
  if (!right) return refused_by_these_keys("signature", "its signature is wrong.");
  return std::move(token.claims);
}

// `what`: how a refusal calls the token.
Result<json> verified(std::string_view text, const std::vector<JsonWebKey>& keys, const TokenExpectation& expected,
                      Result<void> (*check)(const json&, const TokenExpectation&), std::string_view what) {
  auto claims = signed_claims(text, keys);
  if (!claims) return named(claims.error(), what);
  if (const auto fits_login = check(*claims, expected); !fits_login) return named(fits_login.error(), what);
  return claims;
}

}  // namespace

Result<std::vector<JsonWebKey>> parse_key_set(std::string_view text) {
  const json document = TRY(parse_strict_object(text, "The provider's key set"));
  const auto list = document.find("keys");
  if (list == document.end() || !list->is_array())
    return Error{ErrorCode::network, "The provider's key set has no list of keys."};
  if (list->size() > kKeysMax)
    return Error{ErrorCode::network, fmt::format("The provider's key set has more than {} keys.", kKeysMax)};
  std::vector<JsonWebKey> keys;
  for (const json& each : *list) {
    if (auto key = read_key(each)) keys.push_back(*std::move(key));
  }
  return keys;
}

Result<json> verify_id_token(std::string_view text, const std::vector<JsonWebKey>& keys,
                             const TokenExpectation& expected) {
  return verified(text, keys, expected, check_claims, "The provider's ID token");
}

Result<json> verify_userinfo_token(std::string_view text, const std::vector<JsonWebKey>& keys,
                                   const TokenExpectation& expected) {
  return verified(text, keys, expected, check_userinfo_claims, "The signed answer (JWT) of its userinfo endpoint");
}

bool from_base64url(std::string_view text, std::string& out) {
  std::string bytes(text.size() / 4 * 3 + 3, '\0');
  std::size_t length = 0;
  const char* end = nullptr;
  // libsodium's decoder refuses other characters, padding, and bits that are set beyond the last byte.
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(), text.size(), nullptr,
                        &length, &end, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
      end != text.data() + text.size()) {
    return false;
  }
  bytes.resize(length);
  out = std::move(bytes);
  return true;
}

std::string to_base64url(std::string_view bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes_of(bytes), bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text.pop_back();  // the terminating zero
  return text;
}

}  // namespace connlog::oidc
