// Time-based one-time passwords (RFC 6238 over HOTP, RFC 4226): six digits, HMAC-SHA-1, steps of 30 seconds, which is
// what every authenticator application does by default. One step before and after the present is accepted, for clocks
// that are a little off (RFC 6238 §5.2). A code counts once: the caller keeps the last accepted step and hands it in,
// and nothing at or before it is accepted again. Pure but for Random; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/secret.h"

namespace connlog::totp {

inline constexpr int kDigits = 6;
inline constexpr std::int64_t kStepSeconds = 30;
inline constexpr std::int64_t kStepsAround = 1;  // accepted before and after the present one

// 20 random bytes (RFC 4226 §4: as long as the hash), as the 32 base32 characters that people copy.
Secret make_secret(Random& random);

std::int64_t step_of(Instant at);

// The code of one step. Empty when `secret` is not base32 of 10 to 64 bytes.
std::string code_at(const Secret& secret, std::int64_t step);

// The step whose code this is: the present one or a neighbour, and later than `last_step` (0: none was used yet).
// Spaces that a person typed between the groups must be gone already. Every candidate is compared, in constant time.
std::optional<std::int64_t> accepted_step(const Secret& secret, std::string_view code, Instant now,
                                          std::int64_t last_step);

// "otpauth://totp/…" for the QR code: issuer and account are percent-encoded.
Secret enrolment_url(std::string_view issuer, std::string_view account, const Secret& secret);

// RFC 4648 §6, upper case, without padding.
std::string to_base32(std::string_view bytes);
std::optional<std::string> from_base32(std::string_view text);

}  // namespace connlog::totp
