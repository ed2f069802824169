// How far a provider's clock is from ours, by the Date of an answer. Tokens are checked against both clocks, so a
// difference of minutes refuses every login, and nothing else shows it. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>

#include "core/base/clock.h"
#include "core/net/http_client.h"

namespace connlog::oidc {

// Seconds by which the clock of whoever answered is ahead of `now`, the time of the answer here; negative: behind. The
// time for which a cache in between has held the answer (Age) is added. Nothing without a readable Date.
std::optional<std::int64_t> clock_ahead_of(const HttpAnswer& answer, Instant now);

}  // namespace connlog::oidc
