// What an authenticator says, checked as the Web Authentication recommendation asks (Level 3, §7.1 and §7.2): the client's
// data (type, challenge, origin), the authenticator's data (whose it is, whether a person was there and was verified), the
// key of a new passkey (COSE, RFC 9053: ES256 and EdDSA) and the signature of a used one. Attestation is not asked for and
// only "none" is taken: who made an authenticator does not matter here, that it is the same one as before does. Every
// length is bounded before anything is read. Challenges, single use and the stored counter are the caller's business
// (core/identity/passkeys). Pure; any thread.
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

namespace connlog::webauthn {

using Bytes = std::span<const std::uint8_t>;

inline constexpr std::size_t kClientDataBytesMax = 4'096;
inline constexpr std::size_t kAttestationBytesMax = 16'384;
inline constexpr std::size_t kAuthenticatorDataBytesMax = 4'096;
inline constexpr std::size_t kCredentialIdBytesMax = 1'023;  // §4, "credential ID"
inline constexpr std::size_t kSignatureBytesMax = 128;

enum class Algorithm { es256, eddsa };  // stored as text; never renumbered

struct PublicKey {
  Algorithm algorithm = Algorithm::es256;
  std::vector<std::uint8_t> bytes;  // ES256: x and y, 64 bytes; EdDSA: 32 bytes
};

// What the ceremony was begun with.
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

// §7.1
Result<NewCredential> check_registration(const Expected&, Bytes client_data_json, Bytes attestation_object);

// §7.2, but for the counter.
Result<Assertion> check_assertion(const Expected&, const PublicKey& key, Bytes client_data_json,
                                  Bytes authenticator_data, Bytes signature);

// §7.2 step 22: a counter that does not advance belongs to a copy. Authenticators without one always say 0.
bool counter_went_back(std::uint32_t stored, std::uint32_t seen);

// The host of an origin, if passkeys can exist there: https, and a name instead of an address (http on localhost counts as
// safe too). Otherwise empty.
std::string rp_id_of(std::string_view origin);

// RFC 4648 §5 without padding.
std::string to_base64url(Bytes bytes);
Result<std::vector<std::uint8_t>> from_base64url(const std::string& field, std::string_view text,
                                                 std::size_t bytes_max);

}  // namespace connlog::webauthn
