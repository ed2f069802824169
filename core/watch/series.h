// Readings prepared for a chart: means over equal buckets, gaps where nothing was measured. Pure, but for `series_of`,
// which reads the log; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/transaction.h"
#include "core/watch/metric.h"
#include "core/watch/reading.h"

namespace connlog {

struct Series {
  static constexpr std::int64_t kPointsMax = 1'000;

  Instant from, to;  // [from, to): aligned outwards to the step
  std::int64_t step_seconds = 0;
  std::vector<Instant> at;  // the start of each bucket

  // One value a bucket, in units of 1/scale of the metric; nothing for a gap. As long as `at`.
  using Line = std::vector<std::optional<std::int64_t>>;
  // Each metric that the table draws, in the table's order.
  std::vector<std::pair<const MetricRow*, Line>> lines;

  const Line& of(Metric metric) const;  // empty: the table does not draw it
};

// `points` ≤ kPointsMax; a bucket is never shorter than the interval of the heartbeats, or every other one would be a
// gap. The table says of each metric whether a bucket's value is the mean or the highest.
Series bucketed(const std::vector<Reading>& readings, Instant from, Instant to, std::int64_t points,
                std::int64_t interval_seconds);

// invalid_input: `to` not after `from`, more than 400 days, or points outside 1–kPointsMax.
Result<Series> series_of(const ReadingStore& store, Snapshot& snapshot, WorkspaceId workspace, SubjectId subject,
                         Instant from, Instant to, std::int64_t points, std::int64_t interval_seconds);

}  // namespace connlog
