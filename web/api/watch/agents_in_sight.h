// What the reader sees of a workspace's agents: the only way from a handler to an agent, and to what is about agents. Any
// worker.
#pragma once

#include <optional>
#include <vector>

#include "core/watch/agent_directory.h"
#include "web/api/request_context.h"

namespace connlog::web {

std::vector<LiveAgent> agents_in_sight(const Context&);  // by name, without tombstones
std::optional<LiveAgent> agent_in_sight(const Context&, AgentId);

}  // namespace connlog::web
