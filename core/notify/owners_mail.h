// Informs the owners of a workspace by mail: an administrator opened their data, an access review is due. The mails are
// queued in the caller's transaction. A mail that cannot be queued does not stop the caller, because the user interface
// shows the same. This is only the interface: core/access knows the owners and implements it. Any thread.
#pragma once

#include <string>
#include <vector>

#include "core/base/id.h"
#include "core/base/transaction.h"

namespace connlog {

struct OwnersLetter {
  std::string kind;  // "break_glass"
  std::string headline;
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
