#include "web/api/sight.h"

#include <algorithm>

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

bool sees_agent(const AgentDirectory& directory, const Actor& actor, AgentId id) {
  if (actor.sight.all) return true;
  const auto team = directory.team_of(actor.workspace, id);
  return team && actor.sight.sees(*team);
}

bool sees_rule(const AgentDirectory& directory, const Actor& actor, const Rule& rule) {
  return rule.target.kind != RuleTarget::Kind::agent || sees_agent(directory, actor, rule.target.agent);
}

UserId seen_by(const Actor& actor) {
  return actor.sight.all ? UserId{} : actor.user;
}

}  // namespace connlog::web
