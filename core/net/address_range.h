// Allowed addresses: "192.0.2.0/24", "2001:db8::/32" or a single address, as people write them into lists.
// An IPv4 address that arrives in an IPv6 socket (::ffff:192.0.2.1) counts as the IPv4 address. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/net/address_policy.h"

namespace connlog {

struct AddressRange {
  IpAddress base;
  int bits = 0;  // of the prefix: 0–32, or 0–128
};

// The whole text is the range: no spaces, no names, no second line. Bits behind the prefix must be zero, so that a
// typing mistake is refused.
bool parse_address_range(std::string_view text, AddressRange& out);
std::string to_text(const AddressRange& range);  // always with its prefix length

// "::ffff:192.0.2.7" → 192.0.2.7 (RFC 4291 §2.5.5.2); others unchanged.
IpAddress unmapped(const IpAddress& address);

bool contains(const AddressRange& range, const IpAddress& address);
// Whether an address as text is in one of the ranges as text. No ranges: every address is. An address that does not
// parse is in no range.
bool is_allowed_from(const std::vector<std::string>& ranges, std::string_view address);

// The ranges as they are stored: each in its canonical form, without duplicates. Errors name `field`.
Result<std::vector<std::string>> checked_ranges(const std::string& field, const std::vector<std::string>& texts,
                                                std::size_t count_max);

// The unit in which unknown clients are counted: an IPv4 address, or the /64 network that one IPv6 host usually owns.
// "2001:db8:1:2:3::4" → "2001:db8:1:2::/64"; "::ffff:192.0.2.7" → "192.0.2.7"; a text that is no address is returned
// unchanged.
std::string address_unit(std::string_view address);

}  // namespace connlog
