// PagerDuty's Events API v2 (https://developer.pagerduty.com/docs/events-api-v2/trigger-events/), as clients speak it: one event a
// message, the source's key as "routing_key", known by its "dedup_key".
#include <nlohmann/json.hpp>

#include "core/monitors/sources/event_formats.h"

namespace connlog::event_formats {
namespace {

using nlohmann::json;

std::string link_of(const json& message) {
  const auto links = message.find("links");
  if (links != message.end() && links->is_array()) {
    for (const json& each : *links) {
      std::string link = safe_link(text_of(each, "href"));
      if (!link.empty()) return link;
    }
  }
  return safe_link(text_of(message, "client_url"));
}

Result<void> read_payload(const json& message, IncomingEvent& event) {
  const auto payload = message.find("payload");
  if (payload == message.end() || !payload->is_object()) return invalid("payload", "This is required of a trigger.");
  event.summary = text_of(*payload, "summary");
  if (event.summary.empty()) return invalid("payload.summary", "This is required.");
  if (text_of(*payload, "source").empty()) return invalid("payload.source", "This is required.");
  const std::string severity = text_of(*payload, "severity");
  if (severity != "critical" && severity != "error" && severity != "warning" && severity != "info")
    return invalid("payload.severity", "This must be one of: critical, error, warning, info.");
  event.severity = severity_of(severity, Severity::warning);
  if (const auto at = time_of(text_of(*payload, "timestamp"))) event.starts_at = *at;
  for (const std::string_view name : {"source", "component", "group", "class"}) {
    const std::string value = text_of(*payload, name);
    if (!value.empty()) add_details(event, std::string(name), value);
  }
  const auto details = payload->find("custom_details");
  if (details == payload->end()) return {};
  if (!details->is_object()) {
    add_details(event, "details", *details);
    return {};
  }
  for (const auto& [name, value] : details->items()) add_details(event, name, value);
  return {};
}

}  // namespace

Result<EventMessage> parse_pagerduty(const json& message) {
  EventMessage read;
  read.routing_key = text_of(message, "routing_key");
  IncomingEvent event;
  const std::string action = text_of(message, "event_action");
  event.resolved = action == "resolve";
  event.acknowledged = action == "acknowledge";
  if (!event.resolved && !event.acknowledged && action != "trigger")
    return invalid("event_action", "This must be one of: trigger, acknowledge, resolve.");
  const std::string key = text_of(message, "dedup_key");
  const bool is_new = key.empty() && action == "trigger";  // it gets a key of ours
  if (!is_new) event.key = TRY(checked_key("dedup_key", key));
  if (action == "trigger") {
    TRY(read_payload(message, event));
    event.link = link_of(message);
    const std::string client = text_of(message, "client");
    if (!client.empty()) add_details(event, "client", client);
  }
  read.events.push_back(std::move(event));
  return read;
}

}  // namespace connlog::event_formats
