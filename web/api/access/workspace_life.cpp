// Creating, disabling and deleting workspaces.
#include <nlohmann/json.hpp>

#include "web/api/access/handlers.h"
#include "web/api/access/workspace_view.h"

namespace connlog::web::access {

using nlohmann::json;

Result<Reply> add_workspace(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const Body body = TRY(ctx.body());
  const auto name = TRY(body.text("name", 1, 80));
  return ctx.create(
      [&services, actor = ctx.actor, user = ctx.identified->user, name](Transaction& tx) -> Result<Reply> {
        const Workspace made = TRY(services.access.life().create(tx, actor, user, name));
        auto shown = TRY(workspace_view(services, tx, made, user.id));
        return tagged(json_reply(201, std::move(shown)), made.version);
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
  const auto enabled = TRY(body.flag("enabled"));
  return ctx.write([&services, actor = ctx.actor, id = ctx.workspace->id, enabled](Transaction& tx) -> Result<Reply> {
    const Workspace workspace = TRY(services.access.life().set_enabled(tx, actor, id, enabled));
    auto shown = TRY(workspace_view(services, tx, workspace, actor.user));
    return tagged(json_reply(200, std::move(shown)), workspace.version);
  });
}

Result<Reply> request_workspace_deletion(Context& ctx) {
  const Services& services = ctx.of<Services>();
  TRY(by_a_person(ctx));
  const Body body = TRY(ctx.body());
  const auto name = TRY(body.text("name", 1, 80));
  return ctx.write([&services, actor = ctx.actor, workspace = *ctx.workspace, name](Transaction& tx) -> Result<Reply> {
    TRY(services.access.life().request_deletion(tx, actor, name));
    auto shown = TRY(workspace_view(services, tx, workspace, actor.user));
    return json_reply(200, std::move(shown));
  });
}

Result<Reply> cancel_workspace_deletion(Context& ctx) {
  const Services& services = ctx.of<Services>();
  return ctx.write([&services, actor = ctx.actor, workspace = *ctx.workspace](Transaction& tx) -> Result<Reply> {
    TRY(services.access.life().cancel_deletion(tx, actor));
    auto shown = TRY(workspace_view(services, tx, workspace, actor.user));
    return json_reply(200, std::move(shown));
  });
}

}  // namespace connlog::web::access
