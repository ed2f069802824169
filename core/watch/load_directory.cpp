#include "core/watch/load_directory.h"

#include <algorithm>
#include <map>
#include <utility>

#include "core/watch/subject_entry.h"

namespace connlog {

Result<void> load_directory(Snapshot& snapshot, SubjectDirectory& subjects, const DirectoryStores& stores) {
  SubjectDirectory::Impl& directory = subjects.impl();
  const auto workspaces = TRY(stores.workspaces.all(snapshot));
  for (const Workspace& workspace : workspaces) directory.put_workspace(workspace);
  const auto rules = TRY(stores.rules.all(snapshot));
  for (const Rule& rule : rules) directory.put_rule(rule);
  const auto rows = TRY(stores.subjects.all(snapshot));
  for (const Subject& subject : rows) directory.put(subject);
  const auto observed = TRY(stores.subjects.all_states(snapshot));
  for (const ObservedState& state : observed) directory.set_observed(state);
  const auto parts = TRY(stores.subjects.all_parts(snapshot));
  std::map<SubjectId, std::vector<Part>> parts_of;
  for (const auto& [subject, part] : parts) parts_of[subject].push_back(part);
  for (auto& [subject, known] : parts_of) directory.set_parts(subject, std::move(known));
  const auto states = TRY(stores.incidents.all_states(snapshot));
  for (const RuleState& state : states) directory.set_state(state);
  const auto newest = TRY(stores.readings.newest_of_each(snapshot));
  for (const Reading& reading : newest) {
    SubjectEntry* entry = directory.by_id(reading.subject);
    if (entry == nullptr) continue;
    const std::lock_guard lock(entry->mutex);
    entry->newest = reading;
    entry->last_seen_at = std::max(entry->last_seen_at, reading.at);
  }
  return {};
}

}  // namespace connlog
