// The client's address behind a proxy: the setting `trusted_proxies` names the proxies that are trusted. From all other
// clients `X-Forwarded-For` and `X-Forwarded-Proto` are ignored. `Forwarded` (RFC 7239) is not read, as proxies pass on
// what the client wrote there; `X-Forwarded-Host` neither: proxies hand on Host.
//
// The client is the rightmost address of X-Forwarded-For that is no trusted proxy: each proxy appends the address of
// its client, so everything further left may be made up. If the part of a trusted proxy is malformed, the proxy itself
// counts as the client. Immutable; any worker.
#pragma once

#include <string>
#include <vector>

#include "web/server/http_server.h"

namespace connlog::web {

class TrustedProxies {
 public:
  static constexpr std::size_t kHopsMax = 32;

  // Ranges as the setting has them, which were checked at the start.
  explicit TrustedProxies(std::vector<std::string> ranges) : ranges_(std::move(ranges)) {}

  // `request.peer()`; if that is a trusted proxy, the client for which it speaks.
  Peer client_of(const HttpRequest& request) const;

 private:
  bool is_trusted(std::string_view address) const;

  const std::vector<std::string> ranges_;
};

}  // namespace connlog::web
