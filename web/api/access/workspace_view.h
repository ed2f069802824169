// How a workspace looks to one of its members: its row, its settings, and the reader's role and rights in it. Any
// worker.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/access/access_services.h"
#include "web/api/access/services.h"

namespace connlog::web {

nlohmann::json view(const Workspace&, const WorkspaceSetting&, const Standing&);
// Reads the setting and the reader's standing. The reader must be a member.
Result<nlohmann::json> workspace_view(const access::Services&, Snapshot&, const Workspace&, UserId reader);
// All workspaces of a person. Includes disabled workspaces, so that people see that they are disabled.
Result<nlohmann::json> workspaces_of(const access::Services&, Snapshot&, UserId);

}  // namespace connlog::web
