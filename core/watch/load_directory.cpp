#include "core/watch/load_directory.h"

#include <algorithm>

#include "core/watch/agent_entry.h"

namespace connlog {
namespace {

// How far back request ids are read. A retry comes within seconds; the newest id of each agent is read in any case.
constexpr microseconds kRequestIdSpan = seconds(120);

}  // namespace

Result<void> load_directory(Snapshot& snapshot, AgentDirectory& agents, const DirectoryStores& stores, Instant now) {
  AgentDirectory::Impl& directory = agents.impl();
  const auto workspaces = TRY(stores.workspaces.all(snapshot));
  for (const Workspace& workspace : workspaces) directory.put_workspace(workspace);
  const auto rules = TRY(stores.rules.all(snapshot));
  for (const Rule& rule : rules) directory.put_rule(rule);
  const auto rows = TRY(stores.agents.all(snapshot));
  for (const Agent& agent : rows) directory.put(agent);
  const auto states = TRY(stores.incidents.all_states(snapshot));
  for (const RuleState& state : states) directory.set_state(state);
  // Oldest first, so that the newest are the last to be forgotten.
  TRY(stores.readings.each_since(snapshot, now - kRequestIdSpan, [&](const Reading& reading) {
    AgentEntry* entry = directory.by_id(reading.agent);
    if (entry == nullptr) return;
    const std::lock_guard lock(entry->mutex);
    entry->request_ids.remember(reading.request_id);
  }));
  const auto newest = TRY(stores.readings.newest_of_each(snapshot));
  for (const Reading& reading : newest) {
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
