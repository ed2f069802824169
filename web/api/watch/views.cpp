#include "web/api/watch/views.h"

#include <nlohmann/json.hpp>

#include "web/api/views.h"

namespace connlog::web {

using nlohmann::json;

json hundredths_view(std::int64_t value) {
  return value == Reading::kNone ? json(nullptr) : json(static_cast<double>(value) / 100);
}

json view(const Rule& rule) {
  json target = {{"kind", to_text(rule.target.kind)}};
  if (rule.target.kind == RuleTarget::Kind::tag) target["tag"] = rule.target.tag;
  if (rule.target.kind == RuleTarget::Kind::agent) target["agent_id"] = rule.target.agent.text();
  if (rule.target.kind == RuleTarget::Kind::group) target["group_id"] = rule.target.group.text();
  json recipients = json::array();
  for (const RecipientId& recipient : rule.recipients) recipients.push_back(recipient.text());
  return {{"id", rule.id.text()},
          {"name", rule.name},
          {"kind", to_text(rule.kind)},
          {"target", std::move(target)},
          {"metric", to_text(rule.metric)},
          {"comparison", to_text(rule.comparison)},
          {"threshold", hundredths_view(rule.threshold_x100)},
          {"hysteresis", hundredths_view(rule.hysteresis_x100)},
          {"duration_seconds", rule.duration_seconds},
          {"cooldown_seconds", rule.cooldown_seconds},
          {"severity", to_text(rule.severity)},
          {"enabled", rule.enabled},
          {"recipient_ids", std::move(recipients)},
          {"sentence", sentence(rule)},
          {"version", rule.version},
          {"created_at", time_view(rule.created_at)}};
}

json view(const Incident& incident) {
  return {{"id", incident.id.text()},
          {"rule_id", incident.rule.text()},
          {"agent_id", incident.agent.text()},
          {"agent_name", incident.agent_name},
          {"rule_sentence", incident.rule_sentence},
          {"kind", to_text(incident.kind)},
          {"severity", to_text(incident.severity)},
          {"summary", incident.summary},
          {"opened_at", time_view(incident.opened_at)},
          {"acknowledged_at", time_view(incident.acknowledged_at)},
          {"acknowledged_by", incident.acknowledged_by},
          {"resolved_at", time_view(incident.resolved_at)},
          {"resolution", incident.resolution},
          {"version", incident.version}};
}

json view(const IncidentEvent& event) {
  return {{"id", event.id.text()},
          {"at", time_view(event.at)},
          {"kind", event.kind},
          {"actor_name", event.actor_name},
          {"text", event.text}};
}

}  // namespace connlog::web
