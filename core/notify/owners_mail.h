// Tells the owners of a workspace by mail: an opening of their data, a review that is due. Queued inside the caller's
// transaction; what cannot be queued stops nothing, as the interface shows the same. The interface: who the owners are is
// known in core/access, which implements it. Any thread.
#pragma once

#include <string>
#include <vector>

#include "core/base/id.h"
#include "core/base/transaction.h"

namespace connlog {

struct OwnersLetter {
  std::string kind;  // "break_glass"
  std::string subject;
  std::vector<std::string> paragraphs;  // plain text
  std::string path;                     // "/w/<slug>/access-review"; empty: no link
  std::string link_text;                // "Look through the list"
};

class OwnersMail {
 public:
  virtual ~OwnersMail() = default;
  virtual Result<void> tell_owners(Transaction&, WorkspaceId, const OwnersLetter&) = 0;
};

}  // namespace connlog
