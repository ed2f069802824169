#include "core/checks/routes.h"

#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <memory>

#include "core/base/text.h"

namespace connlog {
namespace {

constexpr std::size_t kTableBytesMax = 1'024 * 1'024;

// RTF_UP, RTF_GATEWAY, RTF_REJECT, RTF_LOCAL and RTF_NONEXTHOP (linux/route.h, linux/ipv6_route.h).
constexpr std::uint32_t kUp = 0x0001, kGateway = 0x0002, kReject = 0x0200, kLocal = 0x80000000, kNoNextHop = 0x00200000;

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> out;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t from = line.find_first_not_of(" \t", at);
    if (from == std::string_view::npos) break;
    const std::size_t end = std::min(line.find_first_of(" \t", from), line.size());
    out.push_back(line.substr(from, end - from));
    at = end;
  }
  return out;
}

template <typename Each>
void each_line(std::string_view text, const Each& each) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    each(words_of(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

bool hex(std::string_view text, std::uint32_t& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, 16);
  return error == std::errc{} && end == text.data() + text.size();
}

// As the kernel prints it: the four bytes as one number of this machine.
bool v4_of(std::string_view text, IpAddress& out) {
  std::uint32_t number = 0;
  if (text.size() != 8 || !hex(text, number)) return false;
  out = {};
  std::memcpy(out.bytes.data(), &number, sizeof number);
  return true;
}

bool v6_of(std::string_view text, IpAddress& out) {
  if (text.size() != 32) return false;
  out = {};
  out.v6 = true;
  for (std::size_t i = 0; i < 16; ++i) {
    std::uint32_t byte = 0;
    if (!hex(text.substr(i * 2, 2), byte)) return false;
    out.bytes[i] = static_cast<std::uint8_t>(byte);
  }
  return true;
}

void take_v4(Routes& routes, std::uint32_t& best, const std::vector<std::string_view>& words) {
  IpAddress to, by, mask;
  std::uint32_t flags = 0, metric = 0;
  if (!v4_of(words[1], to) || !v4_of(words[2], by) || !hex(words[3], flags) || !v4_of(words[7], mask)) return;
  std::from_chars(words[6].data(), words[6].data() + words[6].size(), metric);
  if ((flags & kUp) == 0 || (flags & kReject) != 0) return;
  int bits = 0;
  for (std::size_t i = 0; i < 4; ++i) bits += std::popcount(mask.bytes[i]);
  if (bits > 0) {
    if ((flags & kGateway) == 0) routes.on_link.push_back({to, bits});
    return;
  }
  if (routes.has_route_v4 && metric >= best) return;
  best = metric;
  routes.has_route_v4 = true;
  routes.gateway_v4 = (flags & kGateway) != 0 ? std::optional(by) : std::nullopt;
}

void take_v6(Routes& routes, std::uint32_t& best, const std::vector<std::string_view>& words) {
  IpAddress to, by;
  std::uint32_t bits = 0, metric = 0, flags = 0;
  if (!v6_of(words[0], to) || !hex(words[1], bits) || !v6_of(words[4], by) || !hex(words[5], metric) ||
      !hex(words[8], flags) || bits > 128) {
    return;
  }
  if ((flags & kUp) == 0 || (flags & (kReject | kLocal | kNoNextHop)) != 0 || to.bytes[0] == 0xff) return;
  if (bits > 0) {
    if ((flags & kGateway) == 0) routes.on_link.push_back({to, static_cast<int>(bits)});
    return;
  }
  if (routes.has_route_v6 && metric >= best) return;
  best = metric;
  routes.has_route_v6 = true;
  routes.gateway_v6 = (flags & kGateway) != 0 ? std::optional(by) : std::nullopt;
  routes.gateway_v6_interface = std::string(words[9]);
}

std::string read_table(const char* path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path, "re"), &std::fclose);
  std::string text;
  if (file == nullptr) return text;  // without IPv6 there is no such file
  std::array<char, 8'192> part;
  while (text.size() < kTableBytesMax) {
    const std::size_t count = std::fread(part.data(), 1, part.size(), file.get());
    if (count == 0) break;
    text.append(part.data(), count);
  }
  return text;
}

bool runs(std::string_view interface) {
  ifreq asked{};
  if (interface.empty() || interface.size() >= sizeof asked.ifr_name) return false;
  std::copy(interface.begin(), interface.end(), asked.ifr_name);
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return true;  // what cannot be asked is no evidence
  const bool told = ::ioctl(socket, SIOCGIFFLAGS, &asked) == 0;
  ::close(socket);
  return !told || ((asked.ifr_flags & IFF_UP) != 0 && (asked.ifr_flags & IFF_RUNNING) != 0);
}

}  // namespace

Routes parse_routes(std::string_view route, std::string_view ipv6_route, bool (*is_running)(std::string_view interface)) {
  Routes routes;
  std::uint32_t best_v4 = 0, best_v6 = 0;
  each_line(route, [&](const std::vector<std::string_view>& words) {
    if (words.size() >= 8 && words[0] != "Iface" && is_running(words[0])) take_v4(routes, best_v4, words);
  });
  each_line(ipv6_route, [&](const std::vector<std::string_view>& words) {
    if (words.size() >= 10 && words[9] != "lo" && is_running(words[9])) take_v6(routes, best_v6, words);
  });
  return routes;
}

Routes own_routes() {
  return parse_routes(read_table("/proc/net/route"), read_table("/proc/net/ipv6_route"), &runs);
}

std::optional<bool> parse_neighbour(std::string_view arp, const IpAddress& address) {
  const std::string wanted = to_text(address);
  std::optional<bool> known;
  each_line(arp, [&](const std::vector<std::string_view>& words) {
    if (words.size() < 4 || words[0] != wanted || !words[2].starts_with("0x")) return;
    std::uint32_t flags = 0;
    if (hex(words[2].substr(2), flags)) known = (flags & 0x2) != 0;  // ATF_COM
  });
  return known;
}

std::optional<bool> own_neighbour(const IpAddress& address) {
  if (address.v6) return std::nullopt;
  return parse_neighbour(read_table("/proc/net/arp"), address);
}

}  // namespace connlog
