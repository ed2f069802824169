// What an agent is told, out of the row that people edit.
#include "core/agents/agent_config.h"

#include <doctest/doctest.h>

using namespace connlog;

TEST_CASE("an agent's config never leaves the protocol's limits") {
  Agent agent;
  agent.config_version = 0;
  agent.interval_seconds = 1;
  agent.missed_threshold = 1'000;
  const auto config = config_of(agent);
  CHECK(config.version == 1);  // 0 means "fallback"
  CHECK(config.interval_seconds == 10);
  CHECK(config.missed_threshold == 100);
}

TEST_CASE("an agent is told the metrics that its row has switched on") {
  Agent agent;
  agent.metrics = {.cpu = true, .memory = false, .disk = true, .load = false};
  CHECK(config_of(agent).metrics == agent.metrics);
}
