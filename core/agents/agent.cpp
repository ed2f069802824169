#include "core/agents/agent.h"

#include <algorithm>

namespace connlog {
namespace {

// An agent without a configuration sends a heartbeat every 60 s (agent-protocol §5). Assumed while the interval in
// force is unknown.
constexpr std::int64_t kFallbackIntervalSeconds = 60;

}  // namespace

microseconds silence_window(const Agent& agent) {
  const std::int64_t interval = agent.interval_in_force_seconds > 0
                                    ? agent.interval_in_force_seconds
                                    : std::max(agent.interval_seconds, kFallbackIntervalSeconds);
  return seconds(interval * (agent.missed_threshold + 1));
}

}  // namespace connlog
