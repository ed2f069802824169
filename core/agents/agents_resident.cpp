#include "core/agents/agents_resident.h"

#include "core/agents/agent_config.h"
#include "core/watch/agent_entry.h"

namespace connlog {
namespace {

constexpr std::size_t kAgentsAtOnce = 200;  // agents that become tombstones in one transaction

}  // namespace

void AgentsResident::changed(const Workspace& workspace) {
  AgentDirectory::Impl& directory = parts_.directory.impl();
  // The directory still has the workspace as it was: core/watch is told of the change after core/agents.
  const bool was_enabled = directory.workspace(workspace.id).enabled.load(std::memory_order_relaxed);
  if (was_enabled || !workspace.enabled) return;
  for (AgentEntry* entry : directory.entries(workspace.id)) {
    const std::lock_guard lock(entry->mutex);
    entry->silence_from = parts_.clock.monotonic() + kDisabledPause;
  }
}

Result<bool> AgentsResident::erase(Transaction& tx, WorkspaceId workspace, std::int64_t& rows) {
  std::vector<Agent> agents = TRY(parts_.agents.list(tx, workspace));
  if (agents.empty()) return parts_.rows.erase(tx, workspace, rows);
  if (agents.size() > kAgentsAtOnce) agents.resize(kAgentsAtOnce);
  for (Agent& agent : agents) {
    agent.removed_at = parts_.clock.now();
    agent.offline_since = {};
    TRY(parts_.agents.update(tx, agent));
    tx.after_commit([directory = &parts_.directory, agent] { directory->put(agent); });
  }
  return false;
}

}  // namespace connlog
