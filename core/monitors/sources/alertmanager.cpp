// Alertmanager's webhook, version 4 (https://prometheus.io/docs/alerting/latest/configuration/#webhook_config), and Grafana's
// contact point "webhook", which sends the same with members of its own. An event is known by its fingerprint. An end of year 1
// means that it is open.
#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "core/monitors/sources/event_formats.h"

namespace connlog::event_formats {
namespace {

using nlohmann::json;

const json& member(const json& object, std::string_view name) {
  static const json kNothing = json::object();
  const auto found = object.find(name);
  return found != object.end() && found->is_object() ? *found : kNothing;
}

std::string first_text(const json& object, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    std::string text = text_of(object, name);
    if (!text.empty()) return text;
  }
  return {};
}

std::string summary_of(const json& labels, const json& annotations) {
  std::string said = first_text(annotations, {"summary", "message", "description", "title"});
  if (!said.empty()) return said;
  const std::string name = text_of(labels, "alertname"), where = first_text(labels, {"instance", "host", "job"});
  return where.empty() ? name : name + " on " + where;
}

// Grafana knows more exact pages than the query that fired.
std::string link_of(const json& alert) {
  for (const std::string_view name : {"panelURL", "dashboardURL", "generatorURL"}) {
    std::string link = safe_link(text_of(alert, name));
    if (!link.empty()) return link;
  }
  return {};
}

bool is_shown_already(std::string_view name) {
  return name == "summary" || name == "__alert_rule_uid__" || name == "__dashboardUid__" || name == "__panelId__";
}

Result<IncomingEvent> event_of(const json& alert, std::size_t position) {
  const auto field = [position](std::string_view name) { return fmt::format("alerts.{}.{}", position, name); };
  if (!alert.is_object()) return invalid(fmt::format("alerts.{}", position), "This must be an object.");
  const std::string status = text_of(alert, "status");
  if (status != "firing" && status != "resolved") return invalid(field("status"), "This must be one of: firing, resolved.");
  const json& labels = member(alert, "labels");
  const json& annotations = member(alert, "annotations");
  IncomingEvent event;
  event.key = TRY(checked_key(field("fingerprint"), text_of(alert, "fingerprint")));
  event.name = text_of(labels, "alertname");
  event.resolved = status == "resolved";
  event.severity = severity_of(first_text(labels, {"severity", "priority", "level"}), Severity::warning);
  event.summary = summary_of(labels, annotations);
  event.link = link_of(alert);
  for (const auto& [name, value] : labels.items()) add_details(event, name, value);
  for (const auto& [name, value] : annotations.items()) {
    if (!is_shown_already(name)) add_details(event, name, value);
  }
  const std::string values = text_of(alert, "valueString");
  if (!values.empty()) add_details(event, "values", values);
  if (const auto at = time_of(text_of(alert, "startsAt"))) event.starts_at = *at;
  if (const auto at = time_of(text_of(alert, "endsAt")); at && !event.resolved) event.ends_at = *at;
  return event;
}

}  // namespace

Result<EventMessage> parse_alertmanager(const json& message) {
  const auto alerts = message.find("alerts");
  if (alerts == message.end() || !alerts->is_array())
    return invalid("alerts", "This is required: a list of alerts, as Alertmanager's webhook sends it.");
  if (alerts->size() > kEventsOfMessageMax) {
    return Error{ErrorCode::too_large, fmt::format("A message may hold at most {} alerts. Set max_alerts of the webhook.",
                                                   kEventsOfMessageMax)};
  }
  EventMessage read;
  read.events.reserve(alerts->size());
  for (std::size_t i = 0; i < alerts->size(); ++i) {
    IncomingEvent event = TRY(event_of((*alerts)[i], i));
    read.events.push_back(std::move(event));
  }
  return read;
}

}  // namespace connlog::event_formats
