// Makes workspaces (with default rules and a first recipient) and changes their name and machine policy. Every method
// runs inside the caller's transaction and writes the audit log; the residents (resident.h) are told. Any thread may
// enter.
#pragma once

#include <optional>
#include <string>

#include "core/access/resident.h"
#include "core/audit/audit.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/notify/notification.h"
#include "core/people/actor.h"
#include "core/people/workspace.h"

namespace connlog {

struct WorkspaceChange {  // only what is set changes
  std::optional<std::string> name;
  std::optional<MachinePolicy> machine_policy;
};

class WorkspaceService {
 public:
  struct Parts {
    WorkspaceStore& workspaces;
    RecipientStore& recipients;
    AuditLog& audit;
    const Residents& residents;
    Clock& clock;
    Random& random;
  };
  explicit WorkspaceService(const Parts& parts) : parts_(parts) {}

  // Makes the workspace with an unused slug, `owner` as its owner, a mail recipient at `owner_mail` that receives by
  // default, and what the residents add to every new one.
  Result<Workspace> create(Transaction&, const Actor&, const std::string& name, UserId owner,
                           const std::string& owner_name, const std::string& owner_mail);
  // `expected_version` 0: unconditional. `conflict` if the stored version is another.
  Result<Workspace> change(Transaction&, const Actor&, WorkspaceId, const WorkspaceChange&,
                           std::int64_t expected_version);

 private:
  Parts parts_;
};

}  // namespace connlog
