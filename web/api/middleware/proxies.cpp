#include "web/api/middleware/proxies.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "core/base/log.h"
#include "core/base/text.h"
#include "core/net/address_range.h"
#include "web/api/middleware/forwarded.h"

namespace connlog::web {
namespace {

constexpr std::size_t kToldMax = 16;         // different sentences, each once
constexpr std::size_t kValueShownMax = 120;  // bytes of a header in the log

// Spellings of the scheme outside, the usual one first.
constexpr const char* kSchemeHeaders[] = {"X-Forwarded-Proto", "X-Forwarded-Scheme", "X-Forwarded-Protocol",
                                          "X-Url-Scheme",      "X-Forwarded-Ssl",    "Front-End-Https"};
constexpr const char* kProxyHeaders[] = {"X-Forwarded-For",  "X-Forwarded-Proto", "Forwarded",
                                         "X-Forwarded-Host", "X-Real-IP",         "Via"};

struct Found {
  std::string address;         // empty: the nearest proxy said nothing that can be read
  std::size_t from_right = 0;  // which element that is, the nearest proxy's being 0
  std::optional<bool> https;   // as far as the elements say
  bool unread = false;
};

}  // namespace

bool shows_a_proxy(const HttpRequest& request) {
  return std::any_of(std::begin(kProxyHeaders), std::end(kProxyHeaders),
                     [&](const char* name) { return !request.header_list(name).empty(); });
}

bool TrustedProxies::is_trusted(std::string_view address) const {
  return !ranges_.empty() && is_allowed_from(ranges_, address);
}

// Whether this has not been said yet. The list is bounded: strangers can send any header.
bool TrustedProxies::is_first(const std::string& what) const {
  const std::lock_guard lock(mutex_);
  return told_.size() < kToldMax && told_.insert(what).second;
}

void TrustedProxies::say_untrusted(const HttpRequest& request) const {
  for (const char* name : {"X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Forwarded-Proto"}) {
    if (request.header_list(name).empty()) continue;
    const std::string& address = request.peer().address;
    if (!is_first("untrusted " + address)) return;
    log_warning(
        "proxy.not_trusted",
        {{"address", address},
         {"header", name},
         {"text", fmt::format("What this address says about its clients is ignored, and all of them count as one. "
                              "If it is your proxy, add it: trusted_proxies = [\"{}\"]",
                              address)}});
    return;
  }
}

void TrustedProxies::say_unread(const HttpRequest& request, const char* header) const {
  if (!is_first(fmt::format("unread {} {}", header, request.peer().address))) return;
  log_warning("proxy.unread",
              {{"address", request.peer().address},
               {"header", header},
               {"value", cut(request.header_list(header), kValueShownMax)},
               {"text",
                "This cannot be read and is ignored. A proxy that does not name its client counts as the client "
                "itself. Let it set X-Forwarded-For to the client's address and X-Forwarded-Proto to https or "
                "http."}});
}

Peer TrustedProxies::client_of(const HttpRequest& request) const {
  Peer client = request.peer();
  if (!is_trusted(client.address)) {
    say_untrusted(request);
    return client;
  }
  client.proxied = true;
  // A proxied request counts as from elsewhere, although it arrives from this machine.
  client.loopback = false;

  const std::string forwarded_for = request.header_list("X-Forwarded-For");
  const bool standard = forwarded_for.empty();
  const auto hops = standard ? read_forwarded(request.header_list("Forwarded")) : read_forwarded_for(forwarded_for);
  Found found;
  for (std::size_t from_right = 0; from_right < std::min(hops.size(), kHopsMax); ++from_right) {
    const ForwardedHop& hop = hops[hops.size() - 1 - from_right];
    if (hop.https) found.https = hop.https;
    if (hop.address.empty()) {
      found.unread = true;
      break;
    }
    found.address = hop.address;
    found.from_right = from_right;
    if (!is_trusted(hop.address)) break;
  }
  if (found.unread) say_unread(request, standard ? "Forwarded" : "X-Forwarded-For");
  if (hops.empty() && !request.header_list("X-Real-IP").empty()) say_unread(request, "X-Real-IP");
  if (!found.address.empty()) {
    client.address = found.address;
    client.port = 0;
  }

  // The scheme at the same proxy that named the client; what stands further left may be made up. A proxy at the edge
  // alone may have set one value.
  for (const char* name : kSchemeHeaders) {
    const auto schemes = read_forwarded_proto(request.header_list(name));
    if (schemes.empty()) continue;
    const auto& scheme = schemes[schemes.size() - 1 - std::min(found.from_right, schemes.size() - 1)];
    if (!scheme) {
      say_unread(request, name);
      continue;
    }
    if (!standard || !found.https) found.https = scheme;
    break;
  }
  if (found.https) {
    client.tls = *found.https;
  } else if (public_https_) {
    client.tls = true;
  }
  return client;
}

}  // namespace connlog::web
