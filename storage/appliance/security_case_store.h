// The register of security incidents, in SQL. It binds no workspace: the register is the appliance's. Stateless: any
// thread, with the snapshot or transaction that it was given.
#pragma once

#include "core/appliance/security_case.h"
#include "storage/unknown_words.h"

namespace connlog::storage {

inline constexpr WordColumn<CaseOrigin> kSecurityCaseOrigin{"security_case", "origin", "version"};
inline constexpr WordColumn<CaseEntryKind> kSecurityCaseEntryKind{"security_case_entry", "kind", "done_at"};

class SqlSecurityCaseStore final : public SecurityCaseStore {
 public:
  Result<void> insert(Transaction&, const SecurityCase&) override;
  Result<std::optional<SecurityCase>> find(Snapshot&, SecurityCaseId) const override;
  Result<std::vector<SecurityCase>> list(Snapshot&, SecurityCaseId before, int limit) const override;
  Result<std::int64_t> count(Snapshot&) const override;
  Result<void> update(Transaction&, const SecurityCase&) override;
  Result<void> add_entry(Transaction&, SecurityCaseId, const CaseEntry&) override;
  Result<void> update_entry(Transaction&, SecurityCaseId, const CaseEntry&) override;
};

}  // namespace connlog::storage
