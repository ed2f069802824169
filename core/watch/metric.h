// What can be measured: one table, a row for each metric. Rules, sentences, stored words, the API's catalogue, charts
// and exports read it; docs/adding.md says how a row is added. Plain data and pure functions; any thread.
//
// A metric is *stored* (a value in the blob of a reading, values.h) or *derived* (computed from stored ones when it is
// asked for). Values are integers in units of 1/scale: a percentage of scale 100 is in hundredths.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/words.h"
#include "core/wire/frame.h"

namespace connlog {

class Values;

// A metric's number. Stored in the log of readings: never changed and never used for another metric. Numbers 1–32 take
// the least room in a reading; derived metrics, which are not stored, begin at 1001. Only those that code speaks of
// have a name here; metric("word") finds any other.
enum class Metric : std::uint32_t {
  named = 0,  // a series its source named: a value of a part, kept as a double
  state = 1,
  cores = 2,
  uptime = 3,
  cpu_percent = 4,
  cpu_peak_percent = 5,
  memory_used = 6,
  memory_total = 7,
  disk_used = 8,
  disk_total = 9,
  load_1m = 10,
  response_ms = 11,
  dns_ms = 12,
  connect_ms = 13,
  tls_ms = 14,
  first_byte_ms = 15,
  certificate_days = 16,
  packet_loss = 17,
  check_reason = 18,   // the number of a CheckReason
  check_address = 19,  // the number of the part whose text is the address that was reached
  clock_offset_ms = 20,
  stratum = 21,
  run_seconds = 22,
  http_status = 23,
  memory_percent = 1'001,
  disk_percent = 1'002,
  load_per_core = 1'003,
};

enum class Unit : std::uint8_t { none, percent, mebibytes, second, per_core, count, millisecond, day };
template <>
inline constexpr auto kWords<Unit> = words_for<Unit>({
    {Unit::none, "none"},
    {Unit::percent, "percent"},
    {Unit::mebibytes, "mebibytes"},
    {Unit::second, "seconds"},
    {Unit::per_core, "per_core"},
    {Unit::count, "count"},
    {Unit::millisecond, "milliseconds"},
    {Unit::day, "days"},
});
enum class Worse : std::uint8_t { neither, above, below };  // which direction is bad news
template <>
inline constexpr auto kWords<Worse> = words_for<Worse>({
    {Worse::neither, "neither"},
    {Worse::above, "above"},
    {Worse::below, "below"},
});

// The kinds of subject that have a metric, as bits.
enum : std::uint8_t { kOfAgents = 1, kOfMonitors = 2, kOfGroups = 4, kOfAppliance = 8, kOfSources = 16, kOfAll = 15 };

// A diagram of the interface. Series of the same diagram share its axis.
struct ChartRow {
  std::string_view word, noun;
};
inline constexpr ChartRow kCpuChart{"cpu", "CPU"};
inline constexpr ChartRow kMemoryChart{"memory", "Memory"};
inline constexpr ChartRow kDiskChart{"disk", "Disk"};
inline constexpr ChartRow kLoadChart{"load", "Load"};
inline constexpr ChartRow kResponseChart{"response", "Response time"};
inline constexpr ChartRow kLossChart{"loss", "Packets lost"};
inline constexpr ChartRow kOffsetChart{"offset", "Clock offset"};
inline constexpr ChartRow kRunChart{"run", "Run time"};

struct Drawn {
  enum class Pick : std::uint8_t { mean, highest };  // of the readings in one step of the chart
  const ChartRow* chart = nullptr;                   // nullptr: not drawn
  int position = 0;                                  // among the series of the chart
  std::string_view noun = {};                        // the series' name in the legend
  Pick pick = Pick::mean;
};

// Where the value comes from.
struct Derivation {
  enum class How : std::uint8_t {
    stored,
    share,  // value ÷ whole, in percent
    each,   // value ÷ whole, of the same scale as value
  };
  How how = How::stored;
  Metric value = Metric::named, whole = Metric::named;
};

// What a rule about the metric is offered first, in units of 1/scale.
struct Suggested {
  std::int64_t threshold = 0, hysteresis = 0;
};

struct MetricRow {
  Metric number;
  std::string_view word;  // in the API and in stored rules: never renamed
  std::string_view noun;  // in sentences: "When memory used on all agents is above 90 %"
  Unit unit;
  std::int64_t scale;
  std::uint8_t kinds;     // of subject: kOfAgents | …
  std::string_view part;  // what its part is ("mount"); empty: it has none
  std::int64_t low, high;
  Worse worse;
  bool in_rules;  // whether a rule can be about it
  Suggested suggested = {};
  bool wire::MetricToggles::* toggle = nullptr;  // what switches it on an agent; nullptr: always measured
  Drawn drawn = {};
  Derivation from = {};
};

// clang-format off
inline constexpr std::array kMetricTable{
    MetricRow{.number = Metric::state, .word = "state", .noun = "state", .unit = Unit::none, .scale = 1,
              .kinds = kOfAll, .part = "", .low = 0, .high = 255, .worse = Worse::neither, .in_rules = false},
    MetricRow{.number = Metric::cores, .word = "core_count", .noun = "processor cores", .unit = Unit::count, .scale = 1,
              .kinds = kOfAgents, .part = "", .low = 1, .high = 65'536, .worse = Worse::neither, .in_rules = false},
    MetricRow{.number = Metric::uptime, .word = "uptime_seconds", .noun = "uptime", .unit = Unit::second, .scale = 1,
              .kinds = kOfAgents, .part = "", .low = 0, .high = 4'294'967'295, .worse = Worse::below,
              .in_rules = true, .suggested = {600, 0}},
    MetricRow{.number = Metric::cpu_percent, .word = "cpu_percent", .noun = "CPU", .unit = Unit::percent, .scale = 100,
              .kinds = kOfAgents, .part = "", .low = 0, .high = 10'000, .worse = Worse::above, .in_rules = true,
              .suggested = {9'000, 500}, .toggle = &wire::MetricToggles::cpu,
              .drawn = {&kCpuChart, 0, "mean"}},
    MetricRow{.number = Metric::cpu_peak_percent, .word = "cpu_peak_percent", .noun = "busiest core",
              .unit = Unit::percent, .scale = 100, .kinds = kOfAgents, .part = "", .low = 0, .high = 10'000,
              .worse = Worse::above, .in_rules = false, .toggle = &wire::MetricToggles::cpu,
              .drawn = {&kCpuChart, 1, "peak", Drawn::Pick::highest}},
    MetricRow{.number = Metric::memory_used, .word = "memory_used_mib", .noun = "memory used in MiB",
              .unit = Unit::mebibytes, .scale = 1, .kinds = kOfAgents, .part = "", .low = 0, .high = 4'294'967'295,
              .worse = Worse::above, .in_rules = false, .toggle = &wire::MetricToggles::memory},
    MetricRow{.number = Metric::memory_total, .word = "memory_total_mib", .noun = "memory", .unit = Unit::mebibytes,
              .scale = 1, .kinds = kOfAgents, .part = "", .low = 0, .high = 4'294'967'295, .worse = Worse::neither,
              .in_rules = false, .toggle = &wire::MetricToggles::memory},
    MetricRow{.number = Metric::disk_used, .word = "disk_used_mib", .noun = "disk used in MiB", .unit = Unit::mebibytes,
              .scale = 1, .kinds = kOfAgents, .part = "", .low = 0, .high = 4'294'967'295, .worse = Worse::above,
              .in_rules = false, .toggle = &wire::MetricToggles::disk},
    MetricRow{.number = Metric::disk_total, .word = "disk_total_mib", .noun = "disk", .unit = Unit::mebibytes,
              .scale = 1, .kinds = kOfAgents, .part = "", .low = 0, .high = 4'294'967'295, .worse = Worse::neither,
              .in_rules = false, .toggle = &wire::MetricToggles::disk},
    MetricRow{.number = Metric::load_1m, .word = "load_1m", .noun = "load", .unit = Unit::none, .scale = 100,
              .kinds = kOfAgents, .part = "", .low = 0, .high = 100'000, .worse = Worse::above, .in_rules = false,
              .toggle = &wire::MetricToggles::load, .drawn = {&kLoadChart, 1, "1 min"}},
    MetricRow{.number = Metric::response_ms, .word = "response_ms", .noun = "response time", .unit = Unit::millisecond,
              .scale = 100, .kinds = kOfMonitors, .part = "", .low = 0, .high = 360'000'000, .worse = Worse::above,
              .in_rules = true, .suggested = {200'000, 20'000}, .drawn = {&kResponseChart, 4, "total"}},
    MetricRow{.number = Metric::dns_ms, .word = "dns_ms", .noun = "time to resolve the name", .unit = Unit::millisecond,
              .scale = 100, .kinds = kOfMonitors, .part = "", .low = 0, .high = 360'000'000, .worse = Worse::above,
              .in_rules = false, .drawn = {&kResponseChart, 0, "name"}},
    MetricRow{.number = Metric::connect_ms, .word = "connect_ms", .noun = "time to connect", .unit = Unit::millisecond,
              .scale = 100, .kinds = kOfMonitors, .part = "", .low = 0, .high = 360'000'000, .worse = Worse::above,
              .in_rules = false, .drawn = {&kResponseChart, 1, "connect"}},
    MetricRow{.number = Metric::tls_ms, .word = "tls_ms", .noun = "time of the TLS handshake",
              .unit = Unit::millisecond, .scale = 100, .kinds = kOfMonitors, .part = "", .low = 0,
              .high = 360'000'000, .worse = Worse::above, .in_rules = false, .drawn = {&kResponseChart, 2, "TLS"}},
    MetricRow{.number = Metric::first_byte_ms, .word = "first_byte_ms", .noun = "time to the first byte",
              .unit = Unit::millisecond, .scale = 100, .kinds = kOfMonitors, .part = "", .low = 0,
              .high = 360'000'000, .worse = Worse::above, .in_rules = false,
              .drawn = {&kResponseChart, 3, "first byte"}},
    MetricRow{.number = Metric::certificate_days, .word = "certificate_days", .noun = "days left of the certificate",
              .unit = Unit::day, .scale = 1, .kinds = kOfMonitors, .part = "", .low = -36'500, .high = 36'500,
              .worse = Worse::below, .in_rules = true, .suggested = {14, 1}},
    MetricRow{.number = Metric::packet_loss, .word = "packet_loss_percent", .noun = "packets lost",
              .unit = Unit::percent, .scale = 100, .kinds = kOfMonitors, .part = "", .low = 0, .high = 10'000,
              .worse = Worse::above, .in_rules = true, .suggested = {2'000, 500}, .drawn = {&kLossChart, 0, "lost"}},
    MetricRow{.number = Metric::check_reason, .word = "check_reason", .noun = "reason of the result",
              .unit = Unit::none, .scale = 1, .kinds = kOfMonitors, .part = "", .low = 0, .high = 255,
              .worse = Worse::neither, .in_rules = false},
    MetricRow{.number = Metric::check_address, .word = "check_address", .noun = "address that was reached",
              .unit = Unit::none, .scale = 1, .kinds = kOfMonitors, .part = "", .low = 0, .high = 4'294'967'295,
              .worse = Worse::neither, .in_rules = false},
    MetricRow{.number = Metric::clock_offset_ms, .word = "clock_offset_ms", .noun = "clock offset",
              .unit = Unit::millisecond, .scale = 100, .kinds = kOfMonitors, .part = "", .low = -360'000'000'000,
              .high = 360'000'000'000, .worse = Worse::above, .in_rules = true, .suggested = {10'000, 1'000},
              .drawn = {&kOffsetChart, 0, "offset"}},
    MetricRow{.number = Metric::stratum, .word = "stratum", .noun = "stratum", .unit = Unit::none, .scale = 1,
              .kinds = kOfMonitors, .part = "", .low = 0, .high = 255, .worse = Worse::above, .in_rules = true,
              .suggested = {4, 0}},
    MetricRow{.number = Metric::run_seconds, .word = "run_seconds", .noun = "run time", .unit = Unit::second,
              .scale = 1, .kinds = kOfMonitors, .part = "", .low = 0, .high = 31'536'000, .worse = Worse::above,
              .in_rules = true, .suggested = {3'600, 60}, .drawn = {&kRunChart, 0, "run"}},
    MetricRow{.number = Metric::http_status, .word = "http_status", .noun = "HTTP status", .unit = Unit::none,
              .scale = 1, .kinds = kOfMonitors, .part = "", .low = 0, .high = 999, .worse = Worse::neither,
              .in_rules = false},
    MetricRow{.number = Metric::memory_percent, .word = "memory_percent", .noun = "memory used", .unit = Unit::percent,
              .scale = 100, .kinds = kOfAgents, .part = "", .low = 0, .high = 10'000, .worse = Worse::above,
              .in_rules = true, .suggested = {9'000, 500}, .toggle = &wire::MetricToggles::memory,
              .drawn = {&kMemoryChart, 0, "used"},
              .from = {Derivation::How::share, Metric::memory_used, Metric::memory_total}},
    MetricRow{.number = Metric::disk_percent, .word = "disk_percent", .noun = "disk used", .unit = Unit::percent,
              .scale = 100, .kinds = kOfAgents, .part = "", .low = 0, .high = 10'000, .worse = Worse::above,
              .in_rules = true, .suggested = {9'000, 500}, .toggle = &wire::MetricToggles::disk,
              .drawn = {&kDiskChart, 0, "used"},
              .from = {Derivation::How::share, Metric::disk_used, Metric::disk_total}},
    MetricRow{.number = Metric::load_per_core, .word = "load_per_core", .noun = "load per core", .unit = Unit::per_core,
              .scale = 100, .kinds = kOfAgents, .part = "", .low = 0, .high = 100'000, .worse = Worse::above,
              .in_rules = true, .suggested = {400, 50}, .toggle = &wire::MetricToggles::load,
              .drawn = {&kLoadChart, 0, "per core"},
              .from = {Derivation::How::each, Metric::load_1m, Metric::cores}},
};
// clang-format on

// The words of the table, as a set (core/base/words.h).
inline constexpr auto kMetricWords = [] {
  std::array<Word, kMetricTable.size()> words{};
  for (std::size_t i = 0; i < words.size(); ++i)
    words[i] = {static_cast<int>(kMetricTable[i].number), kMetricTable[i].word};
  return words;
}();
// Those that rules can be about.
inline constexpr auto kMetricWordsInRules = [] {
  constexpr std::size_t kCount = [] {
    std::size_t count = 0;
    for (const MetricRow& row : kMetricTable) count += row.in_rules ? 1 : 0;
    return count;
  }();
  std::array<Word, kCount> words{};
  std::size_t at = 0;
  for (const MetricRow& row : kMetricTable) {
    if (row.in_rules) words[at++] = {static_cast<int>(row.number), row.word};
  }
  return words;
}();

// The metric of that word. A word that the table does not have does not compile.
consteval Metric metric(std::string_view word) {
  for (const MetricRow& row : kMetricTable) {
    if (row.word == word) return row.number;
  }
  throw "the table of metrics has no such word";
}

// nullptr: this version does not know it.
const MetricRow* find_metric(Metric metric);
const MetricRow* find_metric(std::string_view word);

// The word that is stored and sent; empty for a metric that this version does not know.
std::string_view to_text(Metric metric);
bool parse_metric(std::string_view word, Metric& out);

// The value that the metric has in these values, in units of 1/scale, read or derived; nothing where they do not tell.
// The only place that derives.
std::optional<std::int64_t> value_of(const MetricRow& row, const Values& values, std::uint32_t part = 0);

// The same in hundredths, as rules keep their thresholds; capped at the ends of the type.
std::int64_t hundredths_of(const MetricRow& row, std::int64_t value);
std::optional<std::int64_t> value_x100(Metric metric, const Values& values, std::uint32_t part = 0);

std::string_view sign_of(Unit unit);  // " %", behind a number

// "4.5", without the unit. `value` in units of 1/scale.
std::string value_text(const MetricRow& row, std::int64_t value);

// "93.5 %", "10 min": for sentences. `value_x100` in hundredths of the unit. Seconds are written as a duration where
// that loses nothing.
std::string measured_text(const MetricRow& row, std::int64_t value_x100);

}  // namespace connlog
