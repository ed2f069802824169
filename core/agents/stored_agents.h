// AgentService over the stores; see core/agents/agent_service.h.
#pragma once

#include "core/people/team.h"
#include "core/agents/agent_service.h"
#include "core/watch/alert_runner.h"
#include "core/watch/group.h"
#include "core/audit/audit.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/crypto/keyring.h"
#include "core/base/events.h"

namespace connlog {

class Limits;  // core/people/limits.h

class StoredAgents final : public AgentService {
 public:
  struct Parts {
    AgentStore& agents;
    AuditLog& audit;
    AgentDirectory& directory;
    AlertRunner& runner;
    Clock& clock;
    Random& random;
    EventBus& bus;
    Key token_key;
    TeamStore& teams;
    GroupStore& groups;
    const Limits* limits = nullptr;  // none: nothing is limited
  };
  explicit StoredAgents(const Parts& parts) : parts_(parts) {}

  Result<AgentWithToken> add(Transaction&, const Actor&, const NewAgent&) override;
  Result<AgentWithToken> enrol(Transaction&, const Actor&, const NewAgent&, Secret token) override;
  Result<Agent> change(Transaction&, const Actor&, AgentId, const AgentChange&) override;
  Result<AgentWithToken> rotate_token(Transaction&, const Actor&, AgentId) override;
  Result<Agent> decide_machine(Transaction&, const Actor&, AgentId, bool approve) override;
  Result<void> remove(Transaction&, const Actor&, AgentId) override;

 private:
  // In the actor's sight, and theirs to edit.
  Result<Agent> find(Snapshot&, const Actor&, AgentId) const;
  // An operator edits by the grant of a team, and nothing of another one's.
  Result<void> check_may_edit(Snapshot&, const Actor&, TeamId) const;
  Result<TeamId> team_for(Snapshot&, const Actor&, const std::optional<TeamId>& wanted) const;
  Result<std::vector<GroupId>> checked_groups(Snapshot&, const Actor&, std::vector<GroupId>) const;
  Result<void> check_limits(std::int64_t interval_seconds) const;  // those of the appliance
  Result<void> note_machine(Transaction&, const Actor&, const Agent&, const std::string& kind,
                            const std::string& machine);
  void publish(Transaction&, const Agent&);
  Secret mint(Agent& agent);
  void set_token(Agent& agent, const Secret& token) const;

  Parts parts_;
};

}  // namespace connlog
