// Passkeys, check by check: what a right answer looks like in both algorithms, and that each thing an attacker could
// change is refused for that reason and no other.
#include <doctest/doctest.h>
#include <sodium.h>

#include <algorithm>
#include <random>

#include "core/identity/cbor.h"
#include "core/identity/webauthn.h"
#include "tests/support/soft_authenticator.h"

using namespace connlog;
using webauthn::Algorithm;
using webauthn::Expected;

namespace {

const std::string kOrigin = "https://monitor.example.org:8443";
const std::string kChallenge = "Y2hhbGxlbmdlLW9mLXRoaXMtY2VyZW1vbnk";

Expected expected(Expected::Verification verification = Expected::Verification::required) {
  return {kChallenge, kOrigin, "monitor.example.org", verification};
}

// The name of the check that refused; empty: accepted.
std::string why(const Result<webauthn::NewCredential>& result) {
  return result ? "" : result.error().cause;
}
std::string why(const Result<webauthn::Assertion>& result) {
  return result ? "" : result.error().cause;
}

std::string registering(SoftAuthenticator& key, const Expected& wanted = expected()) {
  const auto made = key.make_registration(kChallenge);
  return why(webauthn::check_registration(wanted, made.client_data, made.attestation));
}

std::string answering(SoftAuthenticator& key, const Expected& wanted = expected()) {
  const auto made = key.make_answer(kChallenge);
  return why(
      webauthn::check_assertion(wanted, key.public_key(), made.client_data, made.authenticator_data, made.signature));
}

}  // namespace

TEST_CASE("a passkey is registered and answers, with either algorithm") {
  for (const Algorithm algorithm : {Algorithm::es256, Algorithm::eddsa}) {
    SoftAuthenticator key(algorithm, kOrigin);
    const auto made = key.make_registration(kChallenge);
    const auto registered = webauthn::check_registration(expected(), made.client_data, made.attestation);
    REQUIRE(registered);
    CHECK(registered->id == key.credential_id());
    CHECK(registered->key.algorithm == algorithm);
    CHECK(registered->key.bytes == key.public_key().bytes);
    CHECK(registered->counter == 1);
    CHECK(registered->user_verified);
    CHECK_FALSE(registered->backed_up);
    for (int i = 0; i < 20; ++i) {  // r and s of every length
      const auto answer = key.make_answer(kChallenge);
      const auto checked = webauthn::check_assertion(expected(), registered->key, answer.client_data,
                                                     answer.authenticator_data, answer.signature);
      CHECK(why(checked) == "");
      REQUIRE(checked);
      CHECK(checked->counter == static_cast<std::uint32_t>(i) + 2);
    }
  }
}

TEST_CASE("the client's data must be of this ceremony: type, challenge, origin, frame") {
  SoftAuthenticator key(Algorithm::es256, kOrigin);
  const auto with = [&](const Expected& wanted) { return answering(key, wanted); };
  Expected other = expected();
  other.challenge = "b3RoZXI";
  CHECK(with(other) == "webauthn: challenge");
  other.challenge.clear();
  CHECK(with(other) == "webauthn: challenge");
  for (const char* origin :
       {"https://monitor.example.org", "https://monitor.example.org:8444", "http://monitor.example.org:8443",
        "https://evil.example", "https://monitor.example.org:8443/", "https://monitor.example.org:8443.evil.example",
        "HTTPS://monitor.example.org:8443"}) {
    CAPTURE(origin);
    SoftAuthenticator elsewhere(Algorithm::es256, kOrigin);
    elsewhere.origin = origin;
    CHECK(answering(elsewhere) == "webauthn: origin");
    CHECK(registering(elsewhere) == "webauthn: origin");
  }
  // A registration is no login, nor the other way round.
  const auto created = key.make_answer(kChallenge, "webauthn.create");
  CHECK(why(webauthn::check_assertion(expected(), key.public_key(), created.client_data, created.authenticator_data,
                                      created.signature)) == "webauthn: type");
  key.extra_client_data = ",\"crossOrigin\":true";
  CHECK(answering(key) == "webauthn: cross origin");
  key.extra_client_data = ",\"topOrigin\":\"https://evil.example\"";
  CHECK(answering(key) == "webauthn: top origin");
  key.extra_client_data = ",\"other_keys_can_be_added_here\":\"do not compare\"";
  CHECK(answering(key) == "");
}

