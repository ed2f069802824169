// What the reader sees of a workspace's agents, for handlers: the only way from a handler to an agent, and to what is about
// agents. What is out of sight is not there (404, or missing from the list). Any worker.
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

// Tombstones too: their incidents stay.
bool sees_agent(const AgentDirectory&, const Actor&, AgentId);
// A rule about one agent is seen with it; the others are the workspace's.
bool sees_rule(const AgentDirectory&, const Actor&, const Rule&);

// For the stores, which look up the teams themselves: nil where the reader sees everything.
UserId seen_by(const Actor&);

}  // namespace connlog::web
