// The configuration that an agent is given (docs/agent-protocol.md §5), made of the row that people edit. Pure; any
// thread.
#pragma once

#include <algorithm>

#include "core/base/clock.h"
#include "core/agents/agent.h"
#include "core/wire/protocol.h"

namespace connlog {

// Values are kept within the protocol's limits: an agent would clamp a value beyond them, and run something else than
// the appliance believes.
inline wire::AgentConfig config_of(const Agent& agent) {
  using namespace wire;
  return {.version = std::max<std::uint32_t>(agent.config_version, 1),
          .interval_seconds = std::clamp(agent.interval_seconds, kIntervalSecondsMin, kIntervalSecondsMax),
          .missed_threshold = std::clamp(agent.missed_threshold, kMissedThresholdMin, kMissedThresholdMax),
          .metrics = agent.metrics};
}

// An agent that got 423 asks again after 300 s (agent-protocol §11). Once it is enabled again, its next heartbeat may
// take that long.
inline constexpr microseconds kDisabledPause = seconds(300);

}  // namespace connlog
