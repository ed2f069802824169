// Reads what proxies write about their clients: the lists of X-Forwarded-For and X-Forwarded-Proto, and Forwarded (RFC
// 7239). Whom to believe is decided elsewhere (proxies.h). Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace connlog::web {

// What one proxy said. Empty members were not said or cannot be read.
struct ForwardedHop {
  std::string address;        // an IP address in its usual spelling, without port and zone
  std::optional<bool> https;  // the scheme between that client and the proxy
};

// The elements of a list, the nearest proxy's last. Empty elements are left out (RFC 9110 §5.6.1).
std::vector<ForwardedHop> read_forwarded_for(std::string_view list);
std::vector<ForwardedHop> read_forwarded(std::string_view list);

// "https, http", "HTTPS", "wss", "on": one entry for each element; nothing for one that is none of these.
std::vector<std::optional<bool>> read_forwarded_proto(std::string_view list);

}  // namespace connlog::web
