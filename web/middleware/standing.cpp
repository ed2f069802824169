#include "web/middleware/standing.h"

namespace connlog::web {

Error no_such_workspace() {
  return Error{ErrorCode::not_found, "There is no such workspace, or you are not a member of it."};
}

Result<void> find_workspace(Context& ctx, Snapshot& snapshot) {
  WorkspaceId id;
  if (!WorkspaceId::parse(ctx.request().path_value("w"), id)) return no_such_workspace();
  ctx.workspace = TRY(ctx.services().workspaces.find(snapshot, id));
  if (!ctx.workspace) return no_such_workspace();
  ctx.actor.workspace = id;
  return {};
}

Result<void> stand_in_workspace(Context& ctx, Snapshot& snapshot, UserId user) {
  TRY(find_workspace(ctx, snapshot));
  const auto membership = TRY(ctx.services().access.standing(snapshot, ctx.workspace->id, user));
  if (!membership) return no_such_workspace();
  ctx.actor.role = membership->role;
  ctx.actor.team_grant = membership->team_grant;
  ctx.actor.sight = membership->sight;
  return {};
}

Refusal check_enabled(const Context& ctx, const Permission& permission) {
  if (ctx.workspace->enabled || permission.works_while_disabled()) return std::nullopt;
  return problem(403, "workspace_disabled",
                 "This workspace is disabled: nothing in it can be seen or changed, and its agents are refused. "
                 "One of its owners or the administrator of the appliance can enable it.");
}

}  // namespace connlog::web
