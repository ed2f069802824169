#include "core/net/address_policy.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <memory>
#include <span>

#include "core/net/address_range.h"

namespace connlog {
namespace {

using V4 = std::array<std::uint8_t, 4>;

V4 v4_at(const IpAddress& address, std::size_t offset) {
  return {address.bytes[offset], address.bytes[offset + 1], address.bytes[offset + 2], address.bytes[offset + 3]};
}

bool starts_with(const IpAddress& address, std::initializer_list<std::uint8_t> prefix) {
  return std::equal(prefix.begin(), prefix.end(), address.bytes.begin());
}

bool is_one_of(const IpAddress& address, std::span<const std::string_view> list) {
  return std::ranges::any_of(list, [&](std::string_view text) {
    IpAddress known;
    return parse_ip(text, known) && known == address;
  });
}

// Addresses outside the link-local range at which clouds give credentials to any program on a machine of theirs.
constexpr std::string_view kMetadata4[] = {
    "100.100.100.200",  // Alibaba Cloud
    "168.63.129.16",    // Azure's wire server
    "192.0.0.192",      // Oracle Cloud
};
constexpr std::string_view kMetadata6[] = {
    "fd00:ec2::254",       // AWS
    "fd20:ce::254",        // Google Cloud
    "fd00:c1::a9fe:a9fe",  // Oracle Cloud
};

// RFC 6890 and its registry, as far as it concerns us.
AddressVerdict classify_v4(const V4& ip) {
  IpAddress address;
  std::copy(ip.begin(), ip.end(), address.bytes.begin());
  if (ip[0] == 0) return AddressVerdict::unspecified;  // 0.0.0.0/8: Linux takes 0.0.0.0 for itself
  if (ip[0] == 127) return AddressVerdict::loopback;
  if (ip[0] == 169 && ip[1] == 254) return AddressVerdict::link_local;  // with 169.254.169.254
  if (is_one_of(address, kMetadata4)) return AddressVerdict::metadata;
  if (ip == V4{255, 255, 255, 255}) return AddressVerdict::broadcast;
  if (ip[0] >= 224 && ip[0] <= 239) return AddressVerdict::multicast;
  if (ip[0] >= 240) return AddressVerdict::reserved;
  return AddressVerdict::allowed;
}

// An IPv4 address inside an IPv6 one that some gateway would unpack. It must be allowed for IPv4 as well. Loopback is
// never allowed there: the gateway's loopback is not ours.
AddressVerdict classify_embedded(const V4& ip) {
  const AddressVerdict inner = classify_v4(ip);
  return inner == AddressVerdict::loopback ? AddressVerdict::reserved : inner;
}

AddressVerdict classify_v6(const IpAddress& address) {
  const auto& b = address.bytes;
  const bool zero_but_last = std::all_of(b.begin(), b.begin() + 15, [](std::uint8_t byte) { return byte == 0; });
  if (zero_but_last && b[15] == 0) return AddressVerdict::unspecified;
  if (zero_but_last && b[15] == 1) return AddressVerdict::loopback;
  const bool first_ten_zero = std::all_of(b.begin(), b.begin() + 10, [](std::uint8_t byte) { return byte == 0; });
  // ::ffff:0:0/96: the kernel really connects to the IPv4 address, loopback included.
  if (first_ten_zero && b[10] == 0xff && b[11] == 0xff) return classify_v4(v4_at(address, 12));
  if (first_ten_zero && b[10] == 0 && b[11] == 0) return classify_embedded(v4_at(address, 12));  // ::/96, deprecated
  // ::ffff:0:0:0/96, IPv4-translated (RFC 2765).
  if (std::all_of(b.begin(), b.begin() + 8, [](std::uint8_t byte) { return byte == 0; }) && b[8] == 0xff &&
      b[9] == 0xff && b[10] == 0 && b[11] == 0) {
    return classify_embedded(v4_at(address, 12));
  }
  if (b[0] == 0xff) return AddressVerdict::multicast;
  if (b[0] == 0xfe && (b[1] & 0xc0) == 0x80) return AddressVerdict::link_local;  // fe80::/10
  if (is_one_of(address, kMetadata6)) return AddressVerdict::metadata;
  if (starts_with(address, {0x01, 0x00, 0, 0, 0, 0, 0, 0})) return AddressVerdict::reserved;  // 100::/64, discard only
  if (starts_with(address, {0x00, 0x64, 0xff, 0x9b})) return classify_embedded(v4_at(address, 12));  // NAT64
  if (starts_with(address, {0x20, 0x02})) return classify_embedded(v4_at(address, 2));               // 6to4
  if (starts_with(address, {0x20, 0x01, 0, 0})) {  // Teredo: server, and the client with its bits flipped
    const AddressVerdict server = classify_embedded(v4_at(address, 4));
    V4 client = v4_at(address, 12);
    for (std::uint8_t& byte : client) byte = static_cast<std::uint8_t>(~byte);
    return server != AddressVerdict::allowed ? server : classify_embedded(client);
  }
  // ISATAP (RFC 5214 §6.1): the interface identifier names the IPv4 address.
  if ((b[8] == 0x00 || b[8] == 0x02) && b[9] == 0 && b[10] == 0x5e && b[11] == 0xfe) {
    return classify_embedded(v4_at(address, 12));
  }
  return AddressVerdict::allowed;
}

// As in the registries of special-purpose addresses (RFC 6890), as far as they do not lead beyond a network of one's own.
bool is_private_v4(const V4& ip) {
  return ip[0] == 10 || ip[0] == 127 || (ip[0] == 172 && (ip[1] & 0xf0) == 16) || (ip[0] == 192 && ip[1] == 168) ||
         (ip[0] == 100 && (ip[1] & 0xc0) == 64) ||          // RFC 6598, between a provider and its customers
         (ip[0] == 198 && (ip[1] & 0xfe) == 18) ||          // RFC 2544, benchmarks
         (ip[0] == 192 && ip[1] == 0 && ip[2] == 0);        // RFC 6890 §2.1
}

// Whether an owner with a list of networks may not reach the address.
bool is_outside(const AddressQuestion& question, const IpAddress& target, bool loopback) {
  const bool listed = question.networks != nullptr &&
                      std::ranges::any_of(*question.networks, [&](const AddressRange& range) { return contains(range, target); });
  if (listed) return false;
  return loopback || is_private(target) || !question.is_public_allowed;
}

bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [&](char x, char y) { return lower(x) == lower(y); });
}

