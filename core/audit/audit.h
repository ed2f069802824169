// Writing into the three trails: who did what to which object, when, from where. Append-only; each row carries a keyed digest over
// its content and the row before it, so that a changed, missing or reordered row shows. Acts are named in
// core/audit/acts.cpp, with a sentence for people. Texts must hold no secret. Reading is core/audit/trail.h.
// On the writer thread, in the transaction of what is told.
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
  // The workspace's trail where the actor acts in one, else the appliance's administrative trail.
  virtual Result<void> append(Transaction&, const Actor&, const std::string& act, const std::string& subject,
                              const std::string& details = {}) = 0;
  // A security event: an attack or what may be one, and what touches somebody's way in. `about` nil: nobody in
  // particular; `workspace` nil: none in particular.
  virtual Result<void> append_security(Transaction&, const Actor&, WorkspaceId workspace, UserId about,
                                       const std::string& act, const std::string& subject,
                                       const std::string& details = {}) = 0;
};

}  // namespace connlog
