#include "web/api/monitors/monitor_view.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/watch/metric.h"
#include "web/api/views.h"
#include "web/api/watch/views.h"

namespace connlog::web {
namespace {

using nlohmann::json;

json percent_view(const std::optional<std::int64_t>& percent_x100) {
  return percent_x100 ? hundredths_view(*percent_x100) : json(nullptr);
}

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

json metric_of(const LiveMonitor& live, Metric metric) {
  if (!live.newest) return nullptr;
  return value_view(*find_metric(metric), live.newest->values.get(metric));
}

// Of the newest result, where it was answered as it should be; after a start the newest reading stands for it.
json response_of(const LiveMonitor& live) {
  if (!live.last) return metric_of(live, Metric::response_ms);
  const bool is_answered = live.last->verdict == CheckVerdict::up || live.last->verdict == CheckVerdict::degraded;
  return is_answered ? milliseconds_view(live.last->phases.total) : json(nullptr);
}

json spark_of(const std::vector<std::int32_t>& spark) {
  json out = json::array();
  for (const std::int32_t value : spark) out.push_back(value < 0 ? json(-1) : hundredths_view(value));
  return out;
}

json phases_view(const CheckPhases& phases) {
  return {{"dns_ms", milliseconds_view(phases.dns)},
          {"connect_ms", milliseconds_view(phases.connect)},
          {"tls_ms", milliseconds_view(phases.tls)},
          {"first_byte_ms", milliseconds_view(phases.first_byte)},
          {"total_ms", milliseconds_view(phases.total)}};
}

json effective_view(const EffectiveValue& value, const std::function<std::string(const SubjectId&)>& name_of) {
  std::string of_name = value.of;
  GroupId group;
  if (value.from == EffectiveValue::From::group) of_name = GroupId::parse(value.of, group) ? name_of(group) : "";
  return {{"value", value.value},
          {"from", to_text(value.from)},
          {"of", value.of.empty() ? json(nullptr) : json(value.of)},
          {"of_name", of_name.empty() ? json(nullptr) : json(of_name)}};
}

// Who looks at it, and what each found last.
json probes_view(const LiveMonitor& live, const MonitorFacts& facts) {
  json agents = json::array();
  for (const AgentId& agent : live.monitor.probes) {
    const auto found = live.by_probe.find(agent);
    const std::string name = facts.name_of(agent);
    json one = {{"id", agent.text()}, {"name", name.empty() ? json(nullptr) : json(name)}};
    const bool is_heard = found != live.by_probe.end();
    one["state"] = is_heard ? json(to_text(found->second.verdict)) : json(nullptr);
    one["reason"] = is_heard ? json(to_text(found->second.reason)) : json(nullptr);
    one["text"] = is_heard ? json(found->second.text) : json(nullptr);
    one["at"] = is_heard ? time_view(found->second.at) : json(nullptr);
    agents.push_back(std::move(one));
  }
  return {{"mode", to_text(live.monitor.probe_mode)},
          {"agents", std::move(agents)},
          {"needed", live.monitor.probes_needed}};
}

std::string_view ping_status(const LiveMonitor& live, const std::optional<PingDue>& due, Instant now) {
  if (live.row->paused_at.is_set()) return "paused";
  if (live.observed.state == State::down) return "down";
  if (due && now >= due->down_at) return "down";  // also a first run that has not ended
  if (live.ping.is_new) return "new";
  return due && now >= due->due ? "grace" : "up";
}

json ping_view(const LiveMonitor& live, Instant now) {
  if (!live.monitor.ping) return nullptr;
  const auto due = live.row->paused_at.is_set() ? std::nullopt : due_of(ping_settings(live.monitor.fields), live.ping);
  return {{"status", ping_status(live, due, now)},
          {"pings", live.ping.pings},
          {"last_ping", time_view(live.ping.last_ping)},
          {"last_start", time_view(live.ping.last_start)},
          {"last_duration_seconds",
           live.ping.last_duration ? json(static_cast<double>(live.ping.last_duration->count()) / 1e6) : json(nullptr)},
          {"due_at", due ? time_view(due->due) : json(nullptr)},
          {"down_at", due ? time_view(due->down_at) : json(nullptr)},
          {"slug", live.monitor.ping->slug}};
}

// From the moment at which the service fails, at most. Null: that depends on people, or on a calendar.
json know_within(const LiveMonitor& live) {
  if (live.monitor.kind == kManualKind) return nullptr;
  if (!live.monitor.ping) return live.timing.know_within().count();
  const PingSettings settings = ping_settings(live.monitor.fields);
  return settings.schedule.empty() ? json((settings.period + settings.grace).count()) : json(nullptr);
}

}  // namespace

json milliseconds_view(microseconds took) {
  if (took.count() < 0) return nullptr;
  return std::round(static_cast<double>(took.count()) / 10) / 100;
}

json row_view(const LiveMonitor& live, const MonitorUptimes::Bars& bars) {
  const Subject& row = *live.row;
  json days = json::array();
  for (const auto& day : bars.days) days.push_back(percent_view(day));
  return {{"id", row.id.text()},
          {"kind", live.monitor.kind},
          {"name", row.name},
          {"key", row.key.empty() ? json(nullptr) : json(row.key)},
          {"shown", live.shown_fields},
          {"state", to_text(live.shown)},
          {"observed", to_text(live.observed.state)},
          {"reason", to_text(live.observed.reason)},
          {"since", time_view(live.observed.since)},
          {"detail", live.observed.detail},
          {"tags", row.tags},
          {"labels", labels_of(row.labels)},
          {"teams", texts_of(row.teams)},
          {"groups", texts_of(row.groups)},
          {"open_incidents", live.open_incidents},
          {"response_ms", response_of(live)},
          {"spark", spark_of(live.spark)},
          {"days", std::move(days)},
          {"uptime_30d", percent_view(bars.month)},
          {"certificate_days", metric_of(live, Metric::certificate_days)},
          {"last_at", time_view(live.last ? live.last->at : live.last_seen_at)},
          {"paused_at", time_view(row.paused_at)},
          {"version", row.version}};
}

json fields_view(const Monitor& monitor) {
  json fields = json::object();
  const CheckKind* kind = all_checks().find(monitor.kind);
  if (kind == nullptr) return fields;
  for (const Field& field : kind->fields) {
    const FieldValue* value = is_secret(field) ? nullptr : monitor.fields.find(field.name);
    if (value != nullptr) std::visit([&](const auto& plain) { fields[std::string(field.name)] = plain; }, *value);
  }
  return fields;
}

json result_view(const CheckResult& result) {
  return {{"at", time_view(result.at)},
          {"verdict", to_text(result.verdict)},
          {"reason", to_text(result.reason)},
          {"text", result.text},
          {"phases", phases_view(result.phases)},
          {"address", result.address ? json(to_text(*result.address)) : json(nullptr)}};
}

json timing_view(const EffectiveTiming& timing, const std::function<std::string(const SubjectId&)>& name_of) {
  return {{"interval_seconds", effective_view(timing.interval_seconds, name_of)},
          {"retries", effective_view(timing.retries, name_of)},
          {"retry_interval_seconds", effective_view(timing.retry_interval_seconds, name_of)},
          {"time_limit_ms", effective_view(timing.time_limit_ms, name_of)},
          {"recover_after", effective_view(timing.recover_after, name_of)}};
}

json own_view(const CheckTiming& own) {
  const auto value = [](const std::optional<std::int64_t>& given) { return given ? json(*given) : json(nullptr); };
  return {{"interval_seconds", value(own.interval_seconds)},
          {"retries", value(own.retries)},
          {"retry_interval_seconds", value(own.retry_interval_seconds)},
          {"time_limit_ms", value(own.time_limit_ms)},
          {"recover_after", value(own.recover_after)}};
}

json view(const LiveMonitor& live, const MonitorFacts& facts) {
  json secrets = json::array();
  for (const SealedField& sealed : live.monitor.sealed) secrets.push_back(sealed.field);
  json out = row_view(live, facts.bars);
  out.update({{"notes", live.row->notes},
              {"runbook", live.row->runbook},
              {"created_at", time_view(live.row->created_at)},
              {"known", all_checks().find(live.monitor.kind) != nullptr},
              {"fields", fields_view(live.monitor)},
              {"secrets_set", std::move(secrets)},
              {"own", own_view(live.monitor.own)},
              {"timing", timing_view(live.timing, facts.name_of)},
              {"know_within_seconds", know_within(live)},
              {"slow_after_ms", live.monitor.slow_after_ms},
              {"certificate_days_limit", live.monitor.certificate_days},
              {"invert", live.monitor.invert},
              {"probes", probes_view(live, facts)},
              {"last", live.last ? result_view(*live.last) : json(nullptr)},
              {"next_at", facts.next_at ? time_view(*facts.next_at) : json(nullptr)},
              {"ping", ping_view(live, facts.now)},
              {"uptime",
               {{"h24", percent_view(facts.day)},
                {"d7", percent_view(facts.week)},
                {"d30", percent_view(facts.month)},
                {"d90", percent_view(facts.quarter)},
                {"d365", percent_view(facts.year)}}}});
  return out;
}

}  // namespace connlog::web