TEST_CASE("another relying party's passkey, an absent or an unverified person is refused") {
  SoftAuthenticator key(Algorithm::eddsa, kOrigin);
  key.rp_id = "evil.example";
  CHECK(answering(key) == "webauthn: rp id");
  CHECK(registering(key) == "webauthn: rp id");
  key.rp_id = "monitor.example.org";
  key.flags = 0x04;
  CHECK(answering(key) == "webauthn: user presence");
  key.flags = 0x01;
  CHECK(answering(key) == "webauthn: user verification");
  CHECK(registering(key) == "webauthn: user verification");
  CHECK(answering(key, expected(Expected::Verification::preferred)) == "");
  key.flags = 0x15;  // backed up, though it cannot be
  CHECK(answering(key) == "webauthn: backup state");
  key.flags = 0x1D;
  CHECK(answering(key) == "");
}

TEST_CASE("a signature counts for its key, its data and its client's data only") {
  for (const Algorithm algorithm : {Algorithm::es256, Algorithm::eddsa}) {
    SoftAuthenticator key(algorithm, kOrigin), other(algorithm, kOrigin);
    const auto made = key.make_answer(kChallenge);
    const auto check = [&](const webauthn::PublicKey& with, SoftAuthenticator::Blob data,
                           SoftAuthenticator::Blob signature) {
      return why(webauthn::check_assertion(expected(), with, made.client_data, data, signature));
    };
    CHECK(check(key.public_key(), made.authenticator_data, made.signature) == "");
    CHECK(check(other.public_key(), made.authenticator_data, made.signature) == "webauthn: signature");
    auto data = made.authenticator_data;
    data.back() ^= 1;  // the counter
    CHECK(check(key.public_key(), data, made.signature) == "webauthn: signature");
    for (std::size_t i = 0; i < made.signature.size(); ++i) {
      auto signature = made.signature;
      signature[i] ^= 0x40;
      CHECK(check(key.public_key(), made.authenticator_data, signature) == "webauthn: signature");
    }
    for (std::size_t length = 0; length < made.signature.size(); ++length) {
      auto cut = made.signature;
      cut.resize(length);
      CHECK(check(key.public_key(), made.authenticator_data, cut) == "webauthn: signature");
    }
    auto longer = made.signature;
    longer.push_back(0);
    CHECK(check(key.public_key(), made.authenticator_data, longer) == "webauthn: signature");
    CHECK(check(key.public_key(), made.authenticator_data, SoftAuthenticator::Blob(200)) == "webauthn: signature");
    // The key of one algorithm under the other's name.
    webauthn::PublicKey renamed = key.public_key();
    renamed.algorithm = algorithm == Algorithm::es256 ? Algorithm::eddsa : Algorithm::es256;
    CHECK(check(renamed, made.authenticator_data, made.signature) == "webauthn: signature");
  }
}

TEST_CASE("r and s of zero, which verify anything in a careless implementation, are refused") {
  SoftAuthenticator key(Algorithm::es256, kOrigin);
  const auto made = key.make_answer(kChallenge);
  const SoftAuthenticator::Blob zeros{0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00};
  CHECK(why(webauthn::check_assertion(expected(), key.public_key(), made.client_data, made.authenticator_data,
                                      zeros)) == "webauthn: signature");
}

