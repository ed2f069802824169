// Ranges of addresses, and who counts as one.
#include "core/net/address_range.h"

#include <doctest/doctest.h>

using namespace connlog;

namespace {

bool holds(const char* range_text, const char* address) {
  AddressRange range;
  REQUIRE_MESSAGE(parse_address_range(range_text, range), range_text);
  return is_allowed_from({range_text}, address);
}

}  // namespace

TEST_CASE("a range holds its own addresses and no neighbour's") {
  CHECK(holds("10.0.0.0/8", "10.255.255.255"));
  CHECK_FALSE(holds("10.0.0.0/8", "11.0.0.0"));
  CHECK(holds("192.0.2.128/25", "192.0.2.128"));
  CHECK_FALSE(holds("192.0.2.128/25", "192.0.2.127"));
  CHECK(holds("192.0.2.7", "192.0.2.7"));
  CHECK_FALSE(holds("192.0.2.7", "192.0.2.8"));
  CHECK(holds("0.0.0.0/0", "203.0.113.9"));
  CHECK_FALSE(holds("0.0.0.0/0", "2001:db8::1"));
  CHECK(holds("2001:db8::/32", "2001:db8:ffff::1"));
  CHECK_FALSE(holds("2001:db8::/32", "2001:db9::1"));
  CHECK(holds("2001:db8::1", "2001:0db8:0::0:1"));
  CHECK_FALSE(holds("::/0", "192.0.2.7"));
}

TEST_CASE("an IPv4 address inside IPv6 is the IPv4 address") {
  CHECK(holds("192.0.2.0/24", "::ffff:192.0.2.9"));
  CHECK_FALSE(holds("::/0", "::ffff:192.0.2.9"));
}

TEST_CASE("what is no range is refused, also one with bits beyond its prefix") {
  AddressRange range;
  for (const char* bad : {"", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08", "10.0.0.0/8 ",
                          " 10.0.0.0/8", "10/8", "10.0.0.7/8", "2001:db8::1/64", "2001:db8::/129", "[2001:db8::]/32",
                          "example.org", "10.0.0.0/8/8", "10.0.0.0/0x8", "fe80::1%eth0"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_address_range(bad, range));
  }
  CHECK_FALSE(checked_ranges("allowed_addresses", {"10.0.0.0/8", "10.0.0.1/8"}, 10).has_value());
  CHECK(checked_ranges("allowed_addresses", {"10.0.0.0/8", "bad"}, 10).error().field == "allowed_addresses");
  CHECK_FALSE(checked_ranges("f", {"10.0.0.1", "10.0.0.2"}, 1).has_value());
  CHECK(checked_ranges("f", {"10.0.0.1", "10.0.0.1/32"}, 2).value().size() == 1);
}

TEST_CASE("nothing that is no address lies in a range") {
  for (const char* bad : {"", "unknown", "10.0.0.1:80", "10.0.0.1, 10.0.0.2", "0x0a000001", "167772161"})
    CHECK_FALSE(is_allowed_from({"0.0.0.0/0", "::/0"}, bad));
}

TEST_CASE("an IPv6 host counts as its /64, a mapped address as the IPv4 one") {
  CHECK(address_unit("192.0.2.7") == "192.0.2.7");
  CHECK(address_unit("::ffff:192.0.2.7") == "192.0.2.7");
  CHECK(address_unit("2001:db8:1:2:3:4:5:6") == address_unit("2001:db8:1:2::9"));
  CHECK(address_unit("2001:db8:1:2::9") == "2001:db8:1:2::/64");
  CHECK(address_unit("2001:db8:1:2::9") != address_unit("2001:db8:1:3::9"));
}
