// Writing into the three trails: who did what to which object, when, from where. Append-only; each row carries a keyed
// digest over its content and the row before it, so that a changed, missing or reordered row shows. Acts are named in
// core/audit/acts.cpp, with a phrase for people. Texts must hold no secret. Reading is core/audit/trail.h.
// Called on the writer thread, in the transaction of the act that is recorded.
#pragma once

#include <string>

#include "core/people/actor.h"
#include "core/base/id.h"
#include "core/base/transaction.h"

namespace connlog {

// Implemented by storage/; the chain key comes from the keyring.
class AuditLog {
 public:
  virtual ~AuditLog() = default;
  // Appends to the workspace's trail if the actor acts in a workspace, else to the appliance's trail.
  virtual Result<void> append(Transaction&, const Actor&, const std::string& act, const std::string& object,
                              const std::string& details = {}) = 0;
  // Appends a security event: an attack, a possible attack, or a change to how a person logs in. `about` nil: it
  // concerns no particular person; `workspace` nil: no particular workspace.
  virtual Result<void> append_security(Transaction&, const Actor&, WorkspaceId workspace, UserId about,
                                       const std::string& act, const std::string& object,
                                       const std::string& details = {}) = 0;
};

}  // namespace connlog
