// Every agent in memory: found by token digest in one look-up, with what changes at each heartbeat (last seen, newest
// reading, silence deadline). Rebuilt at start from the agent table and the reading log; never the only place of
// anything that must survive. Any thread may enter; it locks inside and calls nobody while it does. On loan from
// core/agents (agent_entry.h).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/watch/agent.h"
#include "core/watch/reading.h"

namespace connlog {

// As people see it. "warning": alive, with an open incident.
enum class AgentState { pending, up, warning, down, disabled };
std::string_view to_text(AgentState state);

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
  // Whose agent it is, tombstones too: nil where it is of no team; absent where there is no such agent in the workspace.
  std::optional<TeamId> team_of(WorkspaceId, AgentId) const;

  // From Transaction::after_commit: the agent's row as it now is (inserted, changed, removed).
  void put(const Agent& agent);

  class Impl;
  Impl& impl() { return *impl_; }  // core/agents and core/watch only

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace connlog
