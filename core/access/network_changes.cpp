#include "core/access/network_changes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "core/net/address_policy.h"
#include "core/net/address_range.h"

namespace connlog {
namespace {

constexpr int kWidestV4 = 8;  // 10.0.0.0/8
constexpr int kWidestV6 = 7;  // fc00::/7

bool is_link_local(const AddressRange& range) {
  const auto& b = range.base.bytes;
  return range.base.v6 ? b[0] == 0xfe && (b[1] & 0xc0) == 0x80 : b[0] == 169 && b[1] == 254;
}

AddressRange loopback_v6() {
  AddressRange range;
  range.base.v6 = true;
  range.base.bytes[15] = 1;
  range.bits = 128;
  return range;
}

// IPv6 that carries IPv4: ::ffff:0:0/96, NAT64 and 6to4. Such addresses are judged by the IPv4 in them.
bool carries_v4(const AddressRange& range) {
  if (!range.base.v6) return false;
  const auto& b = range.base.bytes;
  const bool is_mapped = std::all_of(b.begin(), b.begin() + 10, [](auto byte) { return byte == 0; }) && b[10] == 0xff &&
                         b[11] == 0xff;
  return is_mapped || (b[0] == 0x20 && b[1] == 0x02) || (b[0] == 0x00 && b[1] == 0x64 && b[2] == 0xff && b[3] == 0x9b);
}

// Empty: nothing against it.
std::string_view why_not(const AddressRange& range) {
  if (is_link_local(range)) return "connlog never connects to link-local addresses, where clouds keep their credentials";
  if (carries_v4(range)) return "it carries IPv4; give the network in the form of IPv4";
  if (!range.base.v6 && range.bits >= kWidestV4 && (range.base.bytes[0] == 0 || range.base.bytes[0] >= 224))
    return "no single machine has an address of it";
  const AddressRange loopback = loopback_v6();
  if (range.base.v6 && range.bits < loopback.bits && contains(range, loopback.base))
    return "it has this machine itself in it; name ::1/128 by itself where that is meant";
  if (range.bits < (range.base.v6 ? kWidestV6 : kWidestV4))
    return "it is wider than any private network; public addresses need no entry";
  return {};
}

std::string shown(const std::vector<std::string>& networks) {
  return networks.empty() ? std::string("public addresses alone") : fmt::format("{}", fmt::join(networks, ", "));
}

}  // namespace

Result<std::vector<std::string>> checked_networks(const std::string& field, const std::vector<std::string>& texts) {
  std::vector<std::string> networks = TRY(checked_ranges(field, texts, kNetworksMax));
  for (const std::string& text : networks) {
    AddressRange range;
    if (!parse_address_range(text, range)) return invalid(field, fmt::format("{} is no network.", text));
    if (const std::string_view why = why_not(range); !why.empty()) return invalid(field, fmt::format("{}: {}.", text, why));
  }
  return networks;
}

Result<Workspace> NetworkChanges::find(Snapshot& snapshot, WorkspaceId id) const {
  auto found = TRY(parts_.workspaces.find(snapshot, id));
  if (!found || is_appliances_own(*found)) return Error{ErrorCode::not_found, "There is no such workspace."};
  return *std::move(found);
}

Result<std::vector<std::string>> NetworkChanges::of(Snapshot& snapshot, WorkspaceId id) const {
  TRY(find(snapshot, id));
  return parts_.store.of(snapshot, id);
}

Result<std::vector<std::string>> NetworkChanges::change(Transaction& tx, const Actor& actor, WorkspaceId id,
                                                        const std::vector<std::string>& texts) {
  std::vector<std::string> networks = TRY(checked_networks("networks", texts));
  std::ranges::sort(networks);
  const Workspace workspace = TRY(find(tx, id));
  const std::vector<std::string> before = TRY(parts_.store.of(tx, id));
  if (networks == before) return networks;
  TRY(parts_.store.replace(tx, id, networks));
  const std::string details = fmt::format("{} → {}", shown(before), shown(networks));
  Actor outside = actor;
  outside.workspace = {};
  TRY(parts_.audit.append(tx, outside, "workspace.networks_changed", workspace.name, details));
  Actor inside = actor;
  inside.workspace = id;
  TRY(parts_.audit.append(tx, inside, "workspace.networks_changed", id.text(), details));
  tx.after_commit([memory = &parts_.networks, id, ranges = parsed_networks(networks)] { memory->put(id, ranges); });
  return networks;
}

void NetworkChanges::forget(Transaction& tx, WorkspaceId id) {
  tx.after_commit([memory = &parts_.networks, id] { memory->forget(id); });
}

}  // namespace connlog
