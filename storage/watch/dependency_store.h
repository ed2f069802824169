// Dependencies between subjects, in SQL. Stateless: any thread, with the snapshot or transaction that it was given.
#pragma once

#include "core/watch/quiet/dependency.h"

namespace connlog::storage {

class SqlDependencyStore final : public DependencyStore {
 public:
  Result<std::vector<Dependency>> all(Snapshot&) const override;
  Result<std::vector<Dependency>> list(Snapshot&, WorkspaceId) const override;
  Result<void> replace(Transaction&, WorkspaceId, SubjectId, const std::vector<SubjectId>& parents) override;
};

}  // namespace connlog::storage
