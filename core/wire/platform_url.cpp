#include "core/wire/platform_url.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace connlog {
namespace {

constexpr std::size_t kUrlBytesMax = 2'048;

Error refused(std::string why) {
  return invalid("server", fmt::format("The server's address {} Write it like https://monitor.example.org:8443.", why));
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

bool is_ipv4_literal(std::string_view host) {
  return !host.empty() && host.find_first_not_of("0123456789.") == std::string_view::npos;
}

bool is_host_character(char c, bool ipv6) {
  const bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
  return ipv6 ? alnum || c == ':' || c == '.' : alnum || c == '-' || c == '.' || c == '_';
}

bool is_below(std::string_view host, std::string_view domain) {
  return host == domain ||
         (host.size() > domain.size() && host.ends_with(domain) && host[host.size() - domain.size() - 1] == '.');
}

}  // namespace

bool PlatformUrl::is_loopback() const {
  return host == "localhost" || host.ends_with(".localhost") || (is_ipv4_literal(host) && host.starts_with("127.")) ||
         (ipv6 && host == "::1");
}

std::string PlatformUrl::origin() const {
  std::string text = https ? "https://" : "http://";
  text += ipv6 ? "[" + host + "]" : host;
  if (port != (https ? 443 : 80)) text += fmt::format(":{}", port);
  return text;
}

Result<PlatformUrl> parse_platform_url(std::string_view text) {
  if (text.size() > kUrlBytesMax) return refused("is too long.");
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7F || c == '\\' || c == '"') {
      return refused("has a character that does not belong there.");
    }
  }
  PlatformUrl url;
  const std::string scheme = lower(text.substr(0, 8));
  if (scheme.starts_with("https://")) {
    text.remove_prefix(8);
  } else if (scheme.starts_with("http://")) {
    url.https = false;
    url.port = 80;
    text.remove_prefix(7);
  } else {
    return refused("does not begin with https://.");
  }
  if (text.find_first_of("?#") != std::string_view::npos)
    return refused("has a query or fragment, which is of no use here.");

  std::string_view authority = text.substr(0, text.find('/'));
  url.path = text.substr(authority.size());
  // The address is also part of shell commands that people copy: plain characters only.
  for (const char c : url.path) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       std::string_view("/._~-%").find(c) != std::string_view::npos;
    if (!plain) return refused("has a character in its path that does not belong there.");
  }
  if (authority.find('@') != std::string_view::npos)
    return refused("holds a user name; the token is given apart from it.");
  std::string_view port;
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    if (end == std::string_view::npos) return refused("has a bracket that does not close.");
    url.ipv6 = true;
    url.host = lower(authority.substr(1, end - 1));
    port = authority.substr(end + 1);
    if (!port.empty() && port[0] != ':') return refused("has something odd behind the bracket.");
  } else {
    url.host = lower(authority.substr(0, authority.find(':')));
    port = authority.substr(url.host.size());
  }
  if (!url.ipv6 && url.host.ends_with('.')) url.host.pop_back();
  if (url.host.empty() || url.host.size() > 253 ||
      !std::all_of(url.host.begin(), url.host.end(), [&](char c) { return is_host_character(c, url.ipv6); })) {
    return refused("names no host.");
  }
  if (!port.empty()) {
    port.remove_prefix(1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), url.port);
    if (port.empty() || error != std::errc() || end != port.data() + port.size() || url.port == 0) {
      return refused("has a port that is none.");
    }
  }
  return url;
}

Result<std::string> platform_base(std::string_view text, PlainHttp plain) {
  const PlatformUrl url = TRY(parse_platform_url(text));
  if (!url.https && !url.is_loopback() && plain != PlainHttp::allowed) {
    return invalid(
        "server",
        "The token would cross the network readably over http://. Use the https:// address and --ca-pin; or, where the way "
        "is protected otherwise, set CONNLOG_ALLOW_PLAIN_HTTP=true.");
  }
  std::string base = url.origin() + url.path;
  while (base.ends_with('/')) base.pop_back();
  return base;
}

bool accepts_assignment(std::string_view url_text, std::string_view base_text,
                        const std::vector<std::string>& domains) {
  const auto url = parse_platform_url(url_text);
  const auto base = parse_platform_url(base_text);
  if (!url || !base) return false;
  if (url->origin() == base->origin()) return true;
  if (!url->https) return false;
  // With a plain http base the agent may not trust the same host's https certificate, so it keeps the base that works.
  if (url->host == base->host) return base->https;
  if (url->ipv6 || is_ipv4_literal(url->host) || url->is_loopback()) return false;
  return std::any_of(domains.begin(), domains.end(),
                     [&](const std::string& domain) { return !domain.empty() && is_below(url->host, lower(domain)); });
}

}  // namespace connlog
