// How much of a stretch a subject was up, by the record of its states. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/clock.h"
#include "core/watch/subject.h"

namespace connlog {

struct Uptime {
  microseconds up{0}, degraded{0}, down{0};  // `unknown`, `pending` and pauses count neither way
  // In hundredths of a percent: (up + degraded) of what counts. Nothing: no moment counts.
  std::optional<std::int64_t> percent_x100() const;
};

// `changes`: oldest first, the last one before `from` included. [from, to).
Uptime uptime_of(const std::vector<StateChange>& changes, Instant from, Instant to);

}  // namespace connlog
