// connlog's own format for whatever can send JSON (docs/events.md): one event, or {"events": […]}.
//
//   {"key": "backup-db-1", "summary": "The backup of db-1 failed", "severity": "critical", "resolved": false,
//    "link": "https://…", "details": {"host": "db-1"}, "ends_at": "2026-11-24T09:15:02Z"}
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/monitors/sources/event_formats.h"

namespace connlog::event_formats {
namespace {

using nlohmann::json;

Result<bool> is_resolved(const json& given, const std::string& path) {
  const auto resolved = given.find("resolved");
  if (resolved != given.end() && !resolved->is_null()) {
    if (!resolved->is_boolean()) return invalid(path + "resolved", "This must be true or false.");
    return resolved->get<bool>();
  }
  const std::string status = text_of(given, "status");
  if (status.empty() || status == "open" || status == "firing") return false;
  if (status == "resolved" || status == "ok") return true;
  return invalid(path + "status", "This must be one of: open, resolved.");
}

Result<IncomingEvent> event_of(const json& given, const std::string& path) {
  if (!given.is_object()) return invalid(path.empty() ? "events" : path.substr(0, path.size() - 1), "This must be an object.");
  IncomingEvent event;
  event.key = TRY(checked_key(path + "key", text_of(given, "key")));
  event.resolved = TRY(is_resolved(given, path));
  event.summary = text_of(given, "summary");  // without one, its key is shown
  const std::string severity = text_of(given, "severity");
  if (!severity.empty() && !parse_word<Severity>(severity))
    return invalid(path + "severity", "This must be one of: info, warning, critical.");
  event.severity = severity_of(severity, Severity::warning);
  event.link = safe_link(text_of(given, "link"));  // a link that is none is left out: the alert counts
  const auto details = given.find("details");
  if (details != given.end() && !details->is_null()) {
    if (!details->is_object()) return invalid(path + "details", "This must be an object of names and values.");
    for (const auto& [name, value] : details->items()) add_details(event, name, value);
  }
  const std::string ends = text_of(given, "ends_at");
  if (ends.empty()) return event;
  const auto at = time_of(ends);
  if (!at) return invalid(path + "ends_at", "This must be a time such as 2026-11-24T09:15:02Z.");
  event.ends_at = *at;
  return event;
}

}  // namespace

Result<EventMessage> parse_plain(const json& message) {
  EventMessage read;
  const auto events = message.find("events");
  if (events == message.end()) {
    IncomingEvent event = TRY(event_of(message, ""));
    read.events.push_back(std::move(event));
    return read;
  }
  if (!events->is_array() || events->empty()) return invalid("events", "This must be a list of events.");
  if (events->size() > kEventsOfMessageMax)
    return Error{ErrorCode::too_large, fmt::format("A message may hold at most {} events.", kEventsOfMessageMax)};
  for (std::size_t i = 0; i < events->size(); ++i) {
    IncomingEvent event = TRY(event_of((*events)[i], fmt::format("events.{}.", i)));
    read.events.push_back(std::move(event));
  }
  return read;
}

}  // namespace connlog::event_formats
