#include "core/agents/agent_config.h"

#include <algorithm>

namespace connlog {

wire::AgentConfig config_of(const Agent& agent) {
  using namespace wire;
  return {.version = std::max<std::uint32_t>(agent.config_version, 1),
          .interval_seconds = std::clamp(agent.interval_seconds, kIntervalSecondsMin, kIntervalSecondsMax),
          .missed_threshold = std::clamp(agent.missed_threshold, kMissedThresholdMin, kMissedThresholdMax),
          .metrics = agent.metrics};
}

}  // namespace connlog
