// Tells whether a mail address is the verified address of a member. Such a member already proved that mail reaches
// them, so the address needs no letter that asks for consent. Any thread.
#pragma once

#include <string>

#include "core/base/id.h"
#include "core/base/transaction.h"

namespace connlog {

class MemberAddresses {
 public:
  virtual ~MemberAddresses() = default;
  // Whether `mail_key` (the address in lower case) is that of a member of this workspace who can log in and has proved
  // that mail reaches them.
  virtual Result<bool> is_verified_member(Snapshot&, WorkspaceId, const std::string& mail_key) const = 0;
};

}  // namespace connlog
