// The working hours of a rule, in their zone: when they begin next. Over the nights on which clocks change they begin at the
// local time that is meant; one that does not exist is the first that does. Pure; any thread.
#pragma once

#include "core/base/clock.h"
#include "core/base/time_zone.h"
#include "core/watch/rule.h"

namespace connlog {

// Not set: they run now, or there are none.
Instant hours_begin(const WorkingHours& hours, const TimeZone& zone, Instant now);

}  // namespace connlog
