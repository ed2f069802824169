// The audit log: who did what to what, when, from where. Append-only; each row carries a keyed digest over its content
// and the row before it, so that a changed, missing or reordered row shows. Texts must hold no secret.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/access/actor.h"
#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/transaction.h"

namespace connlog {

struct AuditEntry {
  AuditEntryId id;
  std::int64_t sequence = 0;  // gapless, from 1, over the appliance
  WorkspaceId workspace;      // nil: an act of the appliance
  Instant at;
  std::string actor_kind, actor_name, address;
  std::string act;      // "agent.token_rotated": noun.verb_in_past
  std::string subject;  // the thing's id or name, as shown
  std::string details;  // a short sentence or JSON object
  std::array<std::uint8_t, 32> chain{};
};

struct AuditVerdict {
  std::int64_t rows = 0;          // examined
  std::int64_t first_broken = 0;  // sequence of the first row that is changed, missing or out of order; 0: none
  std::array<std::uint8_t, 32>
      head{};  // the last row's chain; compare it with one that was kept outside to see a cut tail
};

// Implemented by storage/; the chain key comes from the keyring.
class AuditLog {
 public:
  virtual ~AuditLog() = default;
  // The workspace's trail where the actor acts in one, else the appliance's administrative trail.
  virtual Result<void> append(Transaction&, const Actor&, const std::string& act, const std::string& subject,
                              const std::string& details = {}) = 0;
  // A security event: an attack or what may be one, and what touches somebody's way in. `about` nil: nobody in
  // particular; `workspace` nil: none in particular.
  virtual Result<void> append_security(Transaction&, const Actor&, WorkspaceId workspace, UserId about,
                                       const std::string& act, const std::string& subject,
                                       const std::string& details = {}) = 0;
  virtual Result<std::vector<AuditEntry>> list(Snapshot&, WorkspaceId, std::int64_t before_sequence,
                                               int limit) const = 0;
  // Recomputes the whole chain.
  virtual Result<AuditVerdict> verify(Snapshot&) const = 0;
};

}  // namespace connlog
