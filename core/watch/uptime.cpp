#include "core/watch/uptime.h"

#include <algorithm>
#include <limits>

namespace connlog {
namespace {

constexpr std::int64_t kWhole = 10'000;  // hundredths of a percent

// The span's share of the sums; nothing for what counts neither way.
microseconds* counter_of(Uptime& uptime, const StateChange& change) {
  if (is_calm(change.reason)) return nullptr;
  switch (change.state) {
    case State::up:
      return &uptime.up;
    case State::degraded:
      return &uptime.degraded;
    case State::down:
      return &uptime.down;
    case State::unknown:
    case State::pending:
      break;
  }
  return nullptr;
}

}  // namespace

std::optional<std::int64_t> Uptime::percent_x100() const {
  const std::int64_t good = (up + degraded).count();
  const std::int64_t counted = good + down.count();
  if (counted <= 0) return std::nullopt;
  // Rounded down, so that 100 % means that it was never down. Long stretches are counted in coarser units.
  const std::int64_t unit = counted / (std::numeric_limits<std::int64_t>::max() / kWhole) + 1;
  return good / unit * kWhole / (counted / unit);
}

Uptime uptime_of(const std::vector<StateChange>& changes, Instant from, Instant to,
                 std::span<const QuietWindow> without) {
  Uptime uptime;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const Instant begin = std::max(changes[i].at, from);
    const Instant end = i + 1 < changes.size() ? std::min(changes[i + 1].at, to) : to;
    if (end <= begin) continue;
    microseconds* counter = counter_of(uptime, changes[i]);
    if (counter == nullptr) continue;
    each_stretch_without(without, begin, end, [counter](Instant stretch_from, Instant stretch_to) {
      *counter += stretch_to - stretch_from;
    });
  }
  return uptime;
}

}  // namespace connlog
