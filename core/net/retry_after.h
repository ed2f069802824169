// How long a server asks to be left alone (Retry-After, RFC 9110 §10.2.3), and the dates of HTTP. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/clock.h"
#include "core/net/http_client.h"

namespace connlog {

inline constexpr seconds kRetryAfterMax{24 * 3'600};

// An HTTP date in each of its three forms (RFC 9110 §5.6.7), as seconds since 1970.
std::optional<std::int64_t> parse_http_date(std::string_view text);

// 0 to kRetryAfterMax; 0: the server asks for nothing, or for nonsense. A date is compared with the answer's own Date
// where there is one, so that a wrong clock there or here does not count; `now` is the time of the answer.
seconds retry_after(const HttpAnswer& answer, Instant now);

}  // namespace connlog
