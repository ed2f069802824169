// What needs attention in a workspace.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "web/api/sight.h"
#include "web/api/views.h"
#include "web/api/watch/handlers.h"
#include "web/api/watch/agents_in_sight.h"
#include "web/api/notify/views.h"
#include "web/api/watch/views.h"

namespace connlog::web::watch {
namespace {

using nlohmann::json;

constexpr int kOverviewIncidentsMax = 50;
constexpr int kOverviewNotificationsMax = 10;

// Failed first, oldest first.
int urgency(const Incident& incident, AgentState state) {
  if (state == AgentState::down) return 0;
  return incident.severity == Severity::critical ? 1 : 2;
}

json attention_view(const std::vector<LiveAgent>& fleet, std::vector<Incident> open) {
  const auto state_of = [&](AgentId id) {
    const auto found =
        std::find_if(fleet.begin(), fleet.end(), [&](const LiveAgent& live) { return live.agent.id == id; });
    return found == fleet.end() ? AgentState::disabled : found->state;
  };
  std::stable_sort(open.begin(), open.end(), [&](const Incident& a, const Incident& b) {
    return std::pair(urgency(a, state_of(a.agent)), a.opened_at) <
           std::pair(urgency(b, state_of(b.agent)), b.opened_at);
  });
  json out = json::array();
  std::vector<AgentId> told;
  for (const Incident& incident : open) {
    told.push_back(incident.agent);
    out.push_back({{"agent_id", incident.agent.text()},
                   {"name", incident.agent_name},
                   {"state", to_text(state_of(incident.agent))},
                   {"since", time_view(incident.opened_at)},
                   {"summary", incident.summary},
                   {"incident_id", incident.id.text()}});
  }
  // Adds silent agents without an incident.
  for (const LiveAgent& live : fleet) {
    if (live.state != AgentState::down || std::find(told.begin(), told.end(), live.agent.id) != told.end()) continue;
    out.push_back(
        {{"agent_id", live.agent.id.text()},
         {"name", live.agent.name},
         {"state", to_text(live.state)},
         {"since", time_view(live.agent.offline_since.is_set() ? live.agent.offline_since : live.last_seen_at)},
         {"summary", "No heartbeat."},
         {"incident_id", nullptr}});
  }
  return out;
}

}  // namespace

Result<Reply> overview(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const WorkspaceId workspace = ctx.workspace->id;
  const std::vector<LiveAgent> fleet = agents_in_sight(ctx);
  json counts = json::object();
  for (const AgentState state : values_of<AgentState>()) counts[std::string(to_text(state))] = 0;
  json cells = json::array();
  for (const LiveAgent& live : fleet) {
    const std::string state(to_text(live.state));
    counts[state] = counts[state].get<int>() + 1;
    cells.push_back({{"id", live.agent.id.text()}, {"name", live.agent.name}, {"state", state}});
  }
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    IncidentStore::Filter filter;
    filter.state = IncidentStore::Filter::State::open;
    filter.limit = kOverviewIncidentsMax;
    filter.seen_by = seen_by(ctx.actor);
    const auto open = TRY(services.incidents.list(snapshot, workspace, filter));
    json incidents = json::array();
    for (const Incident& incident : open) incidents.push_back(view(incident));
    json failed = json::array();
    const auto notifications = TRY(services.outbox.list(snapshot, workspace, Notification::State::failed,
                                                        kOverviewNotificationsMax, seen_by(ctx.actor)));
    for (const Notification& notification : notifications) failed.push_back(view(notification));
    return json_reply(200, {{"counts", counts},
                            {"storage", storage_view(ctx.of<Context::Services>().storage)},
                            {"attention", attention_view(fleet, open)},
                            {"fleet", std::move(cells)},
                            {"incidents", std::move(incidents)},
                            {"failed_notifications", std::move(failed)}});
  });
}

}  // namespace connlog::web::watch
