#include "core/watch/series.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

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

// Not a constant of the compiler: GCC takes a chart's address for none when it instruments for UBSan.
const std::vector<const MetricRow*>& drawn_rows() {
  static const std::vector<const MetricRow*> rows = [] {
    std::vector<const MetricRow*> drawn;
    for (const MetricRow& row : kMetricTable) {
      if (row.drawn.chart != nullptr) drawn.push_back(&row);
    }
    return drawn;
  }();
  return rows;
}

// What one bucket holds of one metric.
struct Cell {
  std::int64_t sum = 0, count = 0, highest = 0;

  void add(std::optional<std::int64_t> value) {
    if (!value) return;
    sum += *value;
    highest = count == 0 ? *value : std::max(highest, *value);
    ++count;
  }
  std::optional<std::int64_t> value(Drawn::Pick pick) const {
    if (count == 0) return std::nullopt;
    return pick == Drawn::Pick::highest ? highest : (sum + count / 2) / count;
  }
};
using Bucket = std::array<Cell, kMetricTable.size()>;  // the first drawn_rows().size() of them

}  // namespace

Series bucketed(const std::vector<Reading>& readings, Instant from, Instant to, std::int64_t points,
                std::int64_t interval_seconds) {
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

  const std::vector<const MetricRow*>& drawn = drawn_rows();
  std::vector<Bucket> buckets(static_cast<std::size_t>(count));
  for (const Reading& reading : readings) {
    if (reading.at < series.from || reading.at >= series.to) continue;
    Bucket& bucket = buckets[static_cast<std::size_t>((reading.at.micros - series.from.micros) / step)];
    for (std::size_t i = 0; i < drawn.size(); ++i) bucket[i].add(value_of(*drawn[i], reading.values));
  }
  for (std::int64_t i = 0; i < count; ++i) series.at.push_back({series.from.micros + i * step});
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    Series::Line line;
    line.reserve(buckets.size());
    for (const Bucket& bucket : buckets) line.push_back(bucket[i].value(drawn[i]->drawn.pick));
    series.lines.emplace_back(drawn[i], std::move(line));
  }
  return series;
}

const Series::Line& Series::of(Metric metric) const {
  static const Line none;
  const auto found =
      std::find_if(lines.begin(), lines.end(), [&](const auto& line) { return line.first->number == metric; });
  return found == lines.end() ? none : found->second;
}

Result<Series> series_of(const ReadingStore& store, Snapshot& snapshot, WorkspaceId workspace, SubjectId subject,
                         Instant from, Instant to, std::int64_t points, std::int64_t interval_seconds) {
  if (to <= from) return invalid("to", "The end must lie after the beginning.");
  if (to - from > seconds(kSpanSecondsMax)) return invalid("from", "At most 400 days can be asked for at once.");
  if (points < 1 || points > Series::kPointsMax)
    return invalid("points", "The number of points must lie between 1 and 1000.");
  const auto readings = TRY(store.range(snapshot, workspace, subject, from, to));
  return bucketed(readings, from, to, points, interval_seconds);
}

}  // namespace connlog
