#include "core/monitors/check_values.h"

#include <algorithm>

#include "core/base/secret_shapes.h"
#include "core/base/text.h"

namespace connlog {
namespace {

constexpr std::int64_t kMicrosOfHundredth = 10;  // of a millisecond
constexpr std::int32_t kSparkMax = 2'000'000'000;

void set_within(ValuesBuilder& values, Metric metric, std::int64_t value, PartNumber part) {
  const MetricRow* row = find_metric(metric);
  if (row == nullptr) return;
  values.set(metric, std::clamp(value, row->low, row->high), part);
}

void set_phase(ValuesBuilder& values, Metric metric, microseconds took, PartNumber part) {
  if (took.count() < 0) return;
  set_within(values, metric, took.count() / kMicrosOfHundredth, part);
}

bool is_answered(const CheckResult& result) {
  return result.verdict == CheckVerdict::up || result.verdict == CheckVerdict::degraded;
}

void set_measure(ValuesBuilder& values, const CheckValue& measured, PartNumber part) {
  switch (measured.measure) {
    case CheckMeasure::certificate_days:
      return set_within(values, Metric::certificate_days, measured.value, part);
    case CheckMeasure::packet_loss:
      return set_within(values, Metric::packet_loss, measured.value, part);
    case CheckMeasure::clock_offset:
      return set_within(values, Metric::clock_offset_ms, measured.value / kMicrosOfHundredth, part);
    case CheckMeasure::stratum:
      return set_within(values, Metric::stratum, measured.value, part);
    case CheckMeasure::http_status:
      return set_within(values, Metric::http_status, measured.value, part);
  }
}

}  // namespace

State state_of(CheckVerdict verdict) {
  switch (verdict) {
    case CheckVerdict::up:
      return State::up;
    case CheckVerdict::degraded:
      return State::degraded;
    case CheckVerdict::down:
      return State::down;
    case CheckVerdict::unknown:
      break;
  }
  return State::unknown;
}

std::optional<CheckVerdict> verdict_of(State state) {
  switch (state) {
    case State::pending:
      return std::nullopt;
    case State::up:
      return CheckVerdict::up;
    case State::degraded:
      return CheckVerdict::degraded;
    case State::down:
      return CheckVerdict::down;
    case State::unknown:
      break;
  }
  return CheckVerdict::unknown;
}

void add_values(ValuesBuilder& values, const CheckResult& result, PartNumber part) {
  if (is_answered(result)) set_phase(values, Metric::response_ms, result.phases.total, part);
  set_phase(values, Metric::dns_ms, result.phases.dns, part);
  set_phase(values, Metric::connect_ms, result.phases.connect, part);
  set_phase(values, Metric::tls_ms, result.phases.tls, part);
  set_phase(values, Metric::first_byte_ms, result.phases.first_byte, part);
  for (const CheckValue& measured : result.values) set_measure(values, measured, part);
  if (part == 0) {
    values.set(Metric::check_reason, static_cast<std::int64_t>(result.reason));
  } else {
    values.set(Metric::state, static_cast<std::int64_t>(state_of(result.verdict)), part);
  }
}

std::int32_t spark_of(const CheckResult& result) {
  if (result.verdict == CheckVerdict::unknown) return 0;
  if (!is_answered(result)) return -1;
  const std::int64_t hundredths = result.phases.total.count() / kMicrosOfHundredth;
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(hundredths, 1, kSparkMax));
}

std::string told_text(std::string_view text) {
  std::string line(text.substr(0, 4 * kCheckTextBytes));
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return cut(mask_secrets(harmless(line)), kCheckTextBytes);
}

}  // namespace connlog
