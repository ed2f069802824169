// Readings prepared for a chart: means over equal buckets, gaps where nothing was measured. Pure, but for `series_of`,
// which reads the log; any thread.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/transaction.h"
#include "core/watch/reading.h"

namespace connlog {

struct Series {
  static constexpr std::int64_t kPointsMax = 1'000;

  Instant from, to;  // [from, to): aligned outwards to the step
  std::int64_t step_seconds = 0;
  std::vector<Instant> at;  // the start of each bucket
  // One value a bucket, × 100; Reading::kNone for a gap. All have the size of `at`.
  std::vector<std::int64_t> cpu_percent, cpu_peak_percent, memory_percent, disk_percent, load_1m, load_per_core;
};

// `points` ≤ kPointsMax; a bucket is never shorter than the interval of the heartbeats, or every other one would be a
// gap. The peak is a bucket's highest value; all others are means. `core_count` 0: no load per core.
Series bucketed(const std::vector<Reading>& readings, Instant from, Instant to, std::int64_t points,
                std::int64_t interval_seconds, std::int64_t core_count);

// invalid_input: `to` not after `from`, more than 400 days, or points outside 1–kPointsMax.
Result<Series> series_of(const ReadingStore& store, Snapshot& snapshot, WorkspaceId workspace, AgentId agent,
                         Instant from, Instant to, std::int64_t points, std::int64_t interval_seconds,
                         std::int64_t core_count);

}  // namespace connlog
