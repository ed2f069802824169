// Tells the owners of a workspace by mail: an opening of their data, a review that is due. Queued inside the caller's
// transaction; without mail settings nothing is sent and nothing fails (the interface shows the same).
#pragma once

#include <string>
#include <vector>

#include "core/access/workspace.h"
#include "core/base/transaction.h"

namespace connlog {

struct OwnersLetter {
  std::string subject;
  std::vector<std::string> paragraphs;  // plain text
  std::string path;                     // "/w/<slug>/access-review"; empty: no link
};

class OwnersMail {
 public:
  virtual ~OwnersMail() = default;
  virtual Result<void> tell_owners(Transaction&, WorkspaceId, const OwnersLetter&) = 0;
};

// Where no letters can be sent at all (tools, tests).
class NoOwnersMail final : public OwnersMail {
 public:
  Result<void> tell_owners(Transaction&, WorkspaceId, const OwnersLetter&) override { return {}; }
};

}  // namespace connlog
