// Checks addresses of webhooks as people type them: http or https, a host, no user information, no fragment, plain
// ASCII. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace connlog {

struct HttpUrl {
  std::string scheme;  // "http" or "https"
  std::string host;    // lower case; IPv6 without brackets
  std::uint16_t port = 0;
};

// Errors name `field`.
Result<HttpUrl> check_http_url(std::string_view text, const std::string& field);

// A name (letters, digits, hyphens, underscores, dots; at most 253) or an IPv4 or IPv6 address, without brackets.
bool is_host(std::string_view text);

}  // namespace connlog
