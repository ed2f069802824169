// What a reader sees, for handlers of every room: what is out of sight is not there (404, or missing from the list). How a
// handler gets at agents: web/api/watch/agents_in_sight.h. Any thread.
#pragma once

#include "core/people/actor.h"
#include "core/watch/agent_directory.h"
#include "core/watch/rule.h"

namespace connlog::web {

// Tombstones too: their incidents stay.
bool sees_agent(const AgentDirectory&, const Actor&, AgentId);
// A rule about one agent is visible to people who see that agent; all other rules to every member.
bool sees_rule(const AgentDirectory&, const Actor&, const Rule&);

// The person whose teams a store's query must look up; nil: the reader sees everything.
UserId seen_by(const Actor&);

}  // namespace connlog::web
