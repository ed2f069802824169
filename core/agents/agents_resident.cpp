#include "core/agents/agents_resident.h"

#include "core/agents/agent_config.h"
#include "core/watch/subject_entry.h"

namespace connlog {
namespace {

constexpr std::size_t kAgentsAtOnce = 200;  // agents that go in one transaction

}  // namespace

void AgentsResident::changed(const Workspace& workspace) {
  SubjectDirectory::Impl& subjects = parts_.directory.subjects().impl();
  // The directory still has the workspace as it was: core/watch is told of the change after core/agents.
  const bool was_enabled = subjects.workspace(workspace.id).enabled.load(std::memory_order_relaxed);
  if (was_enabled || !workspace.enabled) return;
  const Monotonic from = parts_.clock.monotonic() + kDisabledPause;
  for (SubjectEntry* entry : subjects.entries(workspace.id)) {
    const std::lock_guard lock(entry->mutex);
    entry->silence_from = from;  // also of groups, whose members agents are
  }
}

Result<bool> AgentsResident::erase(Transaction& tx, WorkspaceId workspace, std::int64_t& rows) {
  std::vector<Agent> agents = TRY(parts_.agents.list(tx, workspace));
  if (agents.empty()) return parts_.rows.erase(tx, workspace, rows);
  if (agents.size() > kAgentsAtOnce) agents.resize(kAgentsAtOnce);
  for (const Agent& agent : agents) {
    TRY(parts_.agents.remove(tx, agent));
    tx.after_commit([directory = &parts_.directory, agent] { directory->remove(agent); });
  }
  return false;
}

}  // namespace connlog
