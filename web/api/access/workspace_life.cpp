// Workspaces made, and the way to their end.
#include <nlohmann/json.hpp>

#include "web/api/access/handlers.h"
#include "web/api/views.h"
#include "web/api/access/workspace_view.h"

namespace connlog::web::access {

using nlohmann::json;

Result<Reply> add_workspace(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const Body body = TRY(ctx.body());
  return ctx.create([&services, actor = ctx.actor, user = ctx.identified->user,
                     name = TRY(body.text("name", 1, 80))](Transaction& tx) -> Result<Reply> {
    const Workspace made = TRY(services.access.life().create(tx, actor, user, name));
    return tagged(json_reply(201, TRY(workspace_view(services, tx, made, user.id))), made.version);
  });
}

namespace {

Result<void> by_a_person(const Context& ctx) {
  if (ctx.identified) return {};
  return Error{ErrorCode::forbidden, "This is for people who are logged in, not for API keys."};
}

}  // namespace

Result<Reply> set_workspace_enabled(Context& ctx) {
  const Services& services = ctx.of<Services>();
  TRY(by_a_person(ctx));
  const Body body = TRY(ctx.body());
  return ctx.write([&services, actor = ctx.actor, id = ctx.workspace->id,
                    enabled = TRY(body.flag("enabled"))](Transaction& tx) -> Result<Reply> {
    const Workspace workspace = TRY(services.access.life().set_enabled(tx, actor, id, enabled));
    return tagged(json_reply(200, TRY(workspace_view(services, tx, workspace, actor.user))), workspace.version);
  });
}

Result<Reply> request_workspace_deletion(Context& ctx) {
  const Services& services = ctx.of<Services>();
  TRY(by_a_person(ctx));
  const Body body = TRY(ctx.body());
  return ctx.write([&services, actor = ctx.actor, workspace = *ctx.workspace,
                    name = TRY(body.text("name", 1, 80))](Transaction& tx) -> Result<Reply> {
    TRY(services.access.life().request_deletion(tx, actor, name));
    return json_reply(200, TRY(workspace_view(services, tx, workspace, actor.user)));
  });
}

Result<Reply> cancel_workspace_deletion(Context& ctx) {
  const Services& services = ctx.of<Services>();
  return ctx.write([&services, actor = ctx.actor, workspace = *ctx.workspace](Transaction& tx) -> Result<Reply> {
    TRY(services.access.life().cancel_deletion(tx, actor));
    return json_reply(200, TRY(workspace_view(services, tx, workspace, actor.user)));
  });
}

}  // namespace connlog::web::access
