#include "web/workspace_view.h"

#include <nlohmann/json.hpp>

#include "web/views.h"

namespace connlog::web {

using nlohmann::json;

json view(const Workspace& workspace, const WorkspaceSetting& setting, const Standing& standing) {
  json deletion = nullptr;
  if (setting.deletion_due_at.is_set()) {
    deletion = {{"requested_at", time_view(setting.deletion_requested_at)},
                {"due_at", time_view(setting.deletion_due_at)},
                {"requested_by", setting.deletion_requested_by}};
  }
  return {{"id", workspace.id.text()},
          {"slug", workspace.slug},
          {"name", workspace.name},
          {"role", to_text(standing.role)},
          {"team_grant", standing.team_grant},
          {"sees_all", standing.sight.all},
          {"machine_policy", to_text(workspace.machine_policy)},
          {"enabled", workspace.enabled},
          {"team_scoped", setting.team_scoped},
          {"deletion", std::move(deletion)},
          {"version", workspace.version}};
}

Result<json> workspace_view(const WebServices& services, Snapshot& snapshot, const Workspace& workspace,
                            UserId reader) {
  const auto standing = TRY(services.access.standing(snapshot, workspace.id, reader));
  const WorkspaceSetting setting = TRY(services.access.settings().get(snapshot, workspace.id));
  return view(workspace, setting, standing.value_or(Standing{}));
}

Result<json> workspaces_of(const WebServices& services, Snapshot& snapshot, UserId user) {
  json out = json::array();
  for (const Workspace& workspace : TRY(services.workspaces.of_user(snapshot, user)))
    out.push_back(TRY(workspace_view(services, snapshot, workspace, user)));
  return out;
}

}  // namespace connlog::web
