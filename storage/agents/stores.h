// Agents with the history of their machine binding, and enrolment keys with the agents enrolled by them, in SQL. What is
// said of an agent as a subject is in storage/watch. Stateless: any thread, with the snapshot or transaction that it was
// given.
#pragma once

#include "core/agents/agent.h"
#include "core/agents/enrolment_key.h"

namespace connlog::storage {

class SqlAgentStore final : public AgentStore {
 public:
  Result<std::vector<Agent>> all(Snapshot&) const override;
  Result<std::vector<TokenDigest>> gone(Snapshot&) const override;
  Result<std::optional<Agent>> find(Snapshot&, WorkspaceId, AgentId) const override;
  Result<std::vector<Agent>> list(Snapshot&, WorkspaceId) const override;
  Result<void> insert(Transaction&, const Agent&) override;
  Result<void> update(Transaction&, const Agent&) override;
  Result<void> remove(Transaction&, const Agent&) override;
  Result<void> add_machine_event(Transaction&, const MachineEvent&) override;
  Result<std::vector<MachineEvent>> machine_events(Snapshot&, WorkspaceId, AgentId, int limit) const override;
};

class SqlEnrolmentStore final : public EnrolmentStore {
 public:
  Result<std::optional<EnrolmentKey>> find_by_digest(Snapshot&, const TokenDigest&) const override;
  Result<std::vector<EnrolmentKey>> of_workspace(Snapshot&, WorkspaceId) const override;
  Result<void> insert(Transaction&, const EnrolmentKey&) override;
  Result<void> update(Transaction&, const EnrolmentKey&) override;
  Result<std::optional<Enrolment>> find(Snapshot&, WorkspaceId, EnrolmentKeyId, const TokenDigest&) const override;
  Result<void> insert(Transaction&, const Enrolment&) override;
  Result<std::vector<EnrolledAgent>> agents(Snapshot&, WorkspaceId, int limit) const override;
  Result<std::int64_t> remove_revoked_before(Transaction&, Instant before, int limit) override;
};

}  // namespace connlog::storage
