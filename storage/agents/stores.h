// Enrolment keys, the agents enrolled with them, and notices about attempts, in SQL. Stateless: any thread, with the
// snapshot or transaction that it was given.
#pragma once

#include "core/agents/enrolment_key.h"
#include "core/identity/abuse_watch.h"

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

class SqlAttemptNoticeStore final : public AttemptNoticeStore {
 public:
  Result<Instant> noticed_at(Snapshot&, const TokenDigest& topic) const override;
  Result<void> put(Transaction&, const TokenDigest& topic, Instant at) override;
  Result<void> remove_before(Transaction&, Instant before, int limit) override;
  Result<std::vector<User>> administrators(Snapshot&) const override;
};

}  // namespace connlog::storage
