// For which parts of a subject a rule is judged, and what is seen of each. Pure; any thread.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "core/watch/engine.h"
#include "core/watch/metric.h"
#include "core/watch/rule.h"
#include "core/watch/subject.h"
#include "core/watch/values.h"

namespace connlog {

inline const Part kItself{};

// Whether the rule is judged part by part, on subjects that have parts.
inline bool is_about_parts(const Rule& rule) {
  if (rule.kind == RuleKind::silence) return false;
  if (!rule.part.empty()) return true;
  const MetricRow* row = rule.kind == RuleKind::metric ? find_metric(rule.metric) : nullptr;
  return row != nullptr && !row->part.empty();
}

// Calls `judge` with each part that the rule is about, or with kItself, whose number is 0: the subject itself.
template <typename Judge>
void each_part(const Rule& rule, const std::vector<Part>& parts, Judge&& judge) {
  if (rule.part.empty() && (parts.empty() || !is_about_parts(rule))) return judge(kItself);
  for (const Part& part : parts) {
    if (rule.part.empty() || rule.part == kEachPart || rule.part == part.text) judge(part);
  }
}

// What is seen of the subject, or of the part. Nothing: the state of the part is not known.
inline std::optional<Seen> seen_of(const Rule& rule, PartNumber part, const Seen& subject, const Values* values) {
  Seen seen = subject;
  if (rule.kind == RuleKind::metric && subject.is_reading && values != nullptr)
    seen.value_x100 = value_x100(rule.metric, *values, part);
  if (rule.kind != RuleKind::state || part == 0) return seen;
  if (values == nullptr || subject.reason == StateReason::silent) return std::nullopt;
  const std::optional<std::int64_t> state = values->get(Metric::state, part);
  if (!state || *state < 0 || *state > static_cast<std::int64_t>(State::unknown)) return std::nullopt;
  seen.state = static_cast<State>(*state);
  seen.reason = StateReason::source;
  return seen;
}

}  // namespace connlog
