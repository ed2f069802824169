// The table of metrics: what it promises, and the one place where metrics are derived from others.
#include <doctest/doctest.h>

#include <limits>
#include <optional>
#include <string>

#include "core/watch/metric.h"
#include "core/watch/values.h"

using namespace connlog;

namespace {

std::optional<std::int64_t> derived(Metric wanted, Metric value, std::int64_t number, Metric whole, std::int64_t of) {
  ValuesBuilder values;
  values.set(value, number);
  values.set(whole, of);
  return value_x100(wanted, values.build());
}

}  // namespace

TEST_CASE("the numbers of metrics are those that stand in stored readings") {
  CHECK(static_cast<std::uint32_t>(metric("state")) == 1);
  CHECK(static_cast<std::uint32_t>(metric("core_count")) == 2);
  CHECK(static_cast<std::uint32_t>(metric("uptime_seconds")) == 3);
  CHECK(static_cast<std::uint32_t>(metric("cpu_percent")) == 4);
  CHECK(static_cast<std::uint32_t>(metric("cpu_peak_percent")) == 5);
  CHECK(static_cast<std::uint32_t>(metric("memory_used_mib")) == 6);
  CHECK(static_cast<std::uint32_t>(metric("memory_total_mib")) == 7);
  CHECK(static_cast<std::uint32_t>(metric("disk_used_mib")) == 8);
  CHECK(static_cast<std::uint32_t>(metric("disk_total_mib")) == 9);
  CHECK(static_cast<std::uint32_t>(metric("load_1m")) == 10);
}

TEST_CASE("each row can be shown: a word for programs, a noun for people, a chart's name where it is drawn") {
  for (const MetricRow& row : kMetricTable) {
    CAPTURE(row.word);
    CHECK(row.word.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos);
    CHECK(!to_text(row.unit).empty());
    CHECK(!to_text(row.worse).empty());
    CHECK(row.kinds != 0);
    if (row.drawn.chart != nullptr) {
      CHECK(!row.drawn.noun.empty());
      CHECK(!row.drawn.chart->word.empty());
      CHECK(!row.drawn.chart->noun.empty());
    }
    CHECK(find_metric(row.word) == &row);
    CHECK(find_metric(row.number) == &row);
  }
  CHECK(find_metric(Metric::named) == nullptr);
  CHECK(find_metric("swap") == nullptr);
}

TEST_CASE("values come from what was measured, and from nothing where nothing was") {
  for (const MetricRow& row : kMetricTable) {
    CAPTURE(row.word);
    CHECK(value_of(row, Values()) == std::nullopt);
  }
  CHECK(derived(Metric::memory_percent, Metric::memory_used, 3'120, Metric::memory_total, 7'936) == 3'931);
  CHECK(derived(Metric::disk_percent, Metric::disk_used, 4'000'000'000, Metric::disk_total, 4'294'967'295) == 9'313);
  CHECK(derived(Metric::load_per_core, Metric::load_1m, 1'800, Metric::cores, 4) == 450);
  CHECK(derived(Metric::load_per_core, Metric::load_1m, 1'800, Metric::cores, 0) == std::nullopt);
  CHECK(derived(Metric::memory_percent, Metric::memory_used, 5, Metric::memory_total, 0) == std::nullopt);
  CHECK(derived(Metric::memory_percent, Metric::memory_used, -5, Metric::memory_total, 10) == std::nullopt);
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  CHECK(derived(Metric::memory_percent, Metric::memory_used, most, Metric::memory_total, most) == std::nullopt);
  CHECK(derived(Metric::cpu_percent, Metric::cpu_percent, 1'250, Metric::cores, 4) == 1'250);
}

TEST_CASE("a value is hundredths for a rule and a number with its decimals for people") {
  const MetricRow& uptime = *find_metric(Metric::uptime);
  const MetricRow& load = *find_metric(Metric::load_1m);
  CHECK(hundredths_of(uptime, 12) == 1'200);
  CHECK(hundredths_of(load, 12) == 12);
  CHECK(hundredths_of(uptime, std::numeric_limits<std::int64_t>::max()) > 0);
  CHECK(hundredths_of(uptime, std::numeric_limits<std::int64_t>::min()) < 0);
  CHECK(value_text(uptime, 86'461) == "86461");
  CHECK(value_text(load, 42) == "0.42");
  CHECK(value_text(*find_metric(Metric::cpu_percent), 1'250) == "12.5");
}

TEST_CASE("a measured value reads with its unit; seconds as a duration") {
  const MetricRow& uptime = *find_metric(Metric::uptime);
  CHECK(measured_text(*find_metric(Metric::cpu_percent), 9'350) == "93.5 %");
  CHECK(measured_text(*find_metric(Metric::load_per_core), 400) == "4");
  CHECK(measured_text(*find_metric(Metric::memory_used), 51'200) == "512 MiB");
  CHECK(measured_text(uptime, 0) == "0 s");
  CHECK(measured_text(uptime, 59'900) == "9 min 59 s");
  CHECK(measured_text(uptime, 8'640'000) == "1 d");
  CHECK(measured_text(uptime, 8'640'100) == "86401 s");
}

TEST_CASE("a short uptime is bad news, and a rule is offered ten minutes") {
  const MetricRow& uptime = *find_metric(Metric::uptime);
  CHECK(uptime.in_rules);
  CHECK(uptime.worse == Worse::below);
  CHECK(hundredths_of(uptime, uptime.suggested.threshold) == 60'000);
  CHECK(uptime.suggested.hysteresis == 0);
}
