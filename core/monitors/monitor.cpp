#include "core/monitors/monitor.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/crypto/sealed.h"

namespace connlog {
namespace {

// The share of an interval that a check may take, in ms a second of it.
constexpr std::int64_t kLimitOfInterval = 800;

struct TimingRow {
  std::optional<std::int64_t> CheckTiming::* given;
  EffectiveValue EffectiveTiming::* effective;
  std::string_view name;
  std::int64_t standard, lowest, highest;
};

constexpr TimingRow kRows[] = {
    {&CheckTiming::interval_seconds, &EffectiveTiming::interval_seconds, "interval_seconds", kStandardInterval, 5, 86'400},
    {&CheckTiming::retries, &EffectiveTiming::retries, "retries", kStandardRetries, 0, 20},
    {&CheckTiming::retry_interval_seconds, &EffectiveTiming::retry_interval_seconds, "retry_interval_seconds",
     kStandardRetryInterval, 5, 3'600},
    {&CheckTiming::time_limit_ms, &EffectiveTiming::time_limit_ms, "time_limit_ms", kStandardTimeLimitMs, 100, 60'000},
    {&CheckTiming::recover_after, &EffectiveTiming::recover_after, "recover_after", kStandardRecoverAfter, 1, 20},
};

bool is_about(const CheckDefaults& defaults, const Subject& subject) {
  if (defaults.scope == CheckDefaults::Scope::tag)
    return std::ranges::binary_search(subject.tags, defaults.of);
  return std::ranges::any_of(subject.groups, [&](const GroupId& group) { return group.text() == defaults.of; });
}

// The smallest value that the scope sets; `value` stays where none does.
bool take_smallest(const TimingRow& row, CheckDefaults::Scope scope, EffectiveValue::From from,
                   const std::vector<const CheckDefaults*>& defaults, EffectiveValue& value) {
  bool is_set = false;
  for (const CheckDefaults* each : defaults) {
    const auto& given = each->timing.*(row.given);
    if (each->scope != scope || !given || (is_set && value.value <= *given)) continue;
    value = {*given, from, each->of};
    is_set = true;
  }
  return is_set;
}

EffectiveValue effective(const TimingRow& row, const CheckTiming& own, const std::vector<const CheckDefaults*>& defaults) {
  if (const auto& given = own.*(row.given)) return {*given, EffectiveValue::From::own, {}};
  EffectiveValue value{row.standard, EffectiveValue::From::standard, {}};
  if (!take_smallest(row, CheckDefaults::Scope::group, EffectiveValue::From::group, defaults, value))
    take_smallest(row, CheckDefaults::Scope::tag, EffectiveValue::From::tag, defaults, value);
  return value;
}

}  // namespace

seconds EffectiveTiming::know_within() const {
  const std::int64_t limit = time_limit_ms.value;
  const std::int64_t first = interval_seconds.value * 1'000 + limit;
  const std::int64_t more = retries.value * (retry_interval_seconds.value * 1'000 + limit);
  return seconds((first + more + 999) / 1'000);
}

EffectiveTiming effective_timing(const CheckTiming& own, const Subject& subject,
                                 const std::vector<CheckDefaults>& defaults) {
  std::vector<const CheckDefaults*> about;
  for (const CheckDefaults& each : defaults) {
    if (is_about(each, subject)) about.push_back(&each);
  }
  EffectiveTiming timing;
  for (const TimingRow& row : kRows) timing.*(row.effective) = effective(row, own, about);
  timing.time_limit_ms.value =
      std::min(timing.time_limit_ms.value, timing.interval_seconds.value * kLimitOfInterval);
  return timing;
}

Result<void> validate(const CheckTiming& timing) {
  for (const TimingRow& row : kRows) {
    const auto& given = timing.*(row.given);
    if (given && (*given < row.lowest || *given > row.highest)) {
      return invalid(std::string(row.name),
                     fmt::format("This must be a whole number from {} to {}.", row.lowest, row.highest));
    }
  }
  if (timing.interval_seconds && timing.time_limit_ms &&
      *timing.time_limit_ms > *timing.interval_seconds * kLimitOfInterval) {
    return invalid("time_limit_ms",
                   fmt::format("A check may take at most 0.8 of its interval: {} ms here. Check less often, or give it "
                               "less time.",
                               *timing.interval_seconds * kLimitOfInterval));
  }
  return {};
}

bool is_empty(const CheckDefaults& defaults) {
  const CheckTiming& timing = defaults.timing;
  return defaults.recipients.empty() && !timing.interval_seconds && !timing.retries && !timing.retry_interval_seconds &&
         !timing.time_limit_ms && !timing.recover_after;
}

std::string monitor_secret_context(std::string_view field) {
  return fmt::format("monitor.{}", field);
}

Result<std::shared_ptr<const CheckSpec>> spec_of(const Monitor& monitor, const EffectiveTiming& timing,
                                                 const Keyring& keyring, std::shared_ptr<const ReachScope> scope) {
  auto spec = std::make_shared<CheckSpec>();
  spec->kind = monitor.kind;
  spec->values = monitor.fields;
  for (const SealedField& sealed : monitor.sealed) {
    Secret secret = TRY(unseal(keyring, monitor_secret_context(sealed.field), sealed.sealed));
    spec->secrets.set(sealed.field, std::move(secret));
  }
  spec->time_limit = milliseconds(timing.time_limit_ms.value);
  spec->slow_after = milliseconds(monitor.slow_after_ms);
  spec->certificate_days = monitor.certificate_days;
  spec->invert = monitor.invert;
  spec->scope = std::move(scope);
  return std::shared_ptr<const CheckSpec>(std::move(spec));
}

}  // namespace connlog
