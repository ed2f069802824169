// Enrolment keys, and the agents enrolled with them, in SQL. Stateless: any thread, with the snapshot or transaction that
// it was given.
#pragma once

#include "core/agents/enrolment_key.h"

namespace connlog::storage {

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
