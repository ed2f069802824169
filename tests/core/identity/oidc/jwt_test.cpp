// Every attack of RFC 8725 (JSON Web Token Best Current Practices), named after its section, and every check of OpenID
// Connect Core §3.1.3.7, each on a token that is right but for the one thing.
#include "core/identity/oidc/jwt.h"

#include <doctest/doctest.h>
#include <sodium.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "tests/support/fake_clock.h"
#include "tests/support/token_maker.h"

namespace connlog {
namespace {

using nlohmann::json;
using oidc::JsonWebKey;

const std::string kIssuer = "https://login.example.org/realms/staff";
const std::string kClient = "connlog";
const std::string kNonce = "n-0S6_WzA2Mj";
constexpr std::int64_t kNow = FakeClock::kStart.micros / 1'000'000;

oidc::TokenExpectation expected() {
  return {kIssuer, kClient, kNonce, FakeClock::kStart};
}

json claims() {
  return right_claims(kIssuer, kClient, kNonce, FakeClock::kStart);
}

const TokenSigningKey& rsa_key() {
  static const TokenSigningKey key = TokenSigningKey::rsa("rsa-1");
  return key;
}

const TokenSigningKey& ec_key() {
  static const TokenSigningKey key = TokenSigningKey::p256("ec-1");
  return key;
}

const TokenSigningKey& ed_key() {
  static const TokenSigningKey key = TokenSigningKey::ed25519("ed-1");
  return key;
}

std::vector<JsonWebKey> keys_of(const std::vector<TokenSigningKey>& keys) {
  return oidc::parse_key_set(key_set(keys)).value();
}

std::vector<JsonWebKey> all_keys() {
  return keys_of({rsa_key(), ec_key(), ed_key()});
}

// "" when it is taken, else the JSON name of what was wrong.
std::string verdict(const std::string& token, const std::vector<JsonWebKey>& keys = all_keys(),
                    const oidc::TokenExpectation& wanted = expected()) {
  const auto result = oidc::verify_id_token(token, keys, wanted);
  return result ? std::string() : result.error().field;
}

std::string verdict_of(const std::function<void(json&)>& change) {
  json changed = claims();
  change(changed);
  return verdict(ec_key().token(changed));
}

std::string part(const std::string& token, int number) {
  std::size_t from = 0;
  for (int i = 0; i < number; ++i) from = token.find('.', from) + 1;
  return token.substr(from, token.find('.', from) - from);
}

std::string hmac_token(const json& header, const std::string& secret) {
  const std::string text = oidc::to_base64url(header.dump()) + "." + oidc::to_base64url(claims().dump());
  std::string mac(crypto_auth_hmacsha256_BYTES, '\0');
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(secret.data()), secret.size());
  crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  crypto_auth_hmacsha256_final(&state, reinterpret_cast<unsigned char*>(mac.data()));
  return text + "." + oidc::to_base64url(mac);
}

}  // namespace

TEST_CASE("a right token of each algorithm is taken, with all its claims") {
  for (const TokenSigningKey* key : {&rsa_key(), &ec_key(), &ed_key()}) {
    const auto taken = oidc::verify_id_token(key->token(claims()), all_keys(), expected());
    REQUIRE_MESSAGE(taken.has_value(), key->algorithm());
    CHECK((*taken)["email"] == "ada@example.org");
  }
}

// ------------------------------------------------------------------ RFC 8725

TEST_CASE("RFC 8725 §2.1, §3.1: algorithm none is refused, however it is spelled, signed or not") {
  for (const std::string word : {"none", "None", "NONE", "nOnE", ""}) {
    const json header = {{"alg", word}};
    const std::string unsigned_token =
        oidc::to_base64url(header.dump()) + "." + oidc::to_base64url(claims().dump()) + ".";
    CHECK(verdict(unsigned_token) == "alg");
    CHECK(verdict(rsa_key().token(claims(), header)) == "alg");
  }
  CHECK(verdict(rsa_key().token_of_texts(R"({"kid":"rsa-1"})", claims().dump())) == "alg");
}

