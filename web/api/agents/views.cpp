#include "web/api/agents/views.h"

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "web/api/views.h"
#include "web/api/watch/views.h"

namespace connlog::web {

using nlohmann::json;

json view(const LiveAgent& live) {
  const Agent& agent = live.agent;
  json out = subject_view(live);
  out.update(json{{"token_hint", agent.token_hint},
                  {"interval_seconds", agent.interval_seconds},
                  {"missed_threshold", agent.missed_threshold},
                  {"metrics",
                   {{"cpu", agent.metrics.cpu},
                    {"memory", agent.metrics.memory},
                    {"disk", agent.metrics.disk},
                    {"load", agent.metrics.load}}},
                  {"config_version", agent.config_version},
                  {"agent_version", agent.agent_version},
                  {"hostname", harmless(agent.hostname)},  // stored ones may be from before such were cleaned
                  {"os", agent.os},
                  {"arch", agent.arch},
                  {"core_count", agent.core_count},
                  {"machine_id", agent.machine_id},
                  {"pending_machine_id", agent.pending_machine_id},
                  {"disabled", agent.disabled}});
  return out;
}

json view(const MachineEvent& event) {
  return {{"at", time_view(event.at)},
          {"kind", event.kind},
          {"machine_id", event.machine_id},
          {"actor_name", event.actor_name}};
}

}  // namespace connlog::web