TEST_CASE("the authenticator's data must be whole, and hold no more than it announces") {
  SoftAuthenticator key(Algorithm::es256, kOrigin);
  key.tamper = [](auto& data) { data.resize(36); };
  CHECK(answering(key) == "webauthn: authenticator data: size");
  key.tamper = [](auto& data) { data.push_back(0); };
  CHECK(answering(key) == "webauthn: authenticator data: more than announced");
  CHECK(registering(key) == "webauthn: authenticator data: more than announced");
  key.tamper = [](auto& data) { data.resize(5'000); };
  CHECK(answering(key) == "webauthn: authenticator data: size");
  key.tamper = [](auto& data) { data[32] |= 0x40; };
  CHECK(answering(key) == "webauthn: a credential in an assertion");
  key.tamper = [](auto& data) { data[32] &= 0xBF; };
  CHECK(registering(key) == "webauthn: no credential");
  key.tamper = [](auto& data) { data[32] |= 0x80; };
  CHECK(answering(key) == "webauthn: authenticator data: extensions");
  key.tamper = [](auto& data) {
    data[32] |= 0x80;
    data.insert(data.end(), {0xA1, 0x61, 'x', 0xF5});
  };
  CHECK(answering(key) == "");
  CHECK(registering(key) == "");
  key.tamper = [](auto& data) { data[37 + 16] = 0xFF; };  // an id longer than everything that follows
  CHECK(registering(key) == "webauthn: credential: size of the id");
  key.tamper = [](auto& data) { data[37 + 16] = data[37 + 17] = 0; };
  CHECK(registering(key) == "webauthn: credential: size of the id");
  key.tamper = [](auto& data) { data.resize(37 + 17); };
  CHECK(registering(key) == "webauthn: credential: size");
}

TEST_CASE("a key that we did not ask for, or that is none, is refused") {
  const auto with_key = [](Algorithm algorithm, const std::function<void(SoftAuthenticator::Blob&)>& change) {
    SoftAuthenticator key(algorithm, kOrigin);
    key.tamper = [&](auto& data) {
      SoftAuthenticator::Blob changed(data.begin() + 37 + 18 + 32, data.end());
      change(changed);
      data.resize(37 + 18 + 32);
      data.insert(data.end(), changed.begin(), changed.end());
    };
    return registering(key);
  };
  const auto es256 = [&](const std::function<void(SoftAuthenticator::Blob&)>& change) {
    return with_key(Algorithm::es256, change);
  };
  CHECK(es256([](auto&) {}) == "");
  CHECK(es256([](auto& key) { key[10] ^= 1; }) == "webauthn: key: not a point of the curve");
  CHECK(es256([](auto& key) { std::fill(key.begin() + 10, key.begin() + 42, std::uint8_t{0}); }) ==
        "webauthn: key: not a point of the curve");
  CHECK(es256([](auto& key) { key[4] = 0x25; }) == "webauthn: key: algorithm");  // -6
  CHECK(es256([](auto& key) { key[2] = 0x03; }) == "webauthn: key: algorithm");  // RSA
  CHECK(es256([](auto& key) { key[6] = 0x02; }) == "webauthn: key: algorithm");  // P-384
  CHECK(es256([](auto& key) { key[3] = 0x01; }) == "webauthn: key: member twice or unknown");
  CHECK(es256([](auto& key) { key[0] = 0xBF; }) == "webauthn: key: not CBOR");  // indefinite
  CHECK(es256([](auto& key) { key.resize(40); }) == "webauthn: key: not CBOR");
  CHECK(with_key(Algorithm::eddsa, [](auto& key) { key[6] = 0x04; }) == "webauthn: key: algorithm");  // X25519
  CHECK(with_key(Algorithm::eddsa, [](auto& key) { key.pop_back(); }) == "webauthn: key: not CBOR");
}

TEST_CASE("attestation is none, and nothing else") {
  SoftAuthenticator key(Algorithm::es256, kOrigin);
  const auto made = key.make_registration(kChallenge);
  const auto check = [&](SoftAuthenticator::Blob object) {
    return why(webauthn::check_registration(expected(), made.client_data, object));
  };
  const std::string text(made.attestation.begin(), made.attestation.end());
  const auto at = [&](const char* word) { return text.find(word); };
  auto packed = made.attestation;
  std::copy_n("self", 4, packed.begin() + static_cast<std::ptrdiff_t>(at("none")));
  CHECK(check(packed) == "webauthn: attestation: format");
  auto twice = made.attestation;
  twice[0] = 0xA4;
  CHECK(check(twice) == "webauthn: attestation: member twice or unknown");
  auto statement = made.attestation;
  statement[at("attStmt") + 7] = 0xA1;
  CHECK(check(statement) == "webauthn: attestation: a statement that was not asked for");
  auto longer = made.attestation;
  longer.push_back(0xF6);
  CHECK(check(longer) == "webauthn: attestation: not CBOR");
  CHECK(check({}) == "webauthn: attestation: size");
  CHECK(check(SoftAuthenticator::Blob(20'000)) == "webauthn: attestation: size");
}

TEST_CASE("no bytes, cut or turned anywhere, are more than refused") {
  SoftAuthenticator key(Algorithm::es256, kOrigin);
  const auto made = key.make_registration(kChallenge);
  for (std::size_t length = 0; length < made.attestation.size(); ++length) {
    auto cut = made.attestation;
    cut.resize(length);
    CHECK_FALSE(webauthn::check_registration(expected(), made.client_data, cut).has_value());
  }
  std::mt19937 dice(20'260'801);
  for (int round = 0; round < 3'000; ++round) {
    auto object = made.attestation;
    const std::size_t changes = 1 + dice() % 6;
    for (std::size_t i = 0; i < changes; ++i) object[dice() % object.size()] = static_cast<std::uint8_t>(dice());
    if (dice() % 4 == 0) object.resize(dice() % object.size());
    const auto result = webauthn::check_registration(expected(), made.client_data, object);
    if (!result) CHECK(result.error().code == ErrorCode::invalid_input);
  }
  for (int round = 0; round < 3'000; ++round) {
    SoftAuthenticator::Blob noise(dice() % 200);
    std::generate(noise.begin(), noise.end(), [&] { return static_cast<std::uint8_t>(dice()); });
    CHECK_FALSE(webauthn::check_registration(expected(), made.client_data, noise).has_value());
    CHECK_FALSE(webauthn::check_assertion(expected(), key.public_key(), noise, noise, noise).has_value());
  }
  const std::string deep(4'000, '[');
  const webauthn::Bytes nested(reinterpret_cast<const std::uint8_t*>(deep.data()), deep.size());
  CHECK_FALSE(webauthn::check_registration(expected(), nested, made.attestation).has_value());
}

TEST_CASE("a counter that does not advance is a copy's; one that stays at zero is none") {
  CHECK_FALSE(webauthn::counter_went_back(0, 0));
  CHECK_FALSE(webauthn::counter_went_back(0, 1));
  CHECK_FALSE(webauthn::counter_went_back(7, 8));
  CHECK(webauthn::counter_went_back(7, 7));
  CHECK(webauthn::counter_went_back(7, 6));
  CHECK(webauthn::counter_went_back(7, 0));
  CHECK_FALSE(webauthn::counter_went_back(0xFFFFFFFE, 0xFFFFFFFF));
}

TEST_CASE("passkeys exist for a name under TLS, and for localhost") {
  CHECK(webauthn::rp_id_of("https://monitor.example.org:8443") == "monitor.example.org");
  CHECK(webauthn::rp_id_of("https://monitor") == "monitor");
  CHECK(webauthn::rp_id_of("http://localhost:8080") == "localhost");
  CHECK(webauthn::rp_id_of("http://monitor.example.org") == "");
  CHECK(webauthn::rp_id_of("https://192.0.2.7:8443") == "");
  CHECK(webauthn::rp_id_of("https://[2001:db8::1]:8443") == "");
  CHECK(webauthn::rp_id_of("monitor") == "");
}

TEST_CASE("CBOR is read in its one spelling, and never deeper or longer than announced") {
  const auto skips = [](std::vector<std::uint8_t> input) {
    cbor::Reader reader(input);
    reader.skip();
    return !reader.failed() && reader.at_end();
  };
  CHECK(skips({0x00}));
  CHECK(skips({0x18, 0x18}));
  CHECK_FALSE(skips({0x18, 0x17}));                    // longer than needed
  CHECK_FALSE(skips({0x19, 0x00, 0xFF}));              // likewise
  CHECK_FALSE(skips({0x1C}));                          // reserved
  CHECK_FALSE(skips({0x5F, 0x41, 0x00, 0xFF}));        // indefinite
  CHECK_FALSE(skips({0xC0, 0x00}));                    // a tag
  CHECK_FALSE(skips({0xF9, 0x00, 0x00}));              // a float
  CHECK_FALSE(skips({0x5A, 0xFF, 0xFF, 0xFF, 0xFF}));  // 4 GiB that are not there
  CHECK_FALSE(skips({0x5B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}));
  CHECK_FALSE(skips({0x81, 0x81, 0x81, 0x81, 0x00}));  // deeper than four
  CHECK_FALSE(skips({0x9A, 0x00, 0x01, 0x00, 0x00}));  // 65,536 items
  CHECK_FALSE(skips({}));
  const std::vector<std::uint8_t> numbers{0x38, 0x63, 0x1B, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                          0xFF, 0x1B, 0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00};
  cbor::Reader reader(numbers);
  CHECK(reader.integer() == -100);
  CHECK(reader.integer() == INT64_MAX);
  CHECK_FALSE(reader.failed());
  (void)reader.integer();
  CHECK(reader.failed());
}
