#include "core/watch/series.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/watch/engine.h"

namespace connlog {
namespace {

constexpr std::int64_t kSpanSecondsMax = std::int64_t{400} * 86'400;

// Steps that people can read off an axis.
constexpr std::array<std::int64_t, 17> kSteps = {10,  15,    20,    30,    60,     120,    180,    300,   600,
                                                 900, 1'800, 3'600, 7'200, 10'800, 21'600, 43'200, 86'400};

std::int64_t step_for(std::int64_t span_seconds, std::int64_t points, std::int64_t interval_seconds) {
  const std::int64_t least = std::max({(span_seconds + points - 1) / points, interval_seconds, std::int64_t{1}});
  for (const std::int64_t step : kSteps) {
    if (step >= least) return step;
  }
  return (least + 86'399) / 86'400 * 86'400;
}

struct Mean {
  std::int64_t sum = 0, count = 0;
  void add(std::int64_t value) {
    if (value == Reading::kNone) return;
    sum += value;
    ++count;
  }
  std::int64_t value() const { return count == 0 ? Reading::kNone : (sum + count / 2) / count; }
};

struct Bucket {
  Mean cpu, memory, disk, load, load_per_core;
  std::int64_t cpu_peak = Reading::kNone;
};

}  // namespace

Series bucketed(const std::vector<Reading>& readings, Instant from, Instant to, std::int64_t points,
                std::int64_t interval_seconds, std::int64_t core_count) {
  Series series;
  series.step_seconds = step_for((to - from + seconds(1) - microseconds(1)) / seconds(1), points, interval_seconds);
  const std::int64_t step = series.step_seconds * 1'000'000;
  series.from = {from.micros / step * step};
  // The edges are aligned outwards. If that gives more points than were asked for, the oldest are left out.
  std::int64_t count = (to.micros - series.from.micros + step - 1) / step;
  if (count > points) {
    series.from.micros += (count - points) * step;
    count = points;
  }
  series.to = {series.from.micros + count * step};

  std::vector<Bucket> buckets(static_cast<std::size_t>(count));
  for (const Reading& reading : readings) {
    if (reading.at < series.from || reading.at >= series.to) continue;
    Bucket& bucket = buckets[static_cast<std::size_t>((reading.at.micros - series.from.micros) / step)];
    bucket.cpu.add(reading.cpu_x100);
    bucket.cpu_peak = std::max(bucket.cpu_peak, reading.cpu_peak_x100);
    bucket.memory.add(metric_value_x100(Metric::memory_percent, reading, core_count));
    bucket.disk.add(metric_value_x100(Metric::disk_percent, reading, core_count));
    bucket.load.add(reading.load_x100);
    bucket.load_per_core.add(metric_value_x100(Metric::load_per_core, reading, core_count));
  }
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    const Bucket& bucket = buckets[i];
    series.at.push_back({series.from.micros + static_cast<std::int64_t>(i) * step});
    series.cpu_percent.push_back(bucket.cpu.value());
    series.cpu_peak_percent.push_back(bucket.cpu_peak);
    series.memory_percent.push_back(bucket.memory.value());
    series.disk_percent.push_back(bucket.disk.value());
    series.load_1m.push_back(bucket.load.value());
    series.load_per_core.push_back(bucket.load_per_core.value());
  }
  return series;
}

Result<Series> series_of(const ReadingStore& store, Snapshot& snapshot, WorkspaceId workspace, AgentId agent,
                         Instant from, Instant to, std::int64_t points, std::int64_t interval_seconds,
                         std::int64_t core_count) {
  if (to <= from) return invalid("to", "The end must lie after the beginning.");
  if (to - from > seconds(kSpanSecondsMax)) return invalid("from", "At most 400 days can be asked for at once.");
  if (points < 1 || points > Series::kPointsMax)
    return invalid("points", "The number of points must lie between 1 and 1000.");
  const auto readings = TRY(store.range(snapshot, workspace, agent, from, to));
  return bucketed(readings, from, to, points, interval_seconds, core_count);
}

}  // namespace connlog
