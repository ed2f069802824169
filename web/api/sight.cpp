#include "web/api/sight.h"

#include <algorithm>

namespace connlog::web {

std::vector<LiveAgent> agents_in_sight(const Context& ctx) {
  std::vector<LiveAgent> fleet = ctx.services().directory.list(ctx.workspace->id);
  std::erase_if(fleet, [&](const LiveAgent& live) { return !ctx.actor.sight.sees(live.agent.team); });
  return fleet;
}

std::optional<LiveAgent> agent_in_sight(const Context& ctx, AgentId id) {
  auto live = ctx.services().directory.find(ctx.workspace->id, id);
  if (live && !ctx.actor.sight.sees(live->agent.team)) return std::nullopt;
  return live;
}

bool sees_agent(const WebServices& services, const Actor& actor, AgentId id) {
  if (actor.sight.all) return true;
  const auto team = services.directory.team_of(actor.workspace, id);
  return team && actor.sight.sees(*team);
}

bool sees_rule(const WebServices& services, const Actor& actor, const Rule& rule) {
  return rule.target.kind != RuleTarget::Kind::agent || sees_agent(services, actor, rule.target.agent);
}

UserId seen_by(const Actor& actor) {
  return actor.sight.all ? UserId{} : actor.user;
}

}  // namespace connlog::web