bool is_unspecified(const IpAddress& address) {
  return std::ranges::all_of(address.bytes, [](std::uint8_t byte) { return byte == 0; });
}

bool is_own_address(const IpAddress& target, const std::vector<IpAddress>& local_addresses) {
  return std::ranges::any_of(local_addresses, [&](const IpAddress& local) { return unmapped(local) == target; });
}

bool is_own_listener(const AddressPolicy& policy, const IpAddress& target, bool target_is_loopback, std::uint16_t port,
                     const std::vector<IpAddress>& local_addresses) {
  const bool is_local = target_is_loopback || is_own_address(target, local_addresses);
  return std::ranges::any_of(policy.own_listeners, [&](const HostPort& own) {
    if (own.port != port) return false;
    IpAddress bound;
    if (!parse_ip(own.host, bound)) return is_local;  // a name: any local address may be meant
    return is_unspecified(bound) ? is_local : unmapped(bound) == target;
  });
}

bool loopback_is_allowed(const AddressPolicy& policy, const AddressQuestion& question, const IpAddress& target) {
  switch (question.purpose) {
    case OutboundPurpose::mail:
    case OutboundPurpose::syslog:
    case OutboundPurpose::proxy:
    case OutboundPurpose::agent_uplink:
      return true;
    case OutboundPurpose::webhook:
    case OutboundPurpose::check:
    case OutboundPurpose::dead_man:
    case OutboundPurpose::bucket:          // so that the interface does not make connlog knock at this machine's ports
    case OutboundPurpose::login_provider:  // its discovery document names further hosts, which no administrator chose
      break;
  }
  return std::ranges::any_of(policy.allowed_loopback, [&](const HostPort& allowed) {
    if (allowed.port != question.port) return false;
    IpAddress address;
    if (parse_ip(allowed.host, address)) return unmapped(address) == target;
    // "localhost" names loopback itself. Any other name allows only itself, not another name of the same address.
    return same_name(allowed.host, "localhost") || same_name(allowed.host, question.requested_host);
  });
}

}  // namespace

