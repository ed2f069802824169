// Challenges of passkey ceremonies. A challenge proves itself: it has random bytes, the time at which it ends, and a
// keyed digest over both and over its ceremony ("register:<session>" for a new passkey of that session's person,
// "login" for a login by passkey alone, …). So an anonymous visitor who begins ceremonies costs neither a row nor
// memory, and a challenge is valid in its own ceremony only. That a challenge is answered only once is ensured by the
// store (FactorStore::use_challenge), which remembers the digests of those that were answered rightly. Pure but for
// Random; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/crypto/keyring.h"
#include "core/crypto/token.h"

namespace connlog {

inline constexpr seconds kChallengeLifetime{300};

// base64url of 16 random bytes, the end as seconds since 1970 (8 bytes) and the digest (16 bytes).
std::string make_challenge(const Key& key, std::string_view ceremony, Instant now, Random& random);

struct OpenChallenge {
  TokenDigest digest{};  // its use is remembered under this digest
  Instant expires_at;
};
// `invalid_input` on "credential" when the challenge is not ours, belongs to another ceremony or is too old.
Result<OpenChallenge> open_challenge(const Key& key, std::string_view ceremony, std::string_view challenge,
                                     Instant now);

// Returns the challenge inside a client's data, unchecked; empty when there is none.
std::string challenge_in(const std::vector<std::uint8_t>& client_data_json);

}  // namespace connlog
