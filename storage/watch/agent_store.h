// Agents, their tags and the history of their machine binding, in SQL. Stateless: any thread, with the snapshot or
// transaction that it was given.
#pragma once

#include "core/watch/agent.h"

namespace connlog::storage {

class SqlAgentStore final : public AgentStore {
 public:
  Result<std::vector<Agent>> all(Snapshot&) const override;
  Result<std::optional<Agent>> find(Snapshot&, WorkspaceId, AgentId) const override;
  Result<std::vector<Agent>> list(Snapshot&, WorkspaceId) const override;
  Result<void> insert(Transaction&, const Agent&) override;
  Result<void> update(Transaction&, const Agent&) override;
  Result<void> add_machine_event(Transaction&, const MachineEvent&) override;
  Result<std::vector<MachineEvent>> machine_events(Snapshot&, WorkspaceId, AgentId, int limit) const override;
};

}  // namespace connlog::storage
