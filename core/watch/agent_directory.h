// Every agent in memory: found by token digest in one look-up, with what changes at each heartbeat (last seen, newest
// reading, silence deadline). Rebuilt at start from the agent table and the reading log: nothing that must survive a
// restart is kept here alone. Any thread may enter. It locks inside, and calls nothing outside while it holds a lock.
// On loan from core/agents (agent_entry.h).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/words.h"
#include "core/watch/agent.h"
#include "core/watch/reading.h"

namespace connlog {

// The state of an agent as people see it. "warning": alive, with an open incident. "unknown": nothing can be stored, so
// nothing is known of it since then.
enum class AgentState { pending, up, warning, down, unknown, disabled };
template <>
inline constexpr auto kWords<AgentState> = words_for<AgentState>({
    {AgentState::pending, "pending"},
    {AgentState::up, "up"},
    {AgentState::warning, "warning"},
    {AgentState::down, "down"},
    {AgentState::unknown, "unknown"},
    {AgentState::disabled, "disabled"},
});

struct LiveAgent {
  Agent agent;
  AgentState state = AgentState::pending;
  Instant last_seen_at;           // live
  std::optional<Reading> newest;  // live
  int open_incidents = 0;
};

class AgentDirectory {
 public:
  AgentDirectory();
  ~AgentDirectory();

  // For screens: copies.
  std::optional<LiveAgent> find(WorkspaceId, AgentId) const;
  std::vector<LiveAgent> list(WorkspaceId) const;  // by name, without tombstones
  // The team of an agent, also of a tombstone. Nil: the agent has no team. Absent: the workspace has no such agent.
  std::optional<TeamId> team_of(WorkspaceId, AgentId) const;

  // Takes the agent's row as it is now (inserted, changed, removed). Called from Transaction::after_commit.
  void put(const Agent& agent);

  class Impl;
  Impl& impl() { return *impl_; }  // core/agents and core/watch only

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace connlog
