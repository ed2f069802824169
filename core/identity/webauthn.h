// Checks what an authenticator says, as the Web Authentication recommendation asks (Level 3, §7.1 and §7.2): the
// client's data (type, challenge, origin), the authenticator's data (the relying party, whether a person was present
// and was verified), the key of a new passkey (COSE, RFC 9053: ES256 and EdDSA) and the signature of a used one.
// Attestation is not asked for and only "none" is accepted: it does not matter who made an authenticator, only that it
// is the same one as before. Every length is bounded before anything is read. Challenges, single use and the stored
// counter are left to the caller (core/identity/second_factor.h, core/identity/challenge.h). Pure; any thread.
//
// A refusal is `invalid_input` on "credential"; its cause names the check that failed, for the log and for tests.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/words.h"

namespace connlog::webauthn {

using Bytes = std::span<const std::uint8_t>;

inline constexpr std::size_t kClientDataBytesMax = 4'096;
inline constexpr std::size_t kAttestationBytesMax = 16'384;
inline constexpr std::size_t kAuthenticatorDataBytesMax = 4'096;
inline constexpr std::size_t kCredentialIdBytesMax = 1'023;  // §4, "credential ID"
inline constexpr std::size_t kSignatureBytesMax = 128;

enum class Algorithm { es256, eddsa };

struct PublicKey {
  Algorithm algorithm = Algorithm::es256;
  std::vector<std::uint8_t> bytes;  // ES256: x and y, 64 bytes; EdDSA: 32 bytes
};

// The values with which the ceremony was begun.
struct Expected {
  std::string challenge;  // base64url, as it was sent out
  std::string origin;     // "https://monitor.example.org:8443"
  std::string rp_id;      // "monitor.example.org"
  enum class Verification { required, preferred } verification = Verification::required;
};

struct NewCredential {
  std::vector<std::uint8_t> id;
  PublicKey key;
  std::uint32_t counter = 0;
  bool user_verified = false;
  bool backed_up = false;  // synchronised between a person's devices
};

struct Assertion {
  std::uint32_t counter = 0;
  bool user_verified = false;
  bool backed_up = false;
};

// Registration, §7.1.
Result<NewCredential> check_registration(const Expected&, Bytes client_data_json, Bytes attestation_object);

// Login, §7.2, without the check of the counter.
Result<Assertion> check_assertion(const Expected&, const PublicKey& key, Bytes client_data_json,
                                  Bytes authenticator_data, Bytes signature);

// §7.2 step 22: a counter that does not advance points to a copy of the passkey. Authenticators without a counter
// always send 0.
bool counter_went_back(std::uint32_t stored, std::uint32_t seen);

// The host of an origin on which passkeys can be used: https with a name instead of an IP address, or http on
// localhost, which browsers treat as safe. Otherwise empty.
std::string rp_id_of(std::string_view origin);

// base64url, RFC 4648 §5, without padding.
std::string to_base64url(Bytes bytes);
Result<std::vector<std::uint8_t>> from_base64url(const std::string& field, std::string_view text,
                                                 std::size_t bytes_max);

}  // namespace connlog::webauthn

namespace connlog {

template <>
inline constexpr auto kWords<webauthn::Algorithm> = words_for<webauthn::Algorithm>({
    {webauthn::Algorithm::es256, "es256"},
    {webauthn::Algorithm::eddsa, "eddsa"},
});

}  // namespace connlog
