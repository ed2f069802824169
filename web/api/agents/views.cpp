#include "web/api/agents/views.h"

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "web/api/views.h"
#include "web/api/watch/views.h"

namespace connlog::web {
namespace {

using nlohmann::json;

json count_view(std::int64_t value) {
  return value == Reading::kNone ? json(nullptr) : json(value);
}

json percent_view(std::int64_t used, std::int64_t total) {
  if (used == Reading::kNone || total == Reading::kNone || total <= 0) return nullptr;
  return hundredths_view(used * 10'000 / total);
}

json ids_view(const std::vector<GroupId>& ids) {
  json out = json::array();
  for (const GroupId& id : ids) out.push_back(id.text());
  return out;
}

}  // namespace

json latest_view(const LiveAgent& live) {
  if (!live.newest) return nullptr;
  const Reading& reading = *live.newest;
  const std::int64_t cores = live.agent.core_count;
  const bool has_load = reading.load_x100 != Reading::kNone;
  return {{"at", time_view(reading.at)},
          {"cpu_percent", hundredths_view(reading.cpu_x100)},
          {"cpu_peak_percent", hundredths_view(reading.cpu_peak_x100)},
          {"memory_used_mib", count_view(reading.memory_used_mib)},
          {"memory_total_mib", count_view(reading.memory_total_mib)},
          {"memory_percent", percent_view(reading.memory_used_mib, reading.memory_total_mib)},
          {"disk_used_mib", count_view(reading.disk_used_mib)},
          {"disk_total_mib", count_view(reading.disk_total_mib)},
          {"disk_percent", percent_view(reading.disk_used_mib, reading.disk_total_mib)},
          {"load_1m", hundredths_view(reading.load_x100)},
          {"load_per_core", has_load && cores > 0 ? hundredths_view(reading.load_x100 / cores) : json(nullptr)},
          {"uptime_seconds", count_view(reading.uptime_seconds)}};
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
