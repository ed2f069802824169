// WorkspaceService over the stores; see core/access/workspace_service.h.
#pragma once

#include "core/access/resident.h"
#include "core/access/workspace_service.h"
#include "core/audit/audit.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/notify/notification.h"

namespace connlog {

class StoredWorkspaces final : public WorkspaceService {
 public:
  struct Parts {
    WorkspaceStore& workspaces;
    RecipientStore& recipients;
    AuditLog& audit;
    const Residents& residents;
    Clock& clock;
    Random& random;
  };
  explicit StoredWorkspaces(const Parts& parts) : parts_(parts) {}

  Result<Workspace> create(Transaction&, const Actor&, const std::string& name, UserId owner,
                           const std::string& owner_name, const std::string& owner_mail) override;
  Result<Workspace> change(Transaction&, const Actor&, WorkspaceId, const WorkspaceChange&,
                           std::int64_t expected_version) override;

 private:
  Parts parts_;
};

}  // namespace connlog
