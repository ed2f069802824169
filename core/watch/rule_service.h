// What people do with rules. Every method runs inside the caller's transaction, writes the audit log, queues
// notifications in the same transaction, and publishes events after the commit. The role was checked at the route; the
// workspace and the objects are checked here. Any thread.
#pragma once

#include <cstdint>
#include <vector>

#include "core/people/actor.h"
#include "core/people/team.h"
#include "core/watch/alert_runner.h"
#include "core/watch/group.h"
#include "core/watch/incident.h"
#include "core/watch/reading.h"
#include "core/watch/rule.h"

namespace connlog {

struct RulePreview {
  std::int64_t targeted_agents = 0;  // agents the rule is about
  std::int64_t matching_now = 0;     // of these, for how many the condition holds at this moment
  std::int64_t incidents_30_days =
      0;                 // incidents that it would have opened; from readings (metric) or incidents (silence)
  bool complete = true;  // false: too many readings, `incidents_30_days` counts only part of the agents
};

class RuleService {
 public:
  struct Parts {
    AgentStore& agents;
    ReadingStore& readings;
    RuleStore& rules;
    IncidentStore& incidents;
    RecipientStore& recipients;
    AuditLog& audit;
    AgentDirectory& directory;
    AlertRunner& runner;
    Clock& clock;
    Random& random;
    EventBus& bus;
    TeamStore& teams;
    GroupStore& groups;
  };
  explicit RuleService(const Parts& parts) : parts_(parts) {}

  Result<Rule> add(Transaction&, const Actor&, Rule);  // id, workspace and times are set here
  // `expected_version` 0: unconditional. Another version: conflict.
  Result<Rule> change(Transaction&, const Actor&, RuleId, Rule, std::int64_t expected_version);
  Result<void> remove(Transaction&, const Actor&, RuleId);  // open incidents of it are resolved
  // Queues a test notification to everybody whom the rule would tell; returns how many.
  Result<std::int64_t> send_test(Transaction&, const Actor&, RuleId);
  // Counts only agents that the actor sees, and their incidents.
  Result<RulePreview> preview(Snapshot&, const Actor&, const Rule&) const;

 private:
  Result<Rule> checked(Snapshot&, const Actor&, Rule) const;
  Result<Rule> find(Snapshot&, const Actor&, RuleId) const;  // in the actor's sight
  // Operators edit rules by the grant of a team, and only rules about one agent of such a team.
  Result<void> check_may_edit(Snapshot&, const Actor&, const Rule&) const;
  void publish(Transaction&, const Rule&);

  Parts parts_;
};

// How many incidents the rule would have opened over these readings of one agent, oldest first. Pure: the engine
// itself, run over the past.
std::int64_t incidents_over(const Rule& rule, const std::vector<Reading>& readings, microseconds silence_window);

}  // namespace connlog
