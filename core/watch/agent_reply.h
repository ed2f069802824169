// The answer to a request of an agent program, and the callback that takes it. Plain data, kept with the agent's live
// entry (agent_entry.h) for the duplicates of a heartbeat that is in flight. On loan from core/agents, like the entry.
#pragma once

#include <functional>
#include <string>

namespace connlog {

struct AgentReply {
  int status = 200;
  std::string body;             // JSON
  int retry_after_seconds = 0;  // 0: no header
};

using AgentReplied = std::function<void(AgentReply)>;

}  // namespace connlog
