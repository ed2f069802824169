// Workspaces and who belongs to them, in SQL. Stateless: any thread, with the snapshot or transaction that it was given.
#pragma once

#include "core/people/workspace.h"

namespace connlog::storage {

class SqlWorkspaceStore final : public WorkspaceStore {
 public:
  Result<std::optional<Workspace>> find(Snapshot&, WorkspaceId) const override;
  Result<std::vector<Workspace>> of_user(Snapshot&, UserId) const override;
  Result<std::vector<Workspace>> all(Snapshot&) const override;
  Result<void> insert(Transaction&, const Workspace&) override;
  Result<void> update(Transaction&, const Workspace&) override;
  Result<std::optional<Membership>> membership(Snapshot&, WorkspaceId, UserId) const override;
  Result<void> put_membership(Transaction&, const Membership&) override;
};

}  // namespace connlog::storage
