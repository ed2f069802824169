// How many agents would be cut off by another certificate: what each of them believes a server by, as its heartbeats say
// (core/wire/trust.h), against the public keys of a chain. Agents that do not say it (genuine ones, and ours from before)
// are not counted; nor are those that have not reported since the start. Any thread.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/agents/agent_directory.h"

namespace connlog {

struct AgentTrust {
  std::size_t told = 0;     // agents that say what they trust
  std::size_t cut_off = 0;  // of these: those that would refuse a server with this chain
};

// `pins`: 64 hex digits each, of every certificate of the chain. `system`: whether the hosts' own authorities know it.
AgentTrust count_trust(const AgentDirectory& directory, const std::vector<std::string>& pins, bool system);

}  // namespace connlog
