// Alert rules and who they tell, in SQL. Stateless: any thread, with the snapshot or transaction that it was given.
#pragma once

#include "core/watch/rule.h"

namespace connlog::storage {

class SqlRuleStore final : public RuleStore {
 public:
  Result<std::vector<Rule>> all(Snapshot&) const override;
  Result<std::vector<Rule>> list(Snapshot&, WorkspaceId) const override;
  Result<std::optional<Rule>> find(Snapshot&, WorkspaceId, RuleId) const override;
  Result<void> insert(Transaction&, const Rule&) override;
  Result<void> update(Transaction&, const Rule&) override;
  Result<void> remove(Transaction&, WorkspaceId, RuleId) override;
};

}  // namespace connlog::storage
