// Where in its interval a check has its place: by a hash of its id, so that checks are never in step, and so that a restart of
// connlog changes nothing. Pure; any thread.
#pragma once

#include <cstdint>

#include "core/base/clock.h"
#include "core/checks/check_loop.h"

namespace connlog {

std::uint64_t spread_of(const CheckId& id);
// The first place after `after`, which itself may be one. `interval` > 0.
Monotonic place_after(Monotonic after, microseconds interval, std::uint64_t spread);

}  // namespace connlog
