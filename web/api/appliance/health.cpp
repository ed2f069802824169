// The appliance's own health: the parts that it watches about itself, and the incidents that they opened.
#include <nlohmann/json.hpp>

#include "web/api/appliance/handlers.h"
#include "web/api/views.h"
#include "web/api/watch/views.h"

namespace connlog::web::appliance {
namespace {

using nlohmann::json;

constexpr int kIncidentsMax = 50;

// What the newest look at the parts said; "unknown" before the first one since the parts' last change.
json parts_view(const std::vector<Part>& parts, const std::optional<LiveSubject>& live,
                const std::vector<Incident>& incidents) {
  json out = json::array();
  for (const Part& part : parts) {
    std::optional<std::int64_t> value;
    if (live && live->newest) value = live->newest->values.get(Metric::state, part.number);
    json text = nullptr, incident = nullptr, since = nullptr;
    for (const Incident& each : incidents) {
      if (each.part != part.number || each.resolved_at.is_set()) continue;
      text = each.summary;
      incident = each.id.text();
      since = time_view(each.opened_at);
    }
    const State state = value && *value >= 0 && *value < static_cast<std::int64_t>(values_of<State>().size())
                            ? static_cast<State>(*value)
                            : State::unknown;
    out.push_back({{"part", part.text},
                   {"state", to_text(state)},
                   {"text", std::move(text)},
                   {"since", std::move(since)},
                   {"incident_id", std::move(incident)}});
  }
  return out;
}

}  // namespace

Result<Reply> health(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const auto live = services.directory.find(appliance_workspace(), appliance_subject());
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const auto parts = TRY(services.subjects.parts(snapshot, appliance_workspace(), appliance_subject()));
    IncidentStore::Filter filter;
    filter.limit = kIncidentsMax;
    const auto incidents = TRY(services.incidents.list(snapshot, appliance_workspace(), filter));
    json past = json::array();
    for (const Incident& incident : incidents) past.push_back(view(incident));
    return json_reply(200, {{"state", live ? to_text(live->shown) : to_text(ShownState::unknown)},
                            {"since", live ? time_view(live->observed.since) : json(nullptr)},
                            {"parts", parts_view(parts, live, incidents)},
                            {"incidents", std::move(past)}});
  });
}

}  // namespace connlog::web::appliance
