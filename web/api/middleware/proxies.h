// The client's address and scheme behind a proxy: the setting `trusted_proxies` names the proxies that are trusted. From
// all other clients the headers of proxies are ignored, and the log says so once, because then all clients of a proxy
// share one limit of attempts.
//
// Of a trusted proxy `X-Forwarded-For` and `X-Forwarded-Proto` (with the older spellings of the latter) are read, else
// `Forwarded` (RFC 7239). With X-Forwarded-For there, Forwarded is ignored: proxies that set the one pass on what the
// client wrote into the other. `X-Forwarded-Host` is not read for the same reason: proxies hand on Host.
//
// The client is the rightmost address that is no trusted proxy: each proxy appends the address of its client, so
// everything further left may be made up. Where a proxy does not know its client (`unknown`, `_hidden`) or what it wrote
// cannot be read, that proxy itself counts as the client. Any worker may enter.
#pragma once

#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "web/server/http_server.h"

namespace connlog::web {

class TrustedProxies {
 public:
  static constexpr std::size_t kHopsMax = 32;

  // `ranges` as the setting has them, which were checked at the start. `public_https`: the public address is https, so a
  // trusted proxy that does not name a scheme is taken to speak https outside.
  explicit TrustedProxies(std::vector<std::string> ranges, bool public_https = false)
      : ranges_(std::move(ranges)), public_https_(public_https) {}

  // `request.peer()`; if that is a trusted proxy, the client for which it speaks.
  Peer client_of(const HttpRequest& request) const;

 private:
  bool is_trusted(std::string_view address) const;
  bool is_first(const std::string& what) const;
  void say_untrusted(const HttpRequest& request) const;
  void say_unread(const HttpRequest& request, const char* header) const;

  const std::vector<std::string> ranges_;
  const bool public_https_;
  mutable std::mutex mutex_;  // guards told_
  mutable std::set<std::string, std::less<>> told_;
};

// Whether a proxy seems to stand between, trusted or not.
bool shows_a_proxy(const HttpRequest& request);

}  // namespace connlog::web
