// Who counts as one among strangers: an IPv4 address, or the /64 that an IPv6 host owns whole. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace connlog {

// "2001:db8:1:2:3::4" → "2001:db8:1:2::/64"; "::ffff:192.0.2.7" → "192.0.2.7"; what is no address stays as it is.
std::string address_unit(std::string_view address);

}  // namespace connlog
