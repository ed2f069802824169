// Implements OwnersMail (core/notify/owners_mail.h): one letter to each owner of the workspace who can log in.
#pragma once

#include "core/access/appliance_directory.h"
#include "core/base/clock.h"
#include "core/notify/letters.h"
#include "core/notify/owners_mail.h"

namespace connlog {

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
