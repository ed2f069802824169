// Fills the directory of agents from the database at start: workspaces, rules, agents, states of rules, request ids and
// newest readings. Called before any other thread has the directory.
#pragma once

#include "core/people/workspace.h"
#include "core/watch/agent.h"
#include "core/watch/agent_directory.h"
#include "core/watch/incident.h"
#include "core/watch/reading.h"
#include "core/watch/rule.h"

namespace connlog {

struct DirectoryStores {
  const WorkspaceStore& workspaces;
  const RuleStore& rules;
  const AgentStore& agents;
  const IncidentStore& incidents;
  const ReadingStore& readings;
};

Result<void> load_directory(Snapshot&, AgentDirectory&, const DirectoryStores&, Instant now);

}  // namespace connlog