TEST_CASE("RFC 8725 §2.1, §3.1: HS256 with the public key as its secret is refused") {
  const std::string modulus = rsa_key().public_jwk()["n"];
  std::string bytes;
  REQUIRE(oidc::from_base64url(modulus, bytes));
  for (const std::string& secret : {bytes, modulus, rsa_key().public_jwk().dump(), std::string()}) {
    CHECK(verdict(hmac_token({{"alg", "HS256"}, {"kid", "rsa-1"}}, secret)) == "alg");
    CHECK(verdict(hmac_token({{"alg", "RS256"}, {"kid", "rsa-1"}}, secret)) == "signature");
  }
}

TEST_CASE("RFC 8725 §2.1, §3.1: an algorithm that does not fit the key's type is refused") {
  CHECK(verdict(rsa_key().token(claims(), {{"alg", "ES256"}})) == "alg");
  CHECK(verdict(ec_key().token(claims(), {{"alg", "RS256"}})) == "alg");
  CHECK(verdict(ed_key().token(claims(), {{"alg", "ES256"}})) == "alg");
  for (const std::string word : {"RS384", "RS512", "PS256", "ES384", "ES512", "ES256K", "rs256", "EDDSA", "HS512"})
    CHECK_MESSAGE(verdict(rsa_key().token(claims(), {{"alg", word}})) == "alg", word);
  CHECK(verdict(rsa_key().token(claims(), {{"alg", json::array({"RS256"})}})) == "alg");
}

TEST_CASE("RFC 8725 §3.1: a key that the provider gives for one algorithm is used for no other") {
  json jwk = rsa_key().public_jwk();
  jwk["alg"] = "PS256";
  const auto keys = oidc::parse_key_set(json{{"keys", {jwk}}}.dump()).value();
  CHECK(verdict(rsa_key().token(claims()), keys) == "alg");
}

