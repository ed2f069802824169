#include "web/api/agents/views.h"

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "web/api/views.h"
#include "web/api/watch/views.h"

namespace connlog::web {
namespace {

using nlohmann::json;

json ids_view(const std::vector<GroupId>& ids) {
  json out = json::array();
  for (const GroupId& id : ids) out.push_back(id.text());
  return out;
}

}  // namespace

json latest_view(const LiveAgent& live) {
  if (!live.newest) return nullptr;
  json latest = {{"at", time_view(live.newest->at)}, {"values", values_view(live.newest->values)}};
  // What stands without a part also under its word, for programs that want one number.
  for (const json& each : latest["values"]) {
    if (each["part"] == "") latest[each["metric"].get<std::string>()] = each["value"];
  }
  return latest;
}

json view(const LiveAgent& live) {
  const Agent& agent = live.agent;
  return {{"id", agent.id.text()},
          {"name", agent.name},
          {"tags", agent.tags},
          {"team_id", id_view(agent.team)},
          {"group_ids", ids_view(agent.groups)},
          {"state", to_text(live.state)},
          {"token_hint", agent.token_hint},
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
          {"first_seen_at", time_view(agent.first_seen_at)},
          {"last_seen_at", time_view(live.last_seen_at)},
          {"offline_since", time_view(agent.offline_since)},
          {"open_incidents", live.open_incidents},
          {"latest", latest_view(live)},
          {"created_at", time_view(agent.created_at)}};
}

json view(const MachineEvent& event) {
  return {{"at", time_view(event.at)},
          {"kind", event.kind},
          {"machine_id", event.machine_id},
          {"actor_name", event.actor_name}};
}

}  // namespace connlog::web
