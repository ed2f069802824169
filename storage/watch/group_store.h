// Groups of agents, in SQL. Stateless: any thread, with the snapshot or transaction that it was given.
#pragma once

#include "core/watch/group.h"

namespace connlog::storage {

class SqlGroupStore final : public GroupStore {
 public:
  Result<std::vector<Group>> list(Snapshot&, WorkspaceId) const override;
  Result<std::optional<Group>> find(Snapshot&, WorkspaceId, GroupId) const override;
  Result<void> insert(Transaction&, const Group&) override;
  Result<void> update(Transaction&, const Group&) override;
  Result<void> remove(Transaction&, WorkspaceId, GroupId) override;
};

}  // namespace connlog::storage
