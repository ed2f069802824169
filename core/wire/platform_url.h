// The address of the appliance as an agent knows it. Decides which addresses may carry the token: https anywhere; plain
// http to this host only, unless the administrator allowed it by name. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace connlog {

struct PlatformUrl {
  bool https = true;
  std::string host;   // lower case, without brackets
  bool ipv6 = false;  // the host is an IPv6 literal
  std::uint16_t port = 443;
  std::string path;  // from the first slash; "" or "/…", without query and fragment

  bool is_loopback() const;    // localhost, 127.0.0.0/8, ::1
  std::string origin() const;  // "https://monitor.example.org:8443", without the scheme's own port
};

// http or https, a host, an optional port and path. User information, query, fragment, and in the path everything but
// letters, digits and "/._~-%" are refused. The error's field is "server".
Result<PlatformUrl> parse_platform_url(std::string_view text);

enum class PlainHttp { loopback_only, allowed };
// The base that tokens are sent to: "https://host[:port][/path]" without trailing slashes.
Result<std::string> platform_base(std::string_view text, PlainHttp plain);

// §6: may heartbeats go to the assigned `url`? Always to the base's own origin; else only by https, to an https base's
// host or one of `domains` (or below one), and never to localhost or an address literal that is not the base's.
bool accepts_assignment(std::string_view url, std::string_view base, const std::vector<std::string>& domains);

}  // namespace connlog
