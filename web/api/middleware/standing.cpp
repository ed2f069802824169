#include "web/api/middleware/standing.h"

#include "core/access/administration.h"
#include "web/api/middleware/services.h"

namespace connlog::web {
namespace {

// An administrator of the appliance with an opening has a viewer's rights and sees every subject. Without an opening they
// have no standing.
Result<bool> stand_by_break_glass(Context& ctx, Snapshot& snapshot, UserId user) {
  if (!ctx.actor.appliance_administrator || ctx.actor.kind != Actor::Kind::user) return false;
  const auto grant =
      TRY(ctx.of<middleware::Services>().administration.break_glass().find_open(snapshot, ctx.workspace->id, user));
  if (!grant) return false;
  ctx.actor.role = Role::viewer;
  ctx.actor.break_glass = true;
  ctx.break_glass = std::make_shared<const BreakGlassGrant>(*grant);
  return true;
}

// Whether the segment is the value of a variable in the route's path, an id or not. Such values are left out of the
// list of what an administrator looked at, because the administrator could write text of their own into it.
bool is_variable(const HttpRequest& request, std::string_view segment) {
  for (const std::string_view name : {"id", "user", "n", "key"}) {
    if (!segment.empty() && request.path_value(name) == segment) return true;
  }
  return false;
}

// "agents/{id}/readings": the path below the workspace, with ids replaced.
std::string path_without_ids(const HttpRequest& request, const WorkspaceId& workspace) {
  const std::string_view path = request.path();
  const std::string id = workspace.text();
  const std::size_t at = path.find(id);
  std::string_view rest = at == std::string_view::npos ? path : path.substr(std::min(at + id.size() + 1, path.size()));
  std::string out;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    const std::string_view segment = rest.substr(0, end);
    Uuid any;
    const bool variable = parse_uuid(segment, any) || is_variable(request, segment);
    out += (out.empty() ? "" : "/") + (variable ? "{id}" : std::string(segment));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out.substr(0, 80);
}

}  // namespace

Error no_such_workspace() {
  return Error{ErrorCode::not_found, "There is no such workspace, or you are not a member of it."};
}

Result<void> find_workspace(Context& ctx, Snapshot& snapshot) {
  WorkspaceId id;
  if (!WorkspaceId::parse(ctx.request().path_value("w"), id)) return no_such_workspace();
  ctx.workspace = TRY(ctx.of<middleware::Services>().workspaces.find(snapshot, id));
  if (!ctx.workspace || is_appliances_own(*ctx.workspace)) return no_such_workspace();
  ctx.actor.workspace = id;
  return {};
}

Result<void> stand_in_workspace(Context& ctx, Snapshot& snapshot, UserId user) {
  TRY(find_workspace(ctx, snapshot));
  const auto membership = TRY(ctx.of<middleware::Services>().access.standing(snapshot, ctx.workspace->id, user));
  if (!membership) {
    const bool opened = TRY(stand_by_break_glass(ctx, snapshot, user));
    if (!opened) return no_such_workspace();
    return {};
  }
  ctx.actor.role = membership->role;
  ctx.actor.team_grant = membership->team_grant;
  ctx.actor.sight = membership->sight;
  return {};
}

Refusal check_only_looks(const Context& ctx, const Permission& permission) {
  if (!ctx.break_glass || ctx.request().method() == "GET" || ctx.request().method() == "HEAD") return std::nullopt;
  // The preview is a POST that changes nothing.
  if (permission.action() == Action::view && ctx.request().path().ends_with("/rules/preview")) return std::nullopt;
  return problem(403, "looking_only",
                 "You opened this workspace as an administrator, to look: nothing can be changed.");
}

void note_break_glass(const Context& ctx) {
  if (!ctx.break_glass) return;
  const middleware::Services& services = ctx.of<middleware::Services>();
  services.stores.submit(
      Urgency::may_wait,
      [&services, grant = *ctx.break_glass, path = path_without_ids(ctx.request(), ctx.workspace->id)](
          Transaction& tx) { return services.administration.break_glass().note_read(tx, grant, path); },
      [](const Result<void>&) {});
}

Refusal check_enabled(const Context& ctx, const Permission& permission) {
  if (ctx.workspace->enabled || permission.works_while_disabled()) return std::nullopt;
  return problem(403, "workspace_disabled",
                 "This workspace is disabled: nothing in it can be seen or changed, and its agents are refused. "
                 "One of its owners or the administrator of the appliance can enable it.");
}

}  // namespace connlog::web