bool parse_ip(std::string_view text, IpAddress& out) {
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') text = text.substr(1, text.size() - 2);
  if (text.empty() || text.size() > 45 || text.find('\0') != std::string_view::npos) return false;
  const std::string copy(text);
  IpAddress address;
  if (text.find(':') == std::string_view::npos) {
    if (inet_pton(AF_INET, copy.c_str(), address.bytes.data()) != 1) return false;
  } else {
    address.v6 = true;
    if (inet_pton(AF_INET6, copy.c_str(), address.bytes.data()) != 1) return false;
  }
  out = address;
  return true;
}

std::string to_text(const IpAddress& address) {
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(address.v6 ? AF_INET6 : AF_INET, address.bytes.data(), text, sizeof text);
  return text;
}

Result<HostPort> parse_host_port(std::string_view text, const std::string& field) {
  const Error wrong =
      invalid(field, fmt::format("\"{}\" is not a host and a port, such as localhost:9000 or [::1]:9000.", text));
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return wrong;
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  HostPort out;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out.port);
  if (error != std::errc{} || end != digits.data() + digits.size() || out.port == 0) return wrong;
  IpAddress address;
  if (host.front() == '[' || host.find(':') != std::string_view::npos) {
    if (host.front() != '[' || !parse_ip(host, address)) return wrong;
    host = host.substr(1, host.size() - 2);
  }
  const bool plain = std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '_' || c == ':';
  });
  if (!plain || host.size() > 253) return wrong;
  out.host = host;
  return out;
}

AddressVerdict decide(const AddressPolicy& policy, const AddressQuestion& question,
                      const std::vector<IpAddress>& local_addresses) {
  const IpAddress target = unmapped(question.address);
  const AddressVerdict kind = target.v6 ? classify_v6(target) : classify_v4(v4_at(target, 0));
  if (kind != AddressVerdict::allowed && kind != AddressVerdict::loopback) return kind;
  const bool loopback = kind == AddressVerdict::loopback;
  // The agent talks to connlog itself, and has no listeners of its own.
  if (is_own_listener(policy, target, loopback, question.port, local_addresses)) return AddressVerdict::own_listener;
  if (question.ports != nullptr && !question.ports->empty() && question.port != 0 &&
      std::ranges::find(*question.ports, question.port) == question.ports->end()) {
    return AddressVerdict::port_not_listed;
  }
  const bool by_networks = question.purpose == OutboundPurpose::check || question.networks != nullptr;
  // A packet to this machine's own public address goes over loopback, past every packet filter outside.
  const bool own = loopback || (by_networks && is_own_address(target, local_addresses));
  if (by_networks && !is_outside(question, target, own)) return AddressVerdict::allowed;
  if (own) {
    return loopback_is_allowed(policy, question, target) ? AddressVerdict::allowed : AddressVerdict::loopback;
  }
  return by_networks ? AddressVerdict::private_network : AddressVerdict::allowed;
}

