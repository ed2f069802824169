#include "web/api/monitors/event_view.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "web/api/views.h"

namespace connlog::web {
namespace {

using nlohmann::json;

template <typename Ids>
json texts_of(const Ids& ids) {
  json out = json::array();
  for (const auto& id : ids) out.push_back(id.text());
  return out;
}

json labels_of(const std::vector<Label>& labels) {
  json out = json::object();
  for (const Label& label : labels) out[label.key] = label.value;
  return out;
}

}  // namespace

json addresses_view(const EventSource& source) {
  json out = json::array();
  for (std::size_t from = 0; from < source.addresses.size();) {
    const std::size_t end = std::min(source.addresses.find('\n', from), source.addresses.size());
    out.push_back(source.addresses.substr(from, end - from));
    from = end + 1;
  }
  return out;
}

json view(const EventSource& source, const LiveSubject& live) {
  const Subject& row = *live.row;
  return {{"id", row.id.text()},
          {"name", row.name},
          {"key", row.key.empty() ? json(nullptr) : json(row.key)},
          {"notes", row.notes},
          {"runbook", row.runbook},
          {"format", to_text(source.format)},
          {"key_start", source.key_start},
          {"addresses", addresses_view(source)},
          {"stale_after_seconds", source.stale_after_seconds},
          {"watchdog_event", source.watchdog_event},
          {"watchdog_seconds", source.watchdog_seconds},
          {"watchdog_at", time_view(source.watchdog_at)},
          {"last_at", time_view(source.last_at)},
          {"open_events", live.open_incidents},
          {"state", to_text(live.shown)},
          {"since", time_view(live.observed.since)},
          {"detail", live.observed.detail},
          {"tags", row.tags},
          {"labels", labels_of(row.labels)},
          {"team_ids", texts_of(row.teams)},
          {"group_ids", texts_of(row.groups)},
          {"paused_at", time_view(row.paused_at)},
          {"created_at", time_view(row.created_at)},
          {"version", row.version}};
}

}  // namespace connlog::web
