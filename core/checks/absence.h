// Whether the loop of checks was away: the machine slept, was paused or so busy that nothing came round, or its clock
// stepped. Pure; any thread.
#pragma once

#include <optional>

#include "core/base/clock.h"
#include "core/checks/check_loop.h"

namespace connlog {

struct ClockReadings {
  Monotonic monotonic, boot;
  Instant wall;
};
ClockReadings readings_of(const Clock& clock);

// Nothing: all three clocks agree that less than CheckLoop::kAbsence has passed. Where the wall clock alone says more, it
// stepped forward: that counts too, for what is judged by it would be judged wrongly.
std::optional<CheckLoop::Absence> absence_between(const ClockReadings& before, const ClockReadings& now);

}  // namespace connlog
