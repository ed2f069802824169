// RuleService over the stores; see core/watch/alert_service.h.
#pragma once

#include <functional>

#include "core/people/team.h"
#include "core/watch/alert_runner.h"
#include "core/watch/alert_service.h"
#include "core/watch/group.h"
#include "core/watch/reading.h"

namespace connlog {

class StoredRules final : public RuleService {
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
  explicit StoredRules(const Parts& parts) : parts_(parts) {}

  Result<Rule> add(Transaction&, const Actor&, Rule) override;
  Result<Rule> change(Transaction&, const Actor&, RuleId, Rule, std::int64_t expected_version) override;
  Result<void> remove(Transaction&, const Actor&, RuleId) override;
  Result<std::int64_t> send_test(Transaction&, const Actor&, RuleId) override;
  Result<RulePreview> preview(Snapshot&, const Actor&, const Rule&) const override;

 private:
  Result<Rule> checked(Snapshot&, const Actor&, Rule) const;
  Result<Rule> find(Snapshot&, const Actor&, RuleId) const;  // in the actor's sight
  // An operator edits by the grant of a team, and only rules about one agent of such a team.
  Result<void> check_may_edit(Snapshot&, const Actor&, const Rule&) const;
  void publish(Transaction&, const Rule&);

  Parts parts_;
};

// How many incidents the rule would have opened over these readings of one agent, oldest first. Pure: the engine itself,
// run over the past.
std::int64_t incidents_over(const Rule& rule, const std::vector<Reading>& readings, std::int64_t core_count,
                            microseconds silence_window);

}  // namespace connlog
