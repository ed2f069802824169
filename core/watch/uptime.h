// How much of a stretch a subject was up, by the record of its states. Pure; any thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/base/clock.h"
#include "core/watch/quiet/quiet.h"
#include "core/watch/subject.h"

namespace connlog {

struct Uptime {
  microseconds up{0}, degraded{0}, down{0};  // `unknown`, `pending`, pauses and what is left out count neither way
  // In hundredths of a percent: (up + degraded) of what counts. Nothing: no moment counts.
  std::optional<std::int64_t> percent_x100() const;
};

// Calls `each(from, to)` for what is left of [from, to) without these windows, which are oldest first and do not
// overlap.
template <typename Each>
void each_stretch_without(std::span<const QuietWindow> windows, Instant from, Instant to, Each&& each) {
  for (const QuietWindow& window : windows) {
    if (window.to <= from) continue;
    if (window.from >= to) break;
    if (window.from > from) each(from, window.from);
    from = std::max(from, window.to);
    if (from >= to) return;
  }
  if (from < to) each(from, to);
}

// `changes`: oldest first, the last one before `from` included. [from, to). `without`: maintenances, which count
// neither way (core/watch/quiet/quiet_reach.h).
Uptime uptime_of(const std::vector<StateChange>& changes, Instant from, Instant to,
                 std::span<const QuietWindow> without = {});

}  // namespace connlog
