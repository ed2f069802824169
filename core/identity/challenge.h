// Challenges of passkey ceremonies. A challenge carries its own proof: random bytes, when it ends, and a keyed digest over
// both and over what it is for ("register" for one session, "login" for nobody in particular, …). So a guest who begins
// ceremonies costs us neither a row nor memory, and a challenge is good in its own ceremony only. That each is answered
// once is the store's business: what is remembered is the digest of those that were answered rightly.
// Pure but for Random; any thread.
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

// base64url of 16 random bytes, the end in seconds (8) and the digest (16).
std::string make_challenge(const Key& key, std::string_view ceremony, Instant now, Random& random);

struct OpenChallenge {
  TokenDigest digest{};  // under which its use is remembered
  Instant expires_at;
};
// `invalid_input` on "credential" when it is not ours, for something else, or too old.
Result<OpenChallenge> open_challenge(const Key& key, std::string_view ceremony, std::string_view challenge,
                                     Instant now);

// The challenge inside a client's data, unchecked; empty when there is none.
std::string challenge_in(const std::vector<std::uint8_t>& client_data_json);

}  // namespace connlog
