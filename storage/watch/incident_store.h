// Incidents, their timelines, and what the engine remembers of each rule and agent, in SQL. Stateless: any thread, with the
// snapshot or transaction that it was given.
#pragma once

#include "core/watch/incident.h"

namespace connlog::storage {

class SqlIncidentStore final : public IncidentStore {
 public:
  Result<std::optional<Incident>> find(Snapshot&, WorkspaceId, IncidentId) const override;
  Result<std::vector<Incident>> list(Snapshot&, WorkspaceId, const Filter&) const override;
  Result<std::optional<Incident>> open_of(Snapshot&, WorkspaceId, RuleId, AgentId) const override;
  Result<void> insert(Transaction&, const Incident&) override;
  Result<void> update(Transaction&, const Incident&) override;
  Result<void> add_event(Transaction&, const IncidentEvent&) override;
  Result<std::vector<IncidentEvent>> events(Snapshot&, WorkspaceId, IncidentId) const override;

  Result<std::vector<RuleState>> all_states(Snapshot&) const override;
  Result<std::optional<RuleState>> state(Snapshot&, WorkspaceId, RuleId, AgentId) const override;
  Result<void> put_state(Transaction&, const RuleState&) override;
  Result<void> remove_states(Transaction&, WorkspaceId, RuleId) override;
};

}  // namespace connlog::storage
