// Opaque tokens: made from 32 random bytes, shown once, kept only as a keyed digest. They have full entropy, so a fast
// digest is right; the key makes a stolen table useless for guessing and for planting rows.
// Pure but for Random; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/random.h"
#include "core/base/secret.h"
#include "core/crypto/keyring.h"

namespace connlog {

// HMAC-SHA-256 of a token under a derived key. The token itself is never stored.
using TokenDigest = std::array<std::uint8_t, 32>;

// prefix + 64 lower-case hex digits. "agent_" for agents (agent-protocol §2.1), "cls_" for sessions, "setup_" for
// links.
Secret make_token(std::string_view prefix, Random& random);

// HMAC-SHA-256 (keyring purpose kTokenDigest).
TokenDigest digest_token(const Key& token_digest_key, std::string_view token);

// prefix followed by exactly 64 hex digits of either case.
bool is_token_shaped(std::string_view prefix, std::string_view text);

// "agent_5f0c…a1b2"
std::string token_hint(std::string_view prefix, std::string_view token);

bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace connlog
