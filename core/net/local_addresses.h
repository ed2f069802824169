// The addresses of this machine's interfaces, for the address policy: what listens on them is connlog's own, whatever name
// leads there. Asked at each connect, as interfaces come and go. Any thread.
#pragma once

#include <vector>

#include "core/net/address_policy.h"

namespace connlog {
std::vector<IpAddress> local_addresses();
}
