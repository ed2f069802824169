#include "web/api/watch/agents_in_sight.h"

#include <algorithm>

#include "web/api/watch/services.h"

namespace connlog::web {

std::vector<LiveAgent> agents_in_sight(const Context& ctx) {
  std::vector<LiveAgent> fleet = ctx.of<watch::Services>().directory.list(ctx.workspace->id);
  std::erase_if(fleet, [&](const LiveAgent& live) { return !ctx.actor.sight.sees(live.agent.team); });
  return fleet;
}

std::optional<LiveAgent> agent_in_sight(const Context& ctx, AgentId id) {
  auto live = ctx.of<watch::Services>().directory.find(ctx.workspace->id, id);
  if (live && !ctx.actor.sight.sees(live->agent.team)) return std::nullopt;
  return live;
}

}  // namespace connlog::web
