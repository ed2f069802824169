#include "web/api/watch/views.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "web/api/views.h"

namespace connlog::web {

using nlohmann::json;

namespace {

constexpr std::pair<std::uint8_t, std::string_view> kKindWords[] = {
    {kOfAgents, "agent"}, {kOfMonitors, "monitor"}, {kOfGroups, "group"}, {kOfAppliance, "appliance"}};

template <typename IdType>
json ids_view(const std::vector<IdType>& ids) {
  json out = json::array();
  for (const IdType& id : ids) out.push_back(id.text());
  return out;
}

json labels_view(const std::vector<Label>& labels) {
  json out = json::object();
  for (const Label& label : labels) out[label.key] = label.value;
  return out;
}

json observed_view(const ObservedState& observed) {
  return {{"state", to_text(observed.state)},
          {"reason", to_text(observed.reason)},
          {"detail", observed.detail},
          {"since", time_view(observed.since)}};
}

// "08:00"; the end of a day is "24:00".
std::string minute_text(int minute) {
  return fmt::format("{:02}:{:02}", minute / 60, minute % 60);
}

json hours_view(const WorkingHours& hours) {
  if (hours.days == 0) return nullptr;
  json days = json::array();
  for (std::size_t day = 0; day < kDayWords.size(); ++day) {
    if ((hours.days >> day & 1) != 0) days.push_back(kDayWords[day]);
  }
  return {{"days", std::move(days)},
          {"from", minute_text(hours.from_minute)},
          {"to", minute_text(hours.to_minute)},
          {"zone", hours.zone}};
}

json target_view(const RuleTarget& target) {
  json out = {{"kind", to_text(target.kind)}};
  switch (target.kind) {
    case RuleTarget::Kind::all:
      break;
    case RuleTarget::Kind::tag:
      out["tag"] = target.text;
      break;
    case RuleTarget::Kind::label:
      out["label"] = target.text;
      break;
    case RuleTarget::Kind::subject:
      out["subject_id"] = target.subject.text();
      break;
    case RuleTarget::Kind::group:
      out["group_id"] = target.subject.text();
      break;
  }
  return out;
}

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

json latest_view(const LiveSubject& live) {
  if (!live.newest) return nullptr;
  json latest = {{"at", time_view(live.newest->at)}, {"values", values_view(live.newest->values)}};
  // What stands without a part also under its word, for programs that want one number.
  for (const json& each : latest["values"]) {
    if (each["part"] == "") latest[each["metric"].get<std::string>()] = each["value"];
  }
  return latest;
}

json subject_view(const LiveSubject& live) {
  const Subject& row = *live.row;
  return {{"id", row.id.text()},
          {"kind", to_text(row.kind)},
          {"name", row.name},
          {"key", row.key.empty() ? json(nullptr) : json(row.key)},
          {"notes", row.notes},
          {"runbook", row.runbook},
          {"tags", row.tags},
          {"labels", labels_view(row.labels)},
          {"team_ids", ids_view(row.teams)},
          {"group_ids", ids_view(row.groups)},
          {"state", to_text(live.shown)},
          {"observed", observed_view(live.observed)},
          {"first_seen_at", time_view(live.observed.first_seen_at)},
          {"last_seen_at", time_view(live.last_seen_at)},
          {"paused_at", time_view(row.paused_at)},
          {"open_incidents", live.open_incidents},
          {"latest", latest_view(live)},
          {"version", row.version},
          {"created_at", time_view(row.created_at)},
          {"group", nullptr}};
}

json group_view(const Group& group, const MemberCounts& counts) {
  return {{"health", to_text(group.health)},
          {"amount", group.amount},
          {"counts",
           {{"up", counts.up},
            {"degraded", counts.degraded},
            {"down", counts.down},
            {"unknown", counts.unknown},
            {"pending", counts.pending}}}};
}

json view(const StateChange& change) {
  return {{"at", time_view(change.at)},
          {"state", to_text(change.state)},
          {"reason", to_text(change.reason)},
          {"detail", change.detail}};
}

json view(const SubjectKindRow& row) {
  json metrics = json::array();
  bool in_rules = false;
  for (const MetricRow& metric : kMetricTable) {
    if ((metric.kinds & row.bit) == 0) continue;
    metrics.push_back(metric.word);
    in_rules = in_rules || metric.in_rules;
  }
  json conditions = json::array();
  if (row.reports) conditions.push_back(to_text(RuleKind::silence));
  if (in_rules) conditions.push_back(to_text(RuleKind::metric));
  conditions.push_back(to_text(RuleKind::state));
  return {{"word", to_text(row.kind)},
          {"noun", row.noun},
          {"plural", row.plural},
          {"icon", row.icon},
          {"reports", row.reports},
          {"in_all", row.in_all},
          {"made_by_api", row.is_made_by_api},
          {"metrics", std::move(metrics)},
          {"conditions", std::move(conditions)}};
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

json view(const Series& series) {
  json lines = json::object();
  for (const auto& [row, line] : series.lines) {
    json values = json::array();
    for (const std::optional<std::int64_t> value : line) values.push_back(value_view(*row, value));
    lines[std::string(row->word)] = std::move(values);
  }
  json at = json::array();
  for (const Instant instant : series.at) at.push_back(time_view(instant));
  return {{"from", time_view(series.from)},
          {"to", time_view(series.to)},
          {"step_seconds", series.step_seconds},
          {"at", std::move(at)},
          {"series", std::move(lines)}};
}

json view(const Rule& rule) {
  json recipients = json::array();
  for (const RecipientId& recipient : rule.recipients) recipients.push_back(recipient.text());
  return {{"id", rule.id.text()},
          {"name", rule.name},
          {"kind", to_text(rule.kind)},
          {"target", target_view(rule.target)},
          {"only_kind", rule.only_kind ? json(to_text(*rule.only_kind)) : json()},
          {"part", rule.part},
          {"state", to_text(rule.state)},
          {"metric", to_text(rule.metric)},
          {"comparison", to_text(rule.comparison)},
          {"threshold", hundredths_view(rule.threshold_x100)},
          {"hysteresis", hundredths_view(rule.hysteresis_x100)},
          {"duration_seconds", rule.duration_seconds},
          {"cooldown_seconds", rule.cooldown_seconds},
          {"severity", to_text(rule.severity)},
          {"repeat_seconds", rule.repeat_seconds},
          {"working_hours", hours_view(rule.hours)},
          {"runbook", rule.runbook},
          {"notes", rule.notes},
          {"last_tested_at", time_view(rule.last_tested_at)},
          {"enabled", rule.enabled},
          {"recipient_ids", std::move(recipients)},
          {"sentence", sentence(rule)},
          {"version", rule.version},
          {"created_at", time_view(rule.created_at)}};
}

json view(const Incident& incident) {
  return {{"id", incident.id.text()},
          {"rule_id", incident.rule.text()},
          {"subject_id", incident.subject.text()},
          {"subject_kind", to_text(incident.subject_kind)},
          {"subject_name", incident.subject_name},
          {"part", incident.part_text},
          {"rule_sentence", incident.rule_sentence},
          {"kind", to_text(incident.kind)},
          {"severity", to_text(incident.severity)},
          {"summary", incident.summary},
          {"opened_at", time_view(incident.opened_at)},
          {"acknowledged_at", time_view(incident.acknowledged_at)},
          {"acknowledged_by", incident.acknowledged_by},
          {"acknowledged_until", time_view(incident.acknowledged_until)},
          {"is_drill", incident.is_drill},
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
