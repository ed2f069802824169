// Groups of agents.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/watch/groups.h"
#include "web/api/watch/handlers.h"
#include "web/api/views.h"
#include "web/api/watch/agents_in_sight.h"

namespace connlog::web::watch {
namespace {

using nlohmann::json;

json group_view(const Group& group) {
  return {{"id", group.id.text()}, {"name", group.name},       {"agents", group.agents},
          {"rules", group.rules},  {"version", group.version}, {"created_at", time_view(group.created_at)}};
}

}  // namespace

Result<Reply> list_groups(Context& ctx) {
  const std::vector<LiveAgent> seen = agents_in_sight(ctx);
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    json items = json::array();
    auto groups = TRY(ctx.of<Services>().groups.store().list(snapshot, ctx.workspace->id));
    for (Group& group : groups) {
      group.agents = std::count_if(seen.begin(), seen.end(), [&](const LiveAgent& live) {
        return std::find(live.agent.groups.begin(), live.agent.groups.end(), group.id) != live.agent.groups.end();
      });
      items.push_back(group_view(group));
    }
    return json_reply(200, {{"items", std::move(items)}, {"next", nullptr}});
  });
}

Result<Reply> add_group(Context& ctx) {
  Groups& groups = ctx.of<Services>().groups;
  const Body body = TRY(ctx.body());
  const std::string name = TRY(body.text("name", 1, 80));
  return ctx.create([&groups, actor = ctx.actor, name](Transaction& tx) -> Result<Reply> {
    const Group group = TRY(groups.add(tx, actor, name));
    return tagged(json_reply(201, group_view(group)), group.version);
  });
}

Result<Reply> change_group(Context& ctx) {
  Groups& groups = ctx.of<Services>().groups;
  const Body body = TRY(ctx.body());
  const GroupId id = TRY(ctx.id<GroupId>());
  const std::string name = TRY(body.text("name", 1, 80));
  const std::int64_t version = TRY(ctx.if_match());
  return ctx.write([&groups, actor = ctx.actor, id, name, version](Transaction& tx) -> Result<Reply> {
    const Group group = TRY(groups.rename(tx, actor, id, name, version));
    return tagged(json_reply(200, group_view(group)), group.version);
  });
}

Result<Reply> remove_group(Context& ctx) {
  Groups& groups = ctx.of<Services>().groups;
  const GroupId id = TRY(ctx.id<GroupId>());
  return ctx.write([&groups, actor = ctx.actor, id](Transaction& tx) -> Result<Reply> {
    TRY(groups.remove(tx, actor, id));
    return no_content();
  });
}

}  // namespace connlog::web::watch
