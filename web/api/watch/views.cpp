#include "web/api/watch/views.h"

#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "web/api/views.h"

namespace connlog::web {

using nlohmann::json;

namespace {

constexpr std::pair<std::uint8_t, std::string_view> kKindWords[] = {
    {kOfAgents, "agent"}, {kOfMonitors, "monitor"}, {kOfGroups, "group"}, {kOfAppliance, "appliance"}};

}  // namespace

json hundredths_view(std::int64_t value) {
  return static_cast<double>(value) / 100;
}

json value_view(const MetricRow& row, std::optional<std::int64_t> value) {
  if (!value) return nullptr;
  return row.scale == 1 ? json(*value) : json(static_cast<double>(*value) / static_cast<double>(row.scale));
}

json values_view(const Values& values) {
  json out = json::array();
  for (const MetricRow& row : kMetricTable) {
    const std::optional<std::int64_t> value = value_of(row, values);
    if (value) out.push_back({{"metric", row.word}, {"part", ""}, {"value", value_view(row, value)}});
  }
  return out;
}

json view(const MetricRow& row) {
  json kinds = json::array();
  for (const auto& [bit, word] : kKindWords) {
    if ((row.kinds & bit) != 0) kinds.push_back(word);
  }
  json from = json::array();
  if (row.from.how != Derivation::How::stored) from = {to_text(row.from.value), to_text(row.from.whole)};
  json chart, suggested;
  if (row.drawn.chart != nullptr) {
    chart = {{"word", row.drawn.chart->word},
             {"noun", row.drawn.chart->noun},
             {"position", row.drawn.position},
             {"series", row.drawn.noun}};
  }
  if (row.in_rules) {
    suggested = {{"threshold", value_view(row, row.suggested.threshold)},
                 {"hysteresis", value_view(row, row.suggested.hysteresis)}};
  }
  return {{"number", static_cast<std::uint32_t>(row.number)},
          {"word", row.word},
          {"noun", row.noun},
          {"unit", to_text(row.unit)},
          {"decimals", row.scale == 1 ? 0 : row.scale == 10 ? 1 : 2},
          {"low", value_view(row, row.low)},
          {"high", value_view(row, row.high)},
          {"worse", to_text(row.worse)},
          {"kinds", std::move(kinds)},
          {"part", row.part},
          {"from", std::move(from)},
          {"in_rules", row.in_rules},
          {"suggested", std::move(suggested)},
          {"chart", std::move(chart)}};
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
