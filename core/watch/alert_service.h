// What people do with rules and incidents. Every method runs inside the caller's transaction, writes audit log and
// timeline, queues notifications in the same transaction, and publishes events after the commit. The engine itself
// (core/watch/engine.h) is pure; what joins it to the stores is core/watch/alert_runner.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/people/actor.h"
#include "core/watch/incident.h"
#include "core/watch/rule.h"

namespace connlog {

struct RulePreview {
  std::int64_t targeted_agents = 0;  // agents the rule is about
  std::int64_t matching_now = 0;     // of these, for how many the condition holds at this moment
  std::int64_t incidents_30_days =
      0;                 // how many incidents it would have opened; from readings (metric) or incidents (silence)
  bool complete = true;  // false: too many readings, `incidents_30_days` counts only part of the agents
};

class RuleService {
 public:
  virtual ~RuleService() = default;
  virtual Result<Rule> add(Transaction&, const Actor&, Rule) = 0;  // id, workspace and times are set here
  // `expected_version` 0: unconditional. Another version: conflict.
  virtual Result<Rule> change(Transaction&, const Actor&, RuleId, Rule, std::int64_t expected_version) = 0;
  virtual Result<void> remove(Transaction&, const Actor&, RuleId) = 0;  // open incidents of it are resolved
  // Queues a test notification to everybody whom the rule would tell; returns how many.
  virtual Result<std::int64_t> send_test(Transaction&, const Actor&, RuleId) = 0;
  // Counts what the actor sees.
  virtual Result<RulePreview> preview(Snapshot&, const Actor&, const Rule&) const = 0;
};

class IncidentService {
 public:
  virtual ~IncidentService() = default;
  virtual Result<Incident> acknowledge(Transaction&, const Actor&, IncidentId, const std::string& comment) = 0;
  virtual Result<IncidentEvent> comment(Transaction&, const Actor&, IncidentId, const std::string& text) = 0;
};

}  // namespace connlog
