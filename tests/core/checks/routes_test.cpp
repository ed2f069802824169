#include "core/checks/routes.h"

#include <doctest/doctest.h>

#include <bit>

namespace connlog {
namespace {

bool all_run(std::string_view) {
  return true;
}
bool only_the_second_runs(std::string_view interface) {
  return interface == "wlan0";
}

constexpr std::string_view kRoute =
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
    "eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
    "wlan0\t00000000\t0102A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n"
    "eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n"
    "wlan0\t0002A8C0\t00000000\t0001\t0\t0\t600\t00FFFFFF\t0\t0\t0\n"
    "eth0\t0000000A\t00000000\t0201\t0\t0\t0\t000000FF\t0\t0\t0\n";

constexpr std::string_view kRoute6 =
    "fd000000000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 "
    "00000001 00000000 00000001     eth0\n"
    "00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000400 "
    "00000003 00000000 00000003     eth0\n"
    "00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff "
    "00000001 00000000 00200200       lo\n";

}  // namespace

TEST_CASE("the routing tables name the gateways, the networks on our link and where there is no way") {
  if constexpr (std::endian::native != std::endian::little) return;  // the text is this machine's own
  const Routes routes = parse_routes(kRoute, kRoute6, &all_run);
  REQUIRE(routes.gateway_v4);
  CHECK(to_text(*routes.gateway_v4) == "192.168.1.1");
  REQUIRE(routes.gateway_v6);
  CHECK(to_text(*routes.gateway_v6) == "fe80::1");
  CHECK(routes.gateway_v6_interface == "eth0");
  CHECK(routes.has_route_v4);
  CHECK(routes.has_route_v6);
  std::string networks;
  for (const AddressRange& range : routes.on_link) networks += to_text(range) + " ";
  CHECK(networks == "192.168.1.0/24 192.168.2.0/24 fd00::/64 ");
}

TEST_CASE("an interface without a carrier leads nowhere") {
  if constexpr (std::endian::native != std::endian::little) return;
  const Routes routes = parse_routes(kRoute, kRoute6, &only_the_second_runs);
  REQUIRE(routes.gateway_v4);
  CHECK(to_text(*routes.gateway_v4) == "192.168.2.1");
  CHECK_FALSE(routes.has_route_v6);
  CHECK(routes.on_link.size() == 1);
}

TEST_CASE("tables that are empty, cut or nonsense are no routes") {
  for (const std::string_view text : {"", "\n\n", "eth0", "eth0 x y z 0 0 0 q 0 0 0\n", "eth0\t00000000\t01"}) {
    const Routes routes = parse_routes(text, text, &all_run);
    CHECK_FALSE(routes.has_route_v4);
    CHECK_FALSE(routes.has_route_v6);
    CHECK(routes.on_link.empty());
  }
}

TEST_CASE("the neighbour table says whether a gateway's hardware address is known") {
  constexpr std::string_view kArp =
      "IP address       HW type     Flags       HW address            Mask     Device\n"
      "192.168.1.1      0x1         0x2         02:00:00:00:00:01     *        eth0\n"
      "192.168.1.9      0x1         0x0         00:00:00:00:00:00     *        eth0\n";
  IpAddress address;
  REQUIRE(parse_ip("192.168.1.1", address));
  CHECK(parse_neighbour(kArp, address) == std::optional(true));
  REQUIRE(parse_ip("192.168.1.9", address));
  CHECK(parse_neighbour(kArp, address) == std::optional(false));
  REQUIRE(parse_ip("192.168.1.8", address));
  CHECK_FALSE(parse_neighbour(kArp, address).has_value());
}

}  // namespace connlog
