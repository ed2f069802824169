// AgentService over the stores; see core/agent/agent_service.h.
#pragma once

#include "core/agent/agent_service.h"
#include "core/alerts/alert_runner.h"
#include "core/audit/audit.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/crypto/keyring.h"
#include "core/events/bus.h"

namespace connlog {

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
  };
  explicit StoredAgents(const Parts& parts) : parts_(parts) {}

  Result<AgentWithToken> add(Transaction&, const Actor&, const NewAgent&) override;
  Result<AgentWithToken> enrol(Transaction&, const Actor&, const NewAgent&, Secret token) override;
  Result<Agent> change(Transaction&, const Actor&, AgentId, const AgentChange&) override;
  Result<AgentWithToken> rotate_token(Transaction&, const Actor&, AgentId) override;
  Result<Agent> decide_machine(Transaction&, const Actor&, AgentId, bool approve) override;
  Result<void> remove(Transaction&, const Actor&, AgentId) override;

 private:
  Result<Agent> find(Snapshot&, const Actor&, AgentId) const;
  Result<void> note_machine(Transaction&, const Actor&, const Agent&, const std::string& kind,
                            const std::string& machine);
  void publish(Transaction&, const Agent&);
  Secret mint(Agent& agent);
  void set_token(Agent& agent, const Secret& token) const;

  Parts parts_;
};

}  // namespace connlog
