// What the reader sees of a workspace's agents. Handlers get agents, and rules and incidents about them, only through
// these functions. Agents that the reader may not see are treated as missing: 404, or left out of lists. Any worker.
#pragma once

#include <optional>
#include <vector>

#include "core/watch/rule.h"
#include "core/watch/agent_directory.h"
#include "web/api/request_context.h"
#include "web/api/watch/services.h"

namespace connlog::web {

std::vector<LiveAgent> agents_in_sight(const Context&);  // by name, without tombstones
std::optional<LiveAgent> agent_in_sight(const Context&, AgentId);

// Also for removed agents (tombstones), because their incidents stay.
bool sees_agent(const AgentDirectory&, const Actor&, AgentId);
// A rule about one agent is visible to people who see that agent; all other rules to every member.
bool sees_rule(const AgentDirectory&, const Actor&, const Rule&);

// The person whose teams a store's query must look up; nil: the reader sees everything.
UserId seen_by(const Actor&);

}  // namespace connlog::web
