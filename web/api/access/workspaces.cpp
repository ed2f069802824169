// The workspace itself: its name, its address and its settings.
#include <nlohmann/json.hpp>

#include "web/api/access/handlers.h"
#include "web/api/access/workspace_view.h"

namespace connlog::web::access {

Result<Reply> show_workspace(Context& ctx) {
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    auto shown = TRY(workspace_view(ctx.of<Services>(), snapshot, *ctx.workspace, ctx.actor.user));
    return tagged(json_reply(200, std::move(shown)), ctx.workspace->version);
  });
}

Result<Reply> change_workspace(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const Body body = TRY(ctx.body());
  WorkspaceChange change;
  change.name = TRY(body.maybe_text("name", 1, 80));
  change.machine_policy = TRY(body.maybe_word<MachinePolicy>("machine_policy"));
  WorkspaceSettingChange more;
  more.slug = TRY(body.maybe_text("slug", 1, 40));
  more.team_scoped = TRY(body.maybe_flag("team_scoped"));
  const auto version = TRY(ctx.if_match());
  return ctx.write(
      [&services, actor = ctx.actor, id = ctx.workspace->id, change, more, version](Transaction& tx) -> Result<Reply> {
        TRY(services.access.workspaces().change(tx, actor, id, change, version));
        const Workspace workspace = TRY(services.access.life().change(tx, actor, id, more));
        auto shown = TRY(workspace_view(services, tx, workspace, actor.user));
        return tagged(json_reply(200, std::move(shown)), workspace.version);
      });
}

}  // namespace connlog::web::access
