// Changes the private networks that the checks and webhooks of a workspace may reach, for the appliance's administrator.
// Runs inside the caller's transaction; what is in memory changes after its commit. Each change stands in the administrative
// trail and in the workspace's own. Any thread.
#pragma once

#include <string>
#include <vector>

#include "core/audit/audit.h"
#include "core/people/actor.h"
#include "core/people/workspace.h"
#include "core/people/workspace_networks.h"

namespace connlog {

// In their canonical form, without duplicates. Refused: link-local networks, which are never reached, and ones so wide that
// nobody can mean them; loopback stands alone (127.0.0.0/8 or a part of it, ::1/128). Errors name `field`. Pure.
Result<std::vector<std::string>> checked_networks(const std::string& field, const std::vector<std::string>& texts);

class NetworkChanges {
 public:
  struct Parts {
    WorkspaceNetworks& networks;
    NetworkStore& store;
    WorkspaceStore& workspaces;
    AuditLog& audit;
  };
  explicit NetworkChanges(const Parts& parts) : parts_(parts) {}

  // Errors: not_found for a workspace that is not there; invalid_input names "networks".
  Result<std::vector<std::string>> of(Snapshot&, WorkspaceId) const;
  Result<std::vector<std::string>> change(Transaction&, const Actor&, WorkspaceId, const std::vector<std::string>& texts);
  // The workspace is erased; its rows are the caller's to delete.
  void forget(Transaction&, WorkspaceId);

 private:
  Result<Workspace> find(Snapshot&, WorkspaceId) const;
  Parts parts_;
};

}  // namespace connlog
