#include "web/api/middleware/proxies.h"

#include <algorithm>
#include <string_view>

#include "core/net/address_policy.h"
#include "core/net/address_range.h"

namespace connlog::web {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// "192.0.2.7", "192.0.2.7:4711", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:4711", as proxies write them; in the
// usual spelling. Empty: none of these.
std::string address_in(std::string_view hop) {
  if (!hop.empty() && hop.front() == '[') {
    const std::size_t end = hop.find(']');
    if (end == std::string_view::npos) return {};
    const std::string_view rest = hop.substr(end + 1);
    if (!rest.empty() && !(rest.front() == ':' && is_port(rest.substr(1)))) return {};
    hop = hop.substr(1, end - 1);
    if (hop.find(':') == std::string_view::npos) return {};
  } else if (std::count(hop.begin(), hop.end(), ':') == 1) {
    const std::size_t colon = hop.find(':');
    if (!is_port(hop.substr(colon + 1))) return {};
    hop = hop.substr(0, colon);
  }
  IpAddress address;
  return parse_ip(hop, address) ? to_text(unmapped(address)) : std::string();
}

}  // namespace

bool TrustedProxies::is_trusted(std::string_view address) const {
  return !ranges_.empty() && is_allowed_from(ranges_, address);
}

Peer TrustedProxies::client_of(const HttpRequest& request) const {
  Peer client = request.peer();
  if (!is_trusted(client.address)) return client;
  const std::string list = request.header_list("X-Forwarded-For");
  std::string found;
  std::string_view rest = list;
  for (std::size_t hop = 0; hop < kHopsMax && !rest.empty(); ++hop) {
    const std::size_t comma = rest.rfind(',');
    const std::string address = address_in(trimmed(comma == std::string_view::npos ? rest : rest.substr(comma + 1)));
    if (address.empty()) {
      found.clear();
      break;
    }
    found = address;
    if (!is_trusted(address)) break;
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(0, comma);
  }
  client.proxied = true;
  // A proxied request counts as from elsewhere, although it arrives from this machine.
  client.loopback = false;
  if (!found.empty()) {
    client.address = found;
    client.port = 0;
  }
  // The proxy at the edge sends one value. If there are several, none is used.
  const std::string scheme = request.header_list("X-Forwarded-Proto");
  if (scheme == "https") client.tls = true;
  if (scheme == "http") client.tls = false;
  return client;
}

}  // namespace connlog::web
