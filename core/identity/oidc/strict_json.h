// Parses JSON from a login provider, without trusting it: size, depth and number of values are bounded, and no object
// may have the same member twice. With two "alg" or "aud" members, a check and the code that uses the value could each
// read another one (RFC 8725 §2.6, RFC 7515 §4), so such a document is refused as a whole. Pure; any thread.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace connlog::oidc {

inline constexpr std::size_t kJsonBytesMax = 256 * 1024;
inline constexpr int kJsonDepthMax = 8;
inline constexpr int kJsonValuesMax = 10'000;

// The document must be one object. `what` names it for people ("The discovery document").
Result<nlohmann::json> parse_strict_object(std::string_view text, const std::string& what);

// A member that is a text; nothing when it is missing or something else.
std::optional<std::string> text_member(const nlohmann::json& object, std::string_view name);

}  // namespace connlog::oidc
