#include "web/api/middleware/forwarded.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/net/address_policy.h"
#include "core/net/address_range.h"

namespace connlog::web {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Cuts the text at each `separator` that is not inside a quoted string (RFC 9110 §5.6.4). Empty parts are left out.
std::vector<std::string_view> parts_of(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  bool quoted = false;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    if (at < text.size() && quoted && text[at] == '\\') {
      ++at;
      continue;
    }
    if (at < text.size() && text[at] == '"') quoted = !quoted;
    if (at < text.size() && (quoted || text[at] != separator)) continue;
    const std::string_view part = trimmed(text.substr(std::min(begin, text.size()), at - std::min(begin, at)));
    if (!part.empty()) parts.push_back(part);
    begin = at + 1;
  }
  return parts;
}

// A token as it is; a quoted string without its quotes.
std::string unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string(text);
  std::string out;
  for (std::size_t at = 1; at + 1 < text.size(); ++at) {
    if (text[at] == '\\' && at + 2 < text.size()) ++at;
    out += text[at];
  }
  return out;
}

// The port behind an address; RFC 7239 §6 also allows "_name" in its place.
bool is_port(std::string_view text) {
  if (text.size() > 1 && text.front() == '_') return true;
  return !text.empty() && text.size() <= 5 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// "192.0.2.7", "192.0.2.7:4711", "2001:db8::1", "[2001:db8::1]:4711", "fe80::1%eth0": in the usual spelling, without port
// and zone. Empty: none of these, such as "unknown", "_hidden", "unix:".
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
  const std::size_t zone = hop.find('%');
  if (zone != std::string_view::npos && hop.find(':') != std::string_view::npos && zone + 1 < hop.size())
    hop = hop.substr(0, zone);
  IpAddress address;
  return parse_ip(hop, address) ? to_text(unmapped(address)) : std::string();
}

std::optional<bool> scheme_in(std::string_view text) {
  const std::string word = folded(text);
  if (word == "https" || word == "wss" || word == "on" || word == "ssl") return true;
  if (word == "http" || word == "ws" || word == "off") return false;
  return std::nullopt;
}

}  // namespace

std::vector<ForwardedHop> read_forwarded_for(std::string_view list) {
  std::vector<ForwardedHop> hops;
  for (const std::string_view part : parts_of(list, ',')) hops.push_back({address_in(unquoted(part)), std::nullopt});
  return hops;
}

std::vector<ForwardedHop> read_forwarded(std::string_view list) {
  std::vector<ForwardedHop> hops;
  for (const std::string_view element : parts_of(list, ',')) {
    ForwardedHop hop;
    for (const std::string_view pair : parts_of(element, ';')) {
      const std::size_t equals = pair.find('=');
      if (equals == std::string_view::npos) continue;
      const std::string name = folded(trimmed(pair.substr(0, equals)));
      const std::string value = unquoted(trimmed(pair.substr(equals + 1)));
      if (name == "for") hop.address = address_in(value);
      if (name == "proto") hop.https = scheme_in(value);
    }
    hops.push_back(std::move(hop));
  }
  return hops;
}

std::vector<std::optional<bool>> read_forwarded_proto(std::string_view list) {
  std::vector<std::optional<bool>> schemes;
  for (const std::string_view part : parts_of(list, ',')) schemes.push_back(scheme_in(unquoted(part)));
  return schemes;
}

}  // namespace connlog::web
