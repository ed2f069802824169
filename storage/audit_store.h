// The audit log, in SQL: a chain of keyed digests over its rows. The key is derived from the keyring and is not in the
// database, so whoever can write to the file cannot forge a row. Appending belongs to the writer thread; reading to any.
#pragma once

#include "core/audit/audit.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/crypto/keyring.h"

namespace connlog::storage {

class SqlAuditLog final : public AuditLog {
 public:
  SqlAuditLog(const Key& chain_key, const Clock& clock, Random& random)
      : key_(chain_key), clock_(clock), random_(random) {}

  Result<void> append(Transaction&, const Actor&, const std::string& act, const std::string& subject,
                      const std::string& details = {}) override;
  Result<void> append_security(Transaction&, const Actor&, WorkspaceId workspace, UserId about, const std::string& act,
                               const std::string& subject, const std::string& details) override;
  Result<std::vector<AuditEntry>> list(Snapshot&, WorkspaceId, std::int64_t before_sequence, int limit) const override;
  Result<AuditVerdict> verify(Snapshot&) const override;

 private:
  Key key_;
  const Clock& clock_;
  Random& random_;
};

}  // namespace connlog::storage
