// Tells the owners of a workspace by mail: an opening of their data, a review that is due. Queued inside the caller's
// transaction; what cannot be queued stops nothing, as the interface shows the same. Any thread.
#pragma once

#include <string>
#include <vector>

#include "core/access/appliance_directory.h"
#include "core/people/workspace.h"
#include "core/base/clock.h"
#include "core/base/transaction.h"
#include "core/notify/letters.h"

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

class OwnersByLetter final : public OwnersMail {
 public:
  OwnersByLetter(const ApplianceDirectory& directory, Letters& letters, const Clock& clock)
      : directory_(directory), letters_(letters), clock_(clock) {}
  Result<void> tell_owners(Transaction&, WorkspaceId, const OwnersLetter&) override;

 private:
  const ApplianceDirectory& directory_;
  Letters& letters_;
  const Clock& clock_;
};

}  // namespace connlog