bool is_private(const IpAddress& given) {
  const IpAddress address = unmapped(given);
  const auto& b = address.bytes;
  if (!address.v6) return is_private_v4(v4_at(address, 0));
  if ((b[0] & 0xfe) == 0xfc) return true;                     // fc00::/7, unique local
  if (b[0] == 0xfe && (b[1] & 0xc0) == 0xc0) return true;     // fec0::/10, site-local, deprecated
  const bool first_eight_zero = std::all_of(b.begin(), b.begin() + 8, [](std::uint8_t byte) { return byte == 0; });
  // The forms of classify_v6: ::1, ::/96, ::ffff:0:0:0/96, NAT64, 6to4, Teredo, ISATAP.
  if (first_eight_zero) return (b[12] == 0 && b[13] == 0 && b[14] == 0 && b[15] == 1) || is_private_v4(v4_at(address, 12));
  if (starts_with(address, {0x00, 0x64, 0xff, 0x9b})) return is_private_v4(v4_at(address, 12));
  if (starts_with(address, {0x20, 0x02})) return is_private_v4(v4_at(address, 2));
  if (starts_with(address, {0x20, 0x01, 0, 0})) {
    V4 client = v4_at(address, 12);
    for (std::uint8_t& byte : client) byte = static_cast<std::uint8_t>(~byte);
    return is_private_v4(v4_at(address, 4)) || is_private_v4(client);
  }
  if ((b[8] == 0x00 || b[8] == 0x02) && b[9] == 0 && b[10] == 0x5e && b[11] == 0xfe) return is_private_v4(v4_at(address, 12));
  return false;
}

std::string explain(AddressVerdict verdict, const IpAddress& address, std::uint16_t port) {
  const std::string where = to_text(address);
  switch (verdict) {
    case AddressVerdict::allowed:
      return where + " is allowed.";
    case AddressVerdict::not_internet:
      return "This kind of address is never connected to.";
    case AddressVerdict::unspecified:
      return where + " is not the address of a host.";
    case AddressVerdict::loopback:
      return fmt::format(
          "{} is this machine itself. The appliance's administrator can allow it: host and port with the setting "
          "outbound_loopback, or a network that contains it under the workspace's networks.",
          where);
    case AddressVerdict::link_local:
    case AddressVerdict::metadata:
      return where + " is a link-local or cloud metadata address; connlog never connects to these.";
    case AddressVerdict::multicast:
    case AddressVerdict::broadcast:
    case AddressVerdict::reserved:
      return where + " is a multicast, broadcast or reserved address; connlog never connects to these.";
    case AddressVerdict::own_listener:
      return fmt::format("{} port {} is connlog itself; it does not send to itself.", where, port);
    case AddressVerdict::private_network:
      return fmt::format(
          "{} is not in a network that this workspace may reach. The appliance's administrator can add it under the "
          "workspace's networks.",
          where);
    case AddressVerdict::port_not_listed:
      return fmt::format(
          "Port {} is not one that this host opens to checks. Who administers the host can add it to "
          "/etc/connlog/probe.toml.",
          port);
  }
  return where + " is not allowed.";
}

std::vector<IpAddress> local_addresses() {
  ifaddrs* first = nullptr;
  std::vector<IpAddress> out;
  if (getifaddrs(&first) != 0) return out;  // the policy knows loopback without it
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(first, &freeifaddrs);
  for (const ifaddrs* entry = first; entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr) continue;
    IpAddress address;
    if (entry->ifa_addr->sa_family == AF_INET) {
      sockaddr_in in{};
      std::memcpy(&in, entry->ifa_addr, sizeof in);
      std::memcpy(address.bytes.data(), &in.sin_addr, 4);
    } else if (entry->ifa_addr->sa_family == AF_INET6) {
      sockaddr_in6 in{};
      std::memcpy(&in, entry->ifa_addr, sizeof in);
      address.v6 = true;
      std::memcpy(address.bytes.data(), &in.sin6_addr, 16);
    } else {
      continue;
    }
    out.push_back(address);
  }
  return out;
}

}  // namespace connlog
