#include "core/watch/load_directory.h"

#include <algorithm>

#include "core/watch/agent_entry.h"

namespace connlog {
namespace {

// How far back request ids are read. A retry comes within seconds; the newest id of each agent is known anyway.
constexpr microseconds kRequestIdSpan = seconds(120);

}  // namespace

Result<void> load_directory(Snapshot& snapshot, AgentDirectory& agents, const DirectoryStores& stores, Instant now) {
  AgentDirectory::Impl& directory = agents.impl();
  for (const Workspace& workspace : TRY(stores.workspaces.all(snapshot))) directory.put_workspace(workspace);
  for (const Rule& rule : TRY(stores.rules.all(snapshot))) directory.put_rule(rule);
  for (const Agent& agent : TRY(stores.agents.all(snapshot))) directory.put(agent);
  for (const RuleState& state : TRY(stores.incidents.all_states(snapshot))) directory.set_state(state);
  // Oldest first, so that the newest are the last to be forgotten.
  TRY(stores.readings.each_since(snapshot, now - kRequestIdSpan, [&](const Reading& reading) {
    AgentEntry* entry = directory.by_id(reading.agent);
    if (entry == nullptr) return;
    const std::lock_guard lock(entry->mutex);
    entry->request_ids.remember(reading.request_id);
  }));
  for (const Reading& reading : TRY(stores.readings.newest_of_each(snapshot))) {
    AgentEntry* entry = directory.by_id(reading.agent);
    if (entry == nullptr) continue;
    const std::lock_guard lock(entry->mutex);
    entry->newest = reading;
    entry->last_seen_at = std::max(entry->last_seen_at, reading.at);
    entry->request_ids.remember(reading.request_id);
  }
  return {};
}

}  // namespace connlog
