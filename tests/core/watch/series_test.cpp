#include <doctest/doctest.h>

#include "core/watch/series.h"
#include "tests/support/alert_world.h"

using namespace connlog;

namespace {

constexpr Instant kMidnight{1'795'046'400'000'000};  // a whole number of days since 1970

Reading reading_at(std::int64_t second, std::int64_t cpu_x100) {
  Reading reading;
  reading.at = kMidnight + seconds(second);
  ValuesBuilder values;
  values.set(Metric::cpu_percent, cpu_x100);
  values.set(Metric::cpu_peak_percent, cpu_x100 * 2);
  reading.values = values.build();
  return reading;
}

}  // namespace

TEST_CASE("buckets hold means and the highest peak; what was not measured is a gap, not zero") {
  const std::vector<Reading> readings = {reading_at(0, 1'000), reading_at(10, 2'000), reading_at(130, 500)};
  const Series series = bucketed(readings, kMidnight, kMidnight + seconds(240), 4, 10);
  CHECK(series.step_seconds == 60);
  REQUIRE(series.at.size() == 4);
  CHECK(series.of(Metric::cpu_percent) == Series::Line{1'500, std::nullopt, 500, std::nullopt});
  CHECK(series.of(Metric::cpu_peak_percent) == Series::Line{4'000, std::nullopt, 1'000, std::nullopt});
  CHECK(series.of(Metric::memory_percent) == Series::Line(4));
  CHECK(series.of(Metric::memory_used).empty());  // the table does not draw it
  CHECK(series.at[1] == kMidnight + seconds(60));
}

TEST_CASE("there are never more points than asked for, whatever the span and its edges") {
  for (const std::int64_t points : {1, 2, 7, 100, 999, 1'000}) {
    for (const std::int64_t span : {1, 59, 600, 86'400, 86'401, 7 * 86'400 + 13, 31 * 86'400}) {
      CAPTURE(points);
      CAPTURE(span);
      const Series series = bucketed({}, kMidnight + seconds(7), kMidnight + seconds(7 + span), points, 10);
      CHECK(series.at.size() >= 1);
      CHECK(static_cast<std::int64_t>(series.at.size()) <= points);
      CHECK(series.to >= kMidnight + seconds(7 + span));
      CHECK(series.from.micros % (series.step_seconds * 1'000'000) == 0);
    }
  }
}

TEST_CASE("a bucket is never shorter than the interval, or every other one would be a gap") {
  const Series series = bucketed({}, kMidnight, kMidnight + seconds(3'600), 1'000, 300);
  CHECK(series.step_seconds == 300);
}

TEST_CASE("a day of heartbeats becomes a chart with the outage as a gap") {
  AlertWorld world(false);
  const TestAgent agent = world.add_agent();
  const Instant begin = world.clock.now();
  for (int minute = 0; minute < 60; ++minute) {
    if (minute < 20 || minute >= 40) world.heartbeat(agent, Vitals::disk(50));
    world.clock.advance(seconds(60));
  }
  const Series series = world.storage.read<Series>([&](Snapshot& snapshot) {
    return series_of(world.storage->readings(), snapshot, world.workspace.id, agent.id(), begin, world.clock.now(),
                     61, 10);
  });
  CHECK(series.step_seconds == 60);
  int measured = 0;
  for (const std::optional<std::int64_t> value : series.of(Metric::disk_percent)) {
    CHECK((!value || value == 5'000));
    measured += value == 5'000;
  }
  CHECK(measured == 40);
  REQUIRE(series.of(Metric::load_per_core).size() > 5);
  CHECK(series.of(Metric::load_per_core)[5] == 10);  // 0.42 over 4 cores
}

TEST_CASE("a span or a number of points that makes no sense is refused and names the field") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  const auto field_of = [&](Instant from, Instant to, std::int64_t points) {
    std::string field;
    const Result<void> done = world.storage.stores().read([&](Snapshot& snapshot) -> Result<void> {
      const auto series =
          series_of(world.storage->readings(), snapshot, world.workspace.id, agent.id(), from, to, points, 10);
      if (!series) field = series.error().field;
      return {};
    });
    CHECK(done);
    return field;
  };
  CHECK(field_of(kMidnight, kMidnight, 10) == "to");
  CHECK(field_of(kMidnight, kMidnight + seconds(500 * 86'400), 10) == "from");
  CHECK(field_of(kMidnight, kMidnight + seconds(60), 0) == "points");
  CHECK(field_of(kMidnight, kMidnight + seconds(60), 1'001) == "points");
}
