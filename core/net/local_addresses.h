// The addresses of this machine's interfaces. With them the address policy recognises connlog's own listeners under any
// name. Read at each connect, because interfaces come and go. Any thread.
#pragma once

#include <vector>

#include "core/net/address_policy.h"

namespace connlog {
std::vector<IpAddress> local_addresses();
}
