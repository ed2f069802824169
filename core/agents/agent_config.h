// What an agent is told to do (docs/agent-protocol.md §5), out of the row that people edit. Pure; any thread.
#pragma once

#include "core/base/clock.h"
#include "core/watch/agent.h"
#include "core/wire/protocol.h"

namespace connlog {

// Never beyond the protocol's limits: an agent would clamp the value and run something else than we believe.
wire::AgentConfig config_of(const Agent& agent);

// An agent that got 423 asks again after 300 s (agent-protocol §11): enabled again, it cannot be heard sooner.
inline constexpr microseconds kDisabledPause = seconds(300);

}  // namespace connlog
