// What needs attention in a workspace, of what the reader sees. Its size is bounded, however large the fleet is.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "core/watch/subject_kind.h"
#include "web/api/notify/views.h"
#include "web/api/sight.h"
#include "web/api/views.h"
#include "web/api/watch/handlers.h"
#include "web/api/watch/overview.h"
#include "web/api/watch/quiet_view.h"
#include "web/api/watch/subjects_in_sight.h"
#include "web/api/watch/views.h"

namespace connlog::web::watch {
namespace {

using nlohmann::json;
using Pointers = std::vector<const LiveSubject*>;

constexpr int kOverviewIncidentsMax = 50;
constexpr int kOverviewNotificationsMax = 10;
constexpr seconds kTestedWithin{90 * 86'400};

bool is_more_urgent(const LiveSubject* a, const LiveSubject* b) {
  return std::tuple(urgency_of(a->shown), std::string_view(a->row->name), a->id()) <
         std::tuple(urgency_of(b->shown), std::string_view(b->row->name), b->id());
}

// Leaves the `most` most urgent ones, in order. Returns how many it left out.
std::size_t put_urgent_first(Pointers& subjects, std::size_t most) {
  const std::size_t kept = std::min(most, subjects.size());
  const std::size_t left_out = subjects.size() - kept;
  std::partial_sort(subjects.begin(), subjects.begin() + static_cast<std::ptrdiff_t>(kept), subjects.end(),
                    is_more_urgent);
  subjects.resize(kept);
  return left_out;
}

json cell_of(const LiveSubject& live) {
  return {{"id", live.id().text()},
          {"kind", to_text(live.row->kind)},
          {"name", live.row->name},
          {"state", to_text(live.shown)}};
}

struct Attention {
  int urgency = 0;  // what is down first, then by severity
  Instant since;    // oldest first
  json shown;
};

int urgency(const Incident& incident, ShownState state) {
  if (state == ShownState::down) return 0;
  switch (incident.severity) {
    case Severity::critical:
      return 1;
    case Severity::warning:
      return 2;
    case Severity::info:
      break;
  }
  return 3;
}

Attention attention_of(const Incident& incident, ShownState state) {
  return {urgency(incident, state),
          incident.opened_at,
          {{"subject_id", incident.subject.text()},
           {"kind", to_text(incident.subject_kind)},
           {"name", incident.subject_name},
           {"state", to_text(state)},
           {"since", time_view(incident.opened_at)},
           {"summary", incident.summary},
           {"incident_id", incident.id.text()}}};
}

// Rules that nobody tried for long: by a drill, or since they were made.
json untested_rules(const std::vector<Rule>& rules, const SubjectDirectory& directory, const Actor& reader,
                    Instant now) {
  json out = json::array();
  for (const Rule& rule : rules) {
    const Instant since = rule.last_tested_at.is_set() ? rule.last_tested_at : rule.created_at;
    if (!rule.enabled || now - since < kTestedWithin || !sees_rule(directory, reader, rule)) continue;
    out.push_back({{"id", rule.id.text()}, {"name", rule.name}, {"last_tested_at", time_view(rule.last_tested_at)}});
  }
  return out;
}

// Of one that is down without an incident.
Attention attention_of(const LiveSubject& live) {
  const std::string_view why =
      live.observed.reason == StateReason::silent ? "Nothing was heard in time." : "It is down.";
  return {0,
          live.observed.since,
          {{"subject_id", live.id().text()},
           {"kind", to_text(live.row->kind)},
           {"name", live.row->name},
           {"state", to_text(live.shown)},
           {"since", time_view(live.observed.since)},
           {"summary", live.observed.detail.empty() ? std::string(why) : live.observed.detail},
           {"incident_id", nullptr}}};
}

}  // namespace

json fleet_view(const std::vector<LiveSubject>& seen, const OverviewBounds& bounds) {
  Pointers fleet, groups;
  std::array<std::int64_t, words_of<ShownState>().size()> numbers{};
  for (const LiveSubject& live : seen) {
    if (row_of(live.row->kind).in_all) {
      fleet.push_back(&live);
      ++numbers[static_cast<std::size_t>(live.shown)];
    } else if (live.row->kind == SubjectKind::group) {
      groups.push_back(&live);
    }
  }
  json counts = json::object();
  for (const ShownState state : values_of<ShownState>())
    counts[std::string(to_text(state))] = numbers[static_cast<std::size_t>(state)];
  const std::size_t left_out = put_urgent_first(fleet, bounds.fleet);
  put_urgent_first(groups, bounds.groups);
  json cells = json::array();
  for (const LiveSubject* live : fleet) cells.push_back(cell_of(*live));
  json group_cells = json::array();
  for (const LiveSubject* live : groups) {
    group_cells.push_back({{"id", live->id().text()},
                           {"name", live->row->name},
                           {"state", to_text(live->shown)},
                           {"detail", live->observed.detail},
                           {"since", time_view(live->observed.since)}});
  }
  return {{"counts", std::move(counts)},
          {"fleet", std::move(cells)},
          {"fleet_left_out", left_out},
          {"groups", std::move(group_cells)}};
}

json attention_view(const std::vector<LiveSubject>& seen, const std::vector<Incident>& open, std::size_t most) {
  std::unordered_map<SubjectId, ShownState> states;
  for (const LiveSubject& live : seen) states.emplace(live.id(), live.shown);
  std::vector<Attention> all;
  std::unordered_set<SubjectId> told;
  for (const Incident& incident : open) {
    told.insert(incident.subject);
    const auto state = states.find(incident.subject);
    all.push_back(attention_of(incident, state == states.end() ? ShownState::paused : state->second));
  }
  // Groups that are down have a place of their own.
  Pointers down;
  for (const LiveSubject& live : seen) {
    if (live.shown == ShownState::down && row_of(live.row->kind).in_all && !told.contains(live.id()))
      down.push_back(&live);
  }
  const std::size_t shown = std::min(most, down.size());
  std::partial_sort(down.begin(), down.begin() + static_cast<std::ptrdiff_t>(shown), down.end(),
                    [](const LiveSubject* a, const LiveSubject* b) { return a->observed.since < b->observed.since; });
  for (std::size_t i = 0; i < shown; ++i) all.push_back(attention_of(*down[i]));
  std::ranges::stable_sort(all, [](const Attention& a, const Attention& b) {
    return std::tuple(a.urgency, a.since) < std::tuple(b.urgency, b.since);
  });
  json out = json::array();
  for (Attention& each : all) {
    if (out.size() == most) break;
    out.push_back(std::move(each.shown));
  }
  return out;
}

Result<Reply> overview(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const WorkspaceId workspace = ctx.workspace->id;
  const std::vector<LiveSubject> seen = subjects_in_sight(ctx);
  const OverviewBounds bounds;
  json shown = fleet_view(seen, bounds);
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
    for (const LoggedDelivery& notification : notifications) failed.push_back(view(notification));
    shown["storage"] = storage_view(ctx.of<Context::Services>().storage);
    const auto rules = TRY(services.rules.list(snapshot, workspace));
    shown["quiet"] = TRY(quiet_now_view(snapshot, ctx, rules));
    shown["attention"] = attention_view(seen, open, bounds.attention);
    shown["incidents"] = std::move(incidents);
    shown["failed_notifications"] = std::move(failed);
    shown["untested_rules"] = untested_rules(rules, services.directory, ctx.actor, services.clock.now());
    return json_reply(200, shown);
  });
}

}  // namespace connlog::web::watch