TEST_CASE("RFC 8725 §2.2, §3.5: a weak RSA key is refused, and symmetric keys are not even read") {
  const TokenSigningKey weak = TokenSigningKey::rsa("weak", 1'024);
  const auto result = oidc::verify_id_token(weak.token(claims()), keys_of({weak}), expected());
  REQUIRE(!result.has_value());
  CHECK(result.error().field == "kid");
  CHECK(result.error().message.find("1024 bits") != std::string::npos);

  const json secret = {{"kty", "oct"}, {"kid", "rsa-1"}, {"k", oidc::to_base64url("secret")}, {"alg", "HS256"}};
  const auto keys = oidc::parse_key_set(json{{"keys", {secret}}}.dump()).value();
  CHECK(keys.empty());
  CHECK(verdict(hmac_token({{"alg", "HS256"}, {"kid", "rsa-1"}}, "secret"), keys) == "alg");
}

TEST_CASE("RFC 8725 §2.2: an RSA key with the exponent 1, which anybody can sign for, is refused") {
  json jwk = rsa_key().public_jwk();
  jwk["e"] = "AQ";
  CHECK(verdict(rsa_key().token(claims()), oidc::parse_key_set(json{{"keys", {jwk}}}.dump()).value()) == "kid");
}

TEST_CASE("RFC 8725 §2.3, §3.2: signatures that are nearly right are refused") {
  for (const TokenSigningKey* key : {&rsa_key(), &ec_key(), &ed_key()}) {
    const std::string token = key->token(claims());
    const std::string head = token.substr(0, token.rfind('.') + 1);
    std::string signature;
    REQUIRE(oidc::from_base64url(part(token, 2), signature));
    std::string changed = signature;
    changed.back() = static_cast<char>(changed.back() ^ 1);
    CHECK(verdict(head + oidc::to_base64url(changed)) == "signature");
    CHECK(verdict(head + oidc::to_base64url(signature + '\0')) == "signature");
    CHECK(verdict(head + oidc::to_base64url(std::string(1, '\0') + signature)) == "signature");
    CHECK(verdict(head + oidc::to_base64url(signature.substr(1))) == "signature");
    CHECK(verdict(head + oidc::to_base64url(std::string(signature.size(), '\0'))) == "signature");
    CHECK(verdict(head) == "signature");
    // Another person's claims under this signature.
    json other = claims();
    other["sub"] = "mallory";
    CHECK(verdict(part(token, 0) + "." + oidc::to_base64url(other.dump()) + "." + part(token, 2)) == "signature");
  }
}

TEST_CASE("RFC 8725 §2.3: ES256 wants r and s of 32 bytes each, in range, and never DER") {
  const std::string token = ec_key().token(claims());
  const std::string head = token.substr(0, token.rfind('.') + 1);
  std::string signature;
  REQUIRE(oidc::from_base64url(part(token, 2), signature));
  const std::string r = signature.substr(0, 32);
  const std::string s = signature.substr(32);
  const auto integer = [](const std::string& number) {
    const std::string padded =
        (static_cast<unsigned char>(number[0]) & 0x80) != 0 ? std::string(1, '\0') + number : number;
    return std::string("\x02") + static_cast<char>(padded.size()) + padded;
  };
  const std::string both = integer(r) + integer(s);
  CHECK(verdict(head + oidc::to_base64url(std::string("\x30") + static_cast<char>(both.size()) + both)) == "signature");
  const std::string zero(32, '\0');
  CHECK(verdict(head + oidc::to_base64url(zero + zero)) == "signature");
  CHECK(verdict(head + oidc::to_base64url(r + zero)) == "signature");
  CHECK(verdict(head + oidc::to_base64url(zero + s)) == "signature");
  const std::string n(
      "\xff\xff\xff\xff\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff"
      "\xbc\xe6\xfa\xad\xa7\x17\x9e\x84\xf3\xb9\xca\xc2\xfc\x63\x25\x51",
      32);
  CHECK(verdict(head + oidc::to_base64url(n + n)) == "signature");
  CHECK(verdict(head + oidc::to_base64url(r + std::string(32, '\xff'))) == "signature");
}

TEST_CASE("RFC 8725 §3.4: a public key that is no point of its curve is refused") {
  json jwk = ec_key().public_jwk();
  std::string y;
  REQUIRE(oidc::from_base64url(jwk["y"].get<std::string>(), y));
  y.back() = static_cast<char>(y.back() ^ 1);
  jwk["y"] = oidc::to_base64url(y);
  CHECK(verdict(ec_key().token(claims()), oidc::parse_key_set(json{{"keys", {jwk}}}.dump()).value()) == "kid");
}

TEST_CASE("RFC 8725 §2.5, §3.3: encrypted, compressed and nested tokens are refused") {
  const std::string token = ec_key().token(claims());
  CHECK(verdict(token + ".AAAA.AAAA") == "enc");
  CHECK(verdict(ec_key().token(claims(), {{"enc", "A256GCM"}})) == "enc");
  CHECK(verdict(ec_key().token(claims(), {{"zip", "DEF"}})) == "enc");
  CHECK(verdict(ec_key().token(claims(), {{"cty", "JWT"}})) == "cty");
  CHECK(verdict(ec_key().token_of_texts(json{{"alg", "ES256"}, {"kid", "ec-1"}}.dump(), token)) == "claims");
}

TEST_CASE("RFC 8725 §2.6, §3.7: a member that stands twice is refused, in the header, the claims and deeper") {
  const std::string body = claims().dump();
  CHECK(verdict(ec_key().token_of_texts(R"({"alg":"none","alg":"ES256","kid":"ec-1"})", body)) == "header");
  CHECK(verdict(ec_key().token_of_texts(R"({"alg":"ES256","kid":"ec-1"})", R"({"sub":"mallory",)" + body.substr(1))) ==
        "claims");
  CHECK(verdict(ec_key().token_of_texts(R"({"alg":"ES256","kid":"ec-1"})",
                                        R"({"deep":[{"x":1,"x":2}],)" + body.substr(1))) == "claims");
  // The same name written with an escape is the same name.
  CHECK(verdict(ec_key().token_of_texts(R"({"alg":"ES256","kid":"ec-1"})",
                                        R"({"\u0073ub":"mallory",)" + body.substr(1))) == "claims");
}

TEST_CASE("RFC 8725 §3.7: what is not UTF-8 or not a JSON object is refused") {
  const std::string header = R"({"alg":"ES256","kid":"ec-1"})";
  for (const std::string body : {"", "[]", "\"text\"", "null", "{\"a\":\"\xff\"}", "{\"a\":1", "{} {}"})
    CHECK_MESSAGE(verdict(ec_key().token_of_texts(header, body)) == "claims", body);
  CHECK(verdict(ec_key().token_of_texts("[]", claims().dump())) == "header");
}

TEST_CASE("RFC 8725 §2.7, §3.8: another issuer is refused, and so is one that is only nearly the same") {
  for (const json& issuer :
       {json("https://evil.example"), json(kIssuer + "/"), json("HTTPS://login.example.org/realms/staff"),
        json(nullptr), json::array({kIssuer}), json(kIssuer + " ")})
    CHECK_MESSAGE(verdict_of([&](json& c) { c["iss"] = issuer; }) == "iss", issuer.dump());
  CHECK(verdict_of([](json& c) { c.erase("iss"); }) == "iss");
}

TEST_CASE("RFC 8725 §3.8: a missing, empty or monstrous subject is refused") {
  CHECK(verdict_of([](json& c) { c.erase("sub"); }) == "sub");
  CHECK(verdict_of([](json& c) { c["sub"] = ""; }) == "sub");
  CHECK(verdict_of([](json& c) { c["sub"] = 7; }) == "sub");
  CHECK(verdict_of([](json& c) { c["sub"] = std::string(256, 'a'); }) == "sub");
}

TEST_CASE("RFC 8725 §2.7, §3.9: a token for another application is refused") {
  CHECK(verdict_of([](json& c) { c["aud"] = "other"; }) == "aud");
  CHECK(verdict_of([](json& c) { c["aud"] = json::array({"other"}); }) == "aud");
  CHECK(verdict_of([](json& c) { c["aud"] = json::array(); }) == "aud");
  CHECK(verdict_of([](json& c) { c["aud"] = json::object({{"connlog", true}}); }) == "aud");
  CHECK(verdict_of([](json& c) { c["aud"] = json::array({"connlog", 7}); }) == "aud");
  CHECK(verdict_of([](json& c) { c["aud"] = "connlogx"; }) == "aud");
  CHECK(verdict_of([](json& c) { c.erase("aud"); }) == "aud");
  CHECK(verdict_of([](json& c) { c["aud"] = json::array({"connlog"}); }) == "");
}

TEST_CASE("OpenID Connect Core §3.1.3.7, 4 and 5: with several audiences the authorised party must be us") {
  CHECK(verdict_of([](json& c) { c["aud"] = json::array({"connlog", "other"}); }) == "azp");
  CHECK(verdict_of([](json& c) { c["azp"] = "other"; }) == "azp");
  CHECK(verdict_of([](json& c) {
          c["aud"] = json::array({"connlog", "other"});
          c["azp"] = "connlog";
        }) == "");
}

TEST_CASE("RFC 8725 §2.8, §3.10: a key that the token brings or points to is never used") {
  const TokenSigningKey mine = TokenSigningKey::p256("ec-1");
  for (const std::string name : {"jwk", "x5c", "jku", "x5u"}) {
    json header;
    header[name] = name == "jwk" ? mine.public_jwk() : json("https://evil.example/keys");
    CHECK_MESSAGE(verdict(mine.token(claims(), header)) == "signature", name);
    // Nor does it harm a token that is right without it.
    CHECK_MESSAGE(verdict(ec_key().token(claims(), header)) == "", name);
  }
}

TEST_CASE("RFC 8725 §2.8, §3.10: a key's name is looked up in the provider's set and nowhere else") {
  for (const std::string name : {"unknown", "../../dev/null", "' OR 1=1 --", "http://evil.example/key", ""}) {
    const auto result = oidc::verify_id_token(ec_key().token(claims(), {{"kid", name}}), all_keys(), expected());
    REQUIRE(!result.has_value());
    CHECK(result.error().field == "kid");
    CHECK(result.error().code == ErrorCode::not_found);
  }
  CHECK(verdict(ec_key().token(claims(), {{"kid", 7}})) == "kid");
  CHECK(verdict(ec_key().token(claims()), {}) == "kid");
}

TEST_CASE("a token that names no key is tried with each key of the set that fits, and with no other") {
  const std::string token = ec_key().token_of_texts(R"({"alg":"ES256"})", claims().dump());
  CHECK(verdict(token) == "");
  CHECK(verdict(token, keys_of({TokenSigningKey::p256("ec-2"), ec_key()})) == "");  // both, while they change
  CHECK(verdict(token, keys_of({TokenSigningKey::p256("ec-2"), TokenSigningKey::p256("ec-3")})) == "signature");
  CHECK(verdict(token, keys_of({rsa_key()})) == "kid");
  const std::string confused = hmac_token({{"alg", "RS256"}}, rsa_key().public_jwk().dump());
  CHECK(verdict(confused, keys_of({rsa_key(), ec_key()})) == "signature");
  std::vector<TokenSigningKey> many;
  for (int i = 0; i < 9; ++i) many.push_back(TokenSigningKey::p256("ec-" + std::to_string(i + 2)));
  many.push_back(ec_key());
  CHECK(verdict(token, keys_of(many)) == "kid");  // one token must not cost many signatures
}

TEST_CASE("two keys of one name are both tried, and a set without names is tried for a token that names its key") {
  const TokenSigningKey before = TokenSigningKey::p256("ec-1 before");
  json old = before.public_jwk();
  old["kid"] = "ec-1";
  const auto both = oidc::parse_key_set(json{{"keys", {old, ec_key().public_jwk()}}}.dump()).value();
  CHECK(verdict(ec_key().token(claims()), both) == "");
  json nameless = ec_key().public_jwk();
  nameless.erase("kid");
  const auto without = oidc::parse_key_set(json{{"keys", {nameless}}}.dump()).value();
  CHECK(verdict(ec_key().token(claims()), without) == "");
  // A key that must not be used is not used for being meant by no name either.
  json weak = TokenSigningKey::rsa("weak", 1'024).public_jwk();
  weak.erase("kid");
  const auto unfit = oidc::parse_key_set(json{{"keys", {weak}}}.dump()).value();
  CHECK(verdict(TokenSigningKey::rsa("weak", 1'024).token(claims()), unfit) == "kid");
}

TEST_CASE("only what a newer key set could change says so: the set is fetched again for nothing else") {
  const auto code = [](const std::string& token, const std::vector<JsonWebKey>& keys) {
    const auto result = oidc::verify_id_token(token, keys, expected());
    REQUIRE(!result.has_value());
    return result.error().code;
  };
  const TokenSigningKey other = TokenSigningKey::p256("other");
  json renamed = other.public_jwk();
  renamed["kid"] = "ec-1";
  const auto changed = oidc::parse_key_set(json{{"keys", {renamed}}}.dump()).value();
  CHECK(code(ec_key().token(claims()), changed) == ErrorCode::not_found);  // another key under this name
  json retyped = rsa_key().public_jwk();
  retyped["kid"] = "ec-1";
  const auto other_type = oidc::parse_key_set(json{{"keys", {retyped}}}.dump()).value();
  CHECK(code(ec_key().token(claims()), other_type) == ErrorCode::not_found);
  CHECK(code(ec_key().token(claims(), {{"alg", "none"}}), all_keys()) == ErrorCode::unauthenticated);
  CHECK(code(ec_key().token(claims(), {{"alg", "HS256"}}), all_keys()) == ErrorCode::unauthenticated);
  json wrong = claims();
  wrong["aud"] = "other";
  CHECK(code(ec_key().token(wrong), all_keys()) == ErrorCode::unauthenticated);
}

TEST_CASE("RFC 8725 §2.8, §3.11: another kind of token is refused, also with a right signature") {
  for (const std::string type : {"at+jwt", "logout+jwt", "secevent+jwt", "dpop+jwt", "JOSE"})
    CHECK_MESSAGE(verdict(ec_key().token(claims(), {{"typ", type}})) == "typ", type);
  CHECK(verdict(ec_key().token(claims(), {{"typ", json::array({"JWT"})}})) == "typ");
  for (const std::string type : {"JWT", "jwt"}) CHECK(verdict(ec_key().token(claims(), {{"typ", type}})) == "");
}

TEST_CASE("RFC 7515 §4.1.11: a header with extensions that must be understood is refused") {
  CHECK(verdict(ec_key().token(claims(), {{"crit", {"exp"}}, {"exp", 1}})) == "crit");
  CHECK(verdict(ec_key().token(claims(), {{"crit", json::array()}})) == "crit");
  CHECK(verdict(ec_key().token(claims(), {{"b64", false}})) == "crit");
}

TEST_CASE("RFC 7515 §2: padding, other alphabets, stray bits, spaces and line breaks are refused") {
  const std::string token = ec_key().token(claims());
  CHECK(verdict(token + "=") == "signature");
  CHECK(verdict(token + "==") == "signature");
  CHECK(verdict(token + "\n") == "signature");
  CHECK(verdict(" " + token) == "header");
  CHECK(verdict(part(token, 0) + "=." + part(token, 1) + "." + part(token, 2)) == "header");
  CHECK(verdict(part(token, 0) + ".." + part(token, 2)) == "claims");
  std::string out;
  CHECK(oidc::from_base64url("-_8", out));
  CHECK(!oidc::from_base64url("+/8", out));
  CHECK(!oidc::from_base64url("-_9", out));  // the two bits beyond the last byte are not zero
  CHECK(!oidc::from_base64url("A", out));
  CHECK(!oidc::from_base64url("AA==", out));
  CHECK(!oidc::from_base64url("AA ", out));
}

TEST_CASE("a token is three parts and of bounded length") {
  const std::string token = ec_key().token(claims());
  CHECK(verdict("") == "token");
  CHECK(verdict("a.b") == "token");
  CHECK(verdict(token + ".x") == "token");
  CHECK(verdict(part(token, 0) + "." + part(token, 1)) == "token");
  json long_claims = claims();
  long_claims["groups"] = std::string(oidc::kTokenBytesMax, 'g');
  CHECK(verdict(ec_key().token(long_claims)) == "token");
}

// --------------------------------------------------------------------- times

TEST_CASE("an expired token is refused, but for a small skew of the clocks") {
  CHECK(verdict_of([](json& c) { c["exp"] = kNow - 59; }) == "");
  CHECK(verdict_of([](json& c) { c["exp"] = kNow - 60; }) == "exp");
  CHECK(verdict_of([](json& c) { c.erase("exp"); }) == "exp");
}

TEST_CASE("a token that is not valid yet, or comes from the future, is refused") {
  CHECK(verdict_of([](json& c) { c["nbf"] = kNow + 60; }) == "");
  CHECK(verdict_of([](json& c) { c["nbf"] = kNow + 62; }) == "nbf");
  CHECK(verdict_of([](json& c) { c["iat"] = kNow + 62; }) == "iat");
  CHECK(verdict_of([](json& c) { c["iat"] = kNow - 700; }) == "iat");
  CHECK(verdict_of([](json& c) { c.erase("iat"); }) == "iat");
}

TEST_CASE("a refusal by a time says by how many seconds, and which clock may be wrong") {
  const auto message_of = [](const std::function<void(json&)>& change) {
    json changed = claims();
    change(changed);
    const auto result = oidc::verify_id_token(ec_key().token(changed), all_keys(), expected());
    REQUIRE(!result.has_value());
    return result.error().message;
  };
  const auto has = [](const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  };
  const std::string future = message_of([](json& c) { c["iat"] = kNow + 300; });
  CHECK_MESSAGE(has(future, "issued 300 seconds in the future"), future);
  CHECK(has(future, "a difference of 60 seconds is allowed"));
  CHECK(has(future, "This clock is behind, or the provider's is ahead"));
  const std::string past = message_of([](json& c) {
    c["iat"] = kNow - 3'600;
    c["exp"] = kNow - 3'300;
  });
  CHECK_MESSAGE(has(past, "expired 3300 seconds ago and was issued 3600 seconds ago"), past);
  const std::string old = message_of([](json& c) { c["iat"] = kNow - 900; });
  CHECK_MESSAGE(has(old, "issued 900 seconds ago"), old);
  const std::string early = message_of([](json& c) { c["nbf"] = kNow + 125; });
  CHECK_MESSAGE(has(early, "valid only in 125 seconds"), early);
}

TEST_CASE("a time that is no number of seconds is refused") {
  for (const json& time : {json("2026-11-24"), json(true), json(nullptr), json(-1), json(1e300), json::array({kNow})}) {
    CHECK_MESSAGE(verdict_of([&](json& c) { c["exp"] = time; }) == "exp", time.dump());
    CHECK_MESSAGE(verdict_of([&](json& c) { c["nbf"] = time; }) == "nbf", time.dump());
    CHECK_MESSAGE(verdict_of([&](json& c) { c["iat"] = time; }) == "iat", time.dump());
  }
  CHECK(verdict_of([](json& c) { c["exp"] = kNow + 300.5; }) == "");
}

// --------------------------------------------------------------------- nonce

TEST_CASE("a token of another login is refused by its nonce") {
  CHECK(verdict_of([](json& c) { c["nonce"] = "another"; }) == "nonce");
  CHECK(verdict_of([](json& c) { c.erase("nonce"); }) == "nonce");
  CHECK(verdict_of([](json& c) { c["nonce"] = nullptr; }) == "nonce");
  oidc::TokenExpectation none = expected();
  none.nonce.clear();
  json empty = claims();
  empty["nonce"] = "";
  CHECK(verdict(ec_key().token(empty), all_keys(), none) == "nonce");
}

// ------------------------------------------------------------ signed userinfo

TEST_CASE(
    "OpenID Connect Core §5.3.2: a signed userinfo answer needs a right signature, and what it says must be right") {
  const auto verdict_on = [](const std::string& token) {
    const auto result = oidc::verify_userinfo_token(token, all_keys(), expected());
    return result ? std::string() : result.error().field;
  };
  const json person = {{"sub", "ada-1"}, {"email", "ada@example.org"}};
  const auto with = [&](const json& more) {
    json said = person;
    said.update(more);
    return verdict_on(ec_key().token(said));
  };
  CHECK(with(json::object()) == "");  // iss and aud are only recommended
  CHECK(with({{"iss", kIssuer}, {"aud", kClient}}) == "");
  CHECK(with({{"aud", {"other", kClient}}}) == "");
  CHECK(with({{"iss", "https://evil.example"}}) == "iss");
  CHECK(with({{"iss", json::array({kIssuer})}}) == "iss");
  CHECK(with({{"aud", "other"}}) == "aud");
  CHECK(with({{"aud", json::array()}}) == "aud");
  CHECK(with({{"aud", nullptr}}) == "aud");
  CHECK(with({{"exp", kNow - 120}}) == "exp");
  CHECK(with({{"iat", kNow + 120}}) == "iat");
  CHECK(with({{"nbf", "soon"}}) == "nbf");
  const std::string body = oidc::to_base64url(person.dump());
  CHECK(verdict_on(oidc::to_base64url(R"({"alg":"none"})") + "." + body + ".") == "alg");
  CHECK(verdict_on(TokenSigningKey::p256("ec-1 of another").token(person, {{"kid", "ec-1"}})) == "signature");
  CHECK(verdict_on(ec_key().token(person, {{"typ", "at+jwt"}})) == "typ");  // an access token is no userinfo
  CHECK(verdict_on(ec_key().token(person) + ".AAAA.AAAA") == "enc");
}

// ------------------------------------------------------------------ key sets

TEST_CASE("a key set is bounded and read strictly; what is not for signatures is left out") {
  CHECK(!oidc::parse_key_set("").has_value());
  CHECK(!oidc::parse_key_set("{}").has_value());
  CHECK(!oidc::parse_key_set(R"({"keys":{}})").has_value());
  CHECK(!oidc::parse_key_set(R"({"keys":[],"keys":[]})").has_value());
  json many = json::array();
  for (int i = 0; i < 65; ++i) many.push_back(ec_key().public_jwk());
  CHECK(!oidc::parse_key_set(json{{"keys", many}}.dump()).has_value());
  CHECK(!oidc::parse_key_set(R"({"keys":[], "x":")" + std::string(300'000, 'x') + "\"}").has_value());

  json encryption = ec_key().public_jwk();
  encryption["use"] = "enc";
  json operations = ec_key().public_jwk();
  operations["key_ops"] = {"encrypt"};
  json padded = ec_key().public_jwk();
  padded["x"] = padded["x"].get<std::string>() + "=";
  const json odd = {{"keys", {encryption, operations, padded, "text", nullptr, {{"kty", "EC"}, {"crv", "P-384"}}}}};
  CHECK(oidc::parse_key_set(odd.dump()).value().empty());
}

}  // namespace connlog
