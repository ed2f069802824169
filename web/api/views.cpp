#include "web/api/views.h"

#include <nlohmann/json.hpp>

namespace connlog::web {
namespace {

using nlohmann::json;

json count_view(std::int64_t value) {
  return value == Reading::kNone ? json(nullptr) : json(value);
}

json percent_view(std::int64_t used, std::int64_t total) {
  if (used == Reading::kNone || total == Reading::kNone || total <= 0) return nullptr;
  return hundredths_view(used * 10'000 / total);
}

json ids_view(const std::vector<GroupId>& ids) {
  json out = json::array();
  for (const GroupId& id : ids) out.push_back(id.text());
  return out;
}

// The words of the API; the stores have the same ones.
std::string_view word(Channel channel) {
  return channel == Channel::mail ? "mail" : "webhook";
}

std::string_view word(Recipient::Consent consent) {
  switch (consent) {
    case Recipient::Consent::unconfirmed:
      return "unconfirmed";
    case Recipient::Consent::confirmed:
      return "confirmed";
    case Recipient::Consent::unsubscribed:
      return "unsubscribed";
  }
  return "unconfirmed";
}

std::string_view word(Notification::Kind kind) {
  switch (kind) {
    case Notification::Kind::incident_opened:
      return "incident_opened";
    case Notification::Kind::incident_resolved:
      return "incident_resolved";
    case Notification::Kind::test:
      return "test";
  }
  return "test";
}

std::string_view word(Notification::State state) {
  switch (state) {
    case Notification::State::queued:
    case Notification::State::leased:
      return "queued";  // a leased one is not sent yet
    case Notification::State::sent:
      return "sent";
    case Notification::State::failed:
      return "failed";
  }
  return "queued";
}

std::string_view word(MailSecurity security) {
  switch (security) {
    case MailSecurity::none:
      return "none";
    case MailSecurity::starttls:
      return "starttls";
    case MailSecurity::tls:
      return "tls";
  }
  return "starttls";
}

}  // namespace

json time_view(Instant at) {
  return at.is_set() ? json(to_iso8601(at)) : json(nullptr);
}

json id_view(const Uuid& id) {
  return id.is_nil() ? json(nullptr) : json(to_text(id));
}

json hundredths_view(std::int64_t value) {
  return value == Reading::kNone ? json(nullptr) : json(static_cast<double>(value) / 100);
}

json view(const User& user) {
  return {{"id", user.id.text()},
          {"name", user.name},
          {"mail", user.mail},
          {"appliance_administrator", user.appliance_administrator}};
}

json latest_view(const LiveAgent& live) {
  if (!live.newest) return nullptr;
  const Reading& reading = *live.newest;
  const std::int64_t cores = live.agent.core_count;
  const bool has_load = reading.load_x100 != Reading::kNone;
  return {{"at", time_view(reading.at)},
          {"cpu_percent", hundredths_view(reading.cpu_x100)},
          {"cpu_peak_percent", hundredths_view(reading.cpu_peak_x100)},
          {"memory_used_mib", count_view(reading.memory_used_mib)},
          {"memory_total_mib", count_view(reading.memory_total_mib)},
          {"memory_percent", percent_view(reading.memory_used_mib, reading.memory_total_mib)},
          {"disk_used_mib", count_view(reading.disk_used_mib)},
          {"disk_total_mib", count_view(reading.disk_total_mib)},
          {"disk_percent", percent_view(reading.disk_used_mib, reading.disk_total_mib)},
          {"load_1m", hundredths_view(reading.load_x100)},
          {"load_per_core", has_load && cores > 0 ? hundredths_view(reading.load_x100 / cores) : json(nullptr)},
          {"uptime_seconds", count_view(reading.uptime_seconds)}};
}

json view(const LiveAgent& live) {
  const Agent& agent = live.agent;
  return {{"id", agent.id.text()},
          {"name", agent.name},
          {"tags", agent.tags},
          {"team_id", id_view(agent.team)},
          {"group_ids", ids_view(agent.groups)},
          {"state", to_text(live.state)},
          {"token_hint", agent.token_hint},
          {"interval_seconds", agent.interval_seconds},
          {"missed_threshold", agent.missed_threshold},
          {"metrics",
           {{"cpu", agent.metrics.cpu},
            {"memory", agent.metrics.memory},
            {"disk", agent.metrics.disk},
            {"load", agent.metrics.load}}},
          {"config_version", agent.config_version},
          {"agent_version", agent.agent_version},
          {"hostname", agent.hostname},
          {"os", agent.os},
          {"arch", agent.arch},
          {"core_count", agent.core_count},
          {"machine_id", agent.machine_id},
          {"pending_machine_id", agent.pending_machine_id},
          {"first_seen_at", time_view(agent.first_seen_at)},
          {"last_seen_at", time_view(live.last_seen_at)},
          {"offline_since", time_view(agent.offline_since)},
          {"open_incidents", live.open_incidents},
          {"latest", latest_view(live)},
          {"created_at", time_view(agent.created_at)}};
}

json view(const MachineEvent& event) {
  return {{"at", time_view(event.at)},
          {"kind", event.kind},
          {"machine_id", event.machine_id},
          {"actor_name", event.actor_name}};
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

json view(const Recipient& recipient) {
  return {{"id", recipient.id.text()},
          {"name", recipient.name},
          {"channel", word(recipient.channel)},
          {"address", recipient.address},
          {"receives_by_default", recipient.receives_by_default},
          {"enabled", recipient.enabled},
          {"last_tested_at", time_view(recipient.last_tested_at)},
          {"last_test_answer", recipient.last_test_answer},
          {"consent", word(recipient.consent)},
          {"consent_at", time_view(recipient.consent_at)},
          {"consent_asked_at", time_view(recipient.consent_asked_at)},
          {"version", recipient.version},
          {"created_at", time_view(recipient.created_at)}};
}

json view(const Notification& notification) {
  return {{"id", notification.id.text()},
          {"incident_id", id_view(notification.incident)},
          {"recipient_id", notification.recipient.text()},
          {"kind", word(notification.kind)},
          {"channel", word(notification.channel)},
          {"address", notification.address},
          {"state", word(notification.state)},
          {"attempts", notification.attempts},
          {"created_at", time_view(notification.created_at)},
          {"next_attempt_at", time_view(notification.next_attempt_at)},
          {"sent_at", time_view(notification.sent_at)},
          {"last_error", notification.last_error}};
}

json view(const MailSettings& mail) {
  return {{"configured", mail.configured},
          {"host", mail.host},
          {"port", mail.port},
          {"security", word(mail.security)},
          {"username", mail.username},
          {"has_password", !mail.sealed_password.empty()},
          {"from_address", mail.from_address},
          {"from_name", mail.from_name},
          {"ca_pem", mail.ca_pem}};
}

}  // namespace connlog::web
