// Whose mail address is known to be theirs: a member's verified one. The reader of such an address was asked already.
#pragma once

#include <string>

#include "core/base/id.h"
#include "core/base/transaction.h"

namespace connlog {

class MemberAddresses {
 public:
  virtual ~MemberAddresses() = default;
  // Of a member of this workspace who can log in and proved that mail reaches them. `mail_key`: in lower case.
  virtual Result<bool> is_verified_member(Snapshot&, WorkspaceId, const std::string& mail_key) const = 0;
};

}  // namespace connlog
