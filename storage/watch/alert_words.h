// The words that the database stores for the enumerations of alerts. Stored: never renamed. Any thread.
#pragma once

#include "core/watch/incident.h"
#include "core/watch/rule.h"
#include "storage/statement.h"

namespace connlog::storage {

inline constexpr Word<RuleKind> kRuleKinds[] = {{RuleKind::silence, "silence"}, {RuleKind::metric, "metric"}};
inline constexpr Word<Severity> kSeverities[] = {{Severity::critical, "critical"}, {Severity::warning, "warning"}};
inline constexpr Word<RuleTarget::Kind> kTargetKinds[] = {
    {RuleTarget::Kind::all, "all"}, {RuleTarget::Kind::tag, "tag"}, {RuleTarget::Kind::agent, "agent"}};
inline constexpr Word<Comparison> kComparisons[] = {{Comparison::above, "above"}, {Comparison::below, "below"}};
inline constexpr Word<RuleState::Phase> kPhases[] = {
    {RuleState::Phase::ok, "ok"}, {RuleState::Phase::pending, "pending"}, {RuleState::Phase::open, "open"}};

}  // namespace connlog::storage
