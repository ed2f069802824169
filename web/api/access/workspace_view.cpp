#include "web/api/access/workspace_view.h"

#include <nlohmann/json.hpp>

#include "core/access/administration.h"
#include "core/identity/second_factor.h"
#include "web/api/identity/factor_views.h"
#include "web/api/views.h"

namespace connlog::web {

using nlohmann::json;

namespace {

json opening_view(const BreakGlassGrant& grant) {
  return {{"id", grant.id.text()},
          {"administrator", grant.administrator},
          {"reason", grant.reason},
          {"expires_at", time_view(grant.expires_at)}};
}

// The administrators of the appliance with an open break-glass. Shown to everybody in the workspace.
Result<json> openings_of(const access::Services& services, Snapshot& snapshot, WorkspaceId workspace) {
  json out = json::array();
  const auto grants = TRY(services.administration.break_glass().list(snapshot, workspace));
  for (const BreakGlassGrant& grant : grants) {
    if (grant.is_open(services.clock.believed())) out.push_back(opening_view(grant));
  }
  return out;
}

}  // namespace

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

Result<json> workspace_view(const access::Services& services, Snapshot& snapshot, const Workspace& workspace,
                            UserId reader) {
  const auto standing = TRY(services.access.standing(snapshot, workspace.id, reader));
  const WorkspaceSetting setting = TRY(services.access.settings().get(snapshot, workspace.id));
  json shown = view(workspace, setting, standing.value_or(Standing{}));
  // Only people who review access are told that a review is due.
  const bool reviews = standing && allows(standing->role, Action::review_access);
  Instant due;
  if (reviews) due = TRY(services.administration.reviews().due_at(snapshot, workspace));
  shown["review_due_at"] = time_view(due);
  shown["openings"] = TRY(openings_of(services, snapshot, workspace.id));
  shown["opened_by_me"] = !standing.has_value() && !reader.is_nil();
  const auto policy = TRY(services.second_factors.standing(snapshot, workspace.id, reader));
  shown["second_factor"] = policy_standing_view(policy);
  return shown;
}

Result<json> workspaces_of(const access::Services& services, Snapshot& snapshot, UserId user) {
  json out = json::array();
  const auto own = TRY(services.workspaces.of_user(snapshot, user));
  for (const Workspace& workspace : own) {
    json shown = TRY(workspace_view(services, snapshot, workspace, user));
    out.push_back(std::move(shown));
  }
  // Includes workspaces that the person opened as an administrator of the appliance.
  const auto opened = TRY(services.administration.break_glass().opened_by(snapshot, user));
  for (const Workspace& workspace : opened) {
    json shown = TRY(workspace_view(services, snapshot, workspace, user));
    out.push_back(std::move(shown));
  }
  return out;
}

}  // namespace connlog::web
