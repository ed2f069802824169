// Workspaces: made at set-up (with default rules and a first recipient) and changed by their admins. Every method runs
// inside the caller's transaction and writes the audit log; the residents (resident.h) learn of it.
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

std::string_view to_text(MachinePolicy policy);  // "warn", "refuse"
bool parse_machine_policy(std::string_view text, MachinePolicy& out);

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

  // Makes the workspace with a free slug, `owner` as its owner, a mail recipient that receives by default at `owner_mail`,
  // and what the residents put into every new one.
  Result<Workspace> create(Transaction&, const Actor&, const std::string& name, UserId owner,
                           const std::string& owner_name, const std::string& owner_mail);
  // `expected_version` 0: unconditional. Another version: conflict.
  Result<Workspace> change(Transaction&, const Actor&, WorkspaceId, const WorkspaceChange&,
                           std::int64_t expected_version);

 private:
  Parts parts_;
};

}  // namespace connlog
