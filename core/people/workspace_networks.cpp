#include "core/people/workspace_networks.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/base/log.h"

namespace connlog {
namespace {

const WorkspaceNetworks::Ranges& no_ranges() {
  static const WorkspaceNetworks::Ranges kNone = std::make_shared<const std::vector<AddressRange>>();
  return kNone;
}

// Addresses and masks have one form in these structures.
bool read_address(const sockaddr* given, IpAddress& out) {
  if (given == nullptr) return false;
  if (given->sa_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, given, sizeof in);
    std::memcpy(out.bytes.data(), &in.sin_addr, 4);
    return true;
  }
  if (given->sa_family != AF_INET6) return false;
  sockaddr_in6 in{};
  std::memcpy(&in, given, sizeof in);
  out.v6 = true;
  std::memcpy(out.bytes.data(), &in.sin6_addr, 16);
  return true;
}

AddressRange network_of(IpAddress address, const IpAddress& mask) {
  AddressRange range;
  const std::size_t bytes = address.v6 ? 16 : 4;
  for (std::size_t at = 0; at < bytes; ++at) {
    address.bytes[at] &= mask.bytes[at];
    for (int bit = 7; bit >= 0 && (mask.bytes[at] >> bit & 1) != 0; --bit) ++range.bits;
  }
  range.base = address;
  return range;
}

bool is_link_local(const IpAddress& address) {
  const auto& b = address.bytes;
  return address.v6 ? b[0] == 0xfe && (b[1] & 0xc0) == 0x80 : b[0] == 169 && b[1] == 254;
}

}  // namespace

WorkspaceNetworks::Ranges WorkspaceNetworks::of(WorkspaceId workspace) const {
  const std::lock_guard lock(mutex_);
  const auto found = ranges_.find(workspace);
  return found == ranges_.end() ? no_ranges() : found->second;
}

void WorkspaceNetworks::put(WorkspaceId workspace, std::vector<AddressRange> ranges) {
  auto shared = std::make_shared<const std::vector<AddressRange>>(std::move(ranges));
  const std::lock_guard lock(mutex_);
  ranges_.insert_or_assign(workspace, std::move(shared));
}

void WorkspaceNetworks::forget(WorkspaceId workspace) {
  const std::lock_guard lock(mutex_);
  ranges_.erase(workspace);
}

std::vector<AddressRange> parsed_networks(const std::vector<std::string>& texts) {
  std::vector<AddressRange> ranges;
  for (const std::string& text : texts) {
    AddressRange range;
    if (parse_address_range(text, range))
      ranges.push_back(range);
    else
      log_warning("networks.unreadable", {{"network", text}});
  }
  return ranges;
}

Result<void> load_networks(Snapshot& snapshot, const NetworkStore& store, WorkspaceNetworks& networks) {
  const auto all = TRY(store.all(snapshot));
  for (const auto& [workspace, texts] : all) networks.put(workspace, parsed_networks(texts));
  return {};
}

std::vector<std::string> own_networks() {
  std::vector<std::string> networks;
  ifaddrs* first = nullptr;
  if (getifaddrs(&first) != 0) return networks;
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(first, &freeifaddrs);
  for (const ifaddrs* entry = first; entry != nullptr; entry = entry->ifa_next) {
    IpAddress address, mask;
    const bool is_up = (entry->ifa_flags & IFF_UP) != 0 && (entry->ifa_flags & IFF_LOOPBACK) == 0;
    if (!is_up || !read_address(entry->ifa_addr, address) || !read_address(entry->ifa_netmask, mask)) continue;
    if (!is_private(address) || is_link_local(address)) continue;  // public ones need no entry
    std::string text = to_text(network_of(address, mask));
    if (std::ranges::find(networks, text) == networks.end() && networks.size() < kNetworksMax)
      networks.push_back(std::move(text));
  }
  return networks;
}

}  // namespace connlog
