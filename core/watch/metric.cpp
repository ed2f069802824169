#include "core/watch/metric.h"

#include <algorithm>
#include <limits>

#include "core/base/text.h"
#include "core/watch/values.h"

namespace connlog {
namespace {

constexpr std::int64_t kHundred = 100;
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::uint32_t kDerivedFrom = 1'001;

constexpr const MetricRow* row_of(Metric metric) {
  for (const MetricRow& row : kMetricTable) {
    if (row.number == metric) return &row;
  }
  return nullptr;
}

constexpr bool numbers_rise() {
  for (std::size_t i = 1; i < kMetricTable.size(); ++i) {
    if (kMetricTable[i].number <= kMetricTable[i - 1].number) return false;
  }
  return kMetricTable[0].number > Metric::named;
}

constexpr bool words_are_unique() {
  for (std::size_t i = 0; i < kMetricTable.size(); ++i) {
    if (kMetricTable[i].word.empty() || kMetricTable[i].noun.empty()) return false;
    for (std::size_t j = 0; j < i; ++j) {
      if (kMetricTable[i].word == kMetricTable[j].word) return false;
    }
  }
  return true;
}

constexpr bool scales_and_ranges_are_sound() {
  for (const MetricRow& row : kMetricTable) {
    if (row.scale != 1 && row.scale != 10 && row.scale != kHundred) return false;
    if (row.low >= row.high) return false;
    if (row.in_rules && row.worse == Worse::neither) return false;
  }
  return true;
}

constexpr std::size_t place_of(Metric metric) {
  std::size_t place = 0;
  while (place < kMetricTable.size() && kMetricTable[place].number != metric) ++place;
  return place;
}

// Derived metrics have numbers of their own, and come from stored ones of fitting scale.
constexpr bool derivations_are_sound() {
  for (const MetricRow& row : kMetricTable) {
    const bool is_stored = row.from.how == Derivation::How::stored;
    if (is_stored != (static_cast<std::uint32_t>(row.number) < kDerivedFrom)) return false;
    if (is_stored) continue;
    // By place, not by pointer: GCC takes a comparison with nullptr for no constant when it instruments for UBSan.
    const std::size_t value_at = place_of(row.from.value), whole_at = place_of(row.from.whole);
    if (value_at == kMetricTable.size() || whole_at == kMetricTable.size()) return false;
    const MetricRow &value = kMetricTable[value_at], &whole = kMetricTable[whole_at];
    if (value.from.how != Derivation::How::stored || whole.from.how != Derivation::How::stored) return false;
    if (row.from.how == Derivation::How::share && value.scale != whole.scale) return false;
    if (row.from.how == Derivation::How::each && (value.scale != row.scale || whole.scale != 1)) return false;
  }
  return true;
}

static_assert(numbers_rise(), "numbers of metrics are unique and rise");
static_assert(words_are_unique(), "words of metrics are unique");
static_assert(scales_and_ranges_are_sound());
static_assert(derivations_are_sound());

// A duration's text has two units at most.
bool is_exact_as_duration(std::int64_t value_x100) {
  constexpr std::int64_t kMinute = 60, kHour = 3'600, kDay = 86'400;
  if (value_x100 < 0 || value_x100 % kHundred != 0) return false;
  const std::int64_t seconds = value_x100 / kHundred;
  if (seconds >= kDay) return seconds % kHour == 0;
  return seconds < kHour || seconds % kMinute == 0;
}

}  // namespace

const MetricRow* find_metric(Metric metric) {
  return row_of(metric);
}

const MetricRow* find_metric(std::string_view word) {
  const auto* const found =
      std::find_if(kMetricTable.begin(), kMetricTable.end(), [&](const MetricRow& row) { return row.word == word; });
  return found == kMetricTable.end() ? nullptr : &*found;
}

std::string_view to_text(Metric metric) {
  const MetricRow* row = find_metric(metric);
  return row == nullptr ? std::string_view() : row->word;
}

bool parse_metric(std::string_view word, Metric& out) {
  const MetricRow* row = find_metric(word);
  if (row == nullptr) return false;
  out = row->number;
  return true;
}

std::optional<std::int64_t> value_of(const MetricRow& row, const Values& values, std::uint32_t part) {
  if (row.from.how == Derivation::How::stored) return values.get(row.number, part);
  const std::optional<std::int64_t> value = values.get(row.from.value, part);
  const std::optional<std::int64_t> whole = values.get(row.from.whole, part);
  if (!value || !whole || *whole <= 0 || *value < 0) return std::nullopt;
  if (row.from.how == Derivation::How::each) return *value / *whole;
  const std::int64_t factor = kHundred * row.scale;
  if (*value > kMost / factor) return std::nullopt;
  return *value * factor / *whole;
}

std::int64_t hundredths_of(const MetricRow& row, std::int64_t value) {
  const std::int64_t factor = kHundred / row.scale;
  return std::clamp(value, -(kMost / factor), kMost / factor) * factor;
}

std::optional<std::int64_t> value_x100(Metric metric, const Values& values, std::uint32_t part) {
  const MetricRow* row = find_metric(metric);
  if (row == nullptr) return std::nullopt;
  const std::optional<std::int64_t> value = value_of(*row, values, part);
  if (!value) return std::nullopt;
  return hundredths_of(*row, *value);
}

std::string_view sign_of(Unit unit) {
  switch (unit) {
    case Unit::percent:
      return " %";
    case Unit::mebibytes:
      return " MiB";
    case Unit::second:
      return " s";
    case Unit::millisecond:
      return " ms";
    case Unit::day:
      return " days";
    case Unit::none:
    case Unit::per_core:
    case Unit::count:
      break;
  }
  return "";
}

std::string value_text(const MetricRow& row, std::int64_t value) {
  return decimal_text_x100(hundredths_of(row, value));
}

std::string measured_text(const MetricRow& row, std::int64_t value_x100) {
  if (row.unit == Unit::second && is_exact_as_duration(value_x100)) return duration_text(value_x100 / kHundred);
  if (row.unit == Unit::day && value_x100 == kHundred) return "1 day";
  return decimal_text_x100(value_x100).append(sign_of(row.unit));
}

}  // namespace connlog
