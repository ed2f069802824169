#include "web/api/sight.h"

namespace connlog::web {

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
