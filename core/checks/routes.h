// Where this machine's ways out lead: default routes, networks of its own interfaces, and whether the neighbour table
// knows a gateway. Read from /proc/net; the parsers are pure and take the text. Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/net/address_policy.h"
#include "core/net/address_range.h"

namespace connlog {

struct Routes {
  std::optional<IpAddress> gateway_v4, gateway_v6;  // of the default route with the lowest metric
  std::string gateway_v6_interface = {};            // where the gateway's address is link-local
  bool has_route_v4 = false, has_route_v6 = false;  // a default route, with a gateway or without one
  std::vector<AddressRange> on_link = {};
};

// The texts of /proc/net/route and /proc/net/ipv6_route. `is_running`: whether the interface is up and has a carrier;
// routes of others lead nowhere.
Routes parse_routes(std::string_view route, std::string_view ipv6_route, bool (*is_running)(std::string_view interface));
Routes own_routes();

// What /proc/net/arp says of an IPv4 neighbour: true where its hardware address is known, false where it was asked for in
// vain; nothing where it is not there.
std::optional<bool> parse_neighbour(std::string_view arp, const IpAddress& address);
std::optional<bool> own_neighbour(const IpAddress& address);

}  // namespace connlog
