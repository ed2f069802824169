// An alert rule: which condition, on which agents and for how long, means an incident, and who is told. Plain data, its
// validation, its sentence, and the interface of its store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/watch/agent.h"
#include "core/watch/metric.h"
#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/transaction.h"
#include "core/base/words.h"

namespace connlog {

enum class RuleKind { silence, metric };
enum class Comparison { above, below };
enum class Severity { warning, critical };
template <>
inline constexpr auto kWords<RuleKind> = words_for<RuleKind>({
    {RuleKind::silence, "silence"},
    {RuleKind::metric, "metric"},
});
template <>
inline constexpr auto kWords<Comparison> = words_for<Comparison>({
    {Comparison::above, "above"},
    {Comparison::below, "below"},
});
template <>
inline constexpr auto kWords<Severity> = words_for<Severity>({
    {Severity::warning, "warning"},
    {Severity::critical, "critical"},
});

struct RuleTarget {
  enum class Kind { all, tag, agent, group } kind = Kind::all;
  std::string tag;
  AgentId agent = {};
  GroupId group = {};
};

template <>
inline constexpr auto kWords<RuleTarget::Kind> = words_for<RuleTarget::Kind>({
    {RuleTarget::Kind::all, "all"},
    {RuleTarget::Kind::tag, "tag"},
    {RuleTarget::Kind::agent, "agent"},
    {RuleTarget::Kind::group, "group"},
});

struct Rule {
  RuleId id;
  WorkspaceId workspace;
  std::string name;  // 1–80 characters
  RuleKind kind = RuleKind::silence;
  RuleTarget target;
  // With RuleKind::metric:
  Metric metric = Metric::cpu_percent;
  Comparison comparison = Comparison::above;
  std::int64_t threshold_x100 = 9'000;  // hundredths of the metric's unit
  std::int64_t hysteresis_x100 = 500;   // back by this much before it counts as recovered; ≥ 0
  std::int64_t duration_seconds = 300;  // 0–86400: how long the condition must hold
  std::int64_t cooldown_seconds = 300;  // 0–86400: no new incident for so long after a recovery
  Severity severity = Severity::critical;
  bool enabled = true;
  std::vector<RecipientId> recipients;  // empty: the recipients that receive by default
  Instant created_at;
  std::int64_t version = 1;  // for If-Match
};

// The words that are stored, sent by the API and shown. The parsers accept exactly these.

Result<void> validate(const Rule&);
// "When disk used on all agents is above 90 % for 5 min". `agent_name` is shown where the target is one agent.
std::string sentence(const Rule&, std::string_view agent_name = {});
bool targets(const Rule&, const Agent&);
std::vector<Rule> default_rules(WorkspaceId, Instant now, Random&);  // silence, disk 90 %, memory 95 %, load 4 per core

class RuleStore {
 public:
  virtual ~RuleStore() = default;
  virtual Result<std::vector<Rule>> all(Snapshot&) const = 0;  // start-up only: every workspace
  virtual Result<std::vector<Rule>> list(Snapshot&, WorkspaceId) const = 0;
  virtual Result<std::optional<Rule>> find(Snapshot&, WorkspaceId, RuleId) const = 0;
  virtual Result<void> insert(Transaction&, const Rule&) = 0;
  virtual Result<void> update(Transaction&, const Rule&) = 0;
  virtual Result<void> remove(Transaction&, WorkspaceId, RuleId) = 0;
};

}  // namespace connlog
