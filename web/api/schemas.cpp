#include "web/api/schemas.h"

#include <nlohmann/json.hpp>

#include "web/api/schema_parts.h"

namespace connlog::web {
namespace {

using nlohmann::json;
using namespace schema;

// ---- words ----

json agent_state() {
  return one_of({"pending", "up", "warning", "down", "disabled"});
}
json metric_toggles() {
  return object({{"cpu", flag()}, {"memory", flag()}, {"disk", flag()}, {"load", flag()}});
}
json rule_kind() {
  return one_of({"silence", "metric"});
}
json metric() {
  return one_of({"cpu_percent", "memory_percent", "disk_percent", "load_per_core"});
}
json severity() {
  return one_of({"warning", "critical"});
}
json channel() {
  return one_of({"mail", "webhook"});
}
json series() {
  return list(or_null(number()));
}
json tags() {
  return {{"type", "array"}, {"items", text(1, 40)}, {"maxItems", 20}};
}
json target() {
  return object({{"kind", one_of({"all", "tag", "agent", "group"})},
                 optional("tag", text(1, 40)),
                 optional("agent_id", id()),
                 optional("group_id", id())});
}
json rule_change() {
  return object({optional("name", text(1, 80)), optional("kind", rule_kind()), optional("target", target()),
                 optional("metric", metric()), optional("comparison", one_of({"above", "below"})),
                 optional("threshold", number()), optional("hysteresis", number()),
                 optional("duration_seconds", integer(0, 86'400)), optional("cooldown_seconds", integer(0, 86'400)),
                 optional("severity", severity()), optional("enabled", flag()), optional("recipient_ids", list(id()))});
}

json identity_schemas() {
  return {
      {"Problem", object({{"type", text()},
                          {"title", text()},
                          {"status", integer()},
                          {"code", described(text(), "Stable; for programs.")},
                          {"detail", described(text(), "For people.")},
                          optional("field", text()),
                          optional("retry_after", integer())})},
      {"SetupState", object({{"needs_setup", flag()}})},
      {"Setup", object({{"token", text(1, 200)},
                        {"name", text(1, 80)},
                        {"mail", text(1, 254)},
                        {"password", described(text(10, 256), "Write-only.")},
                        {"workspace_name", text(1, 80)}})},
      {"Login", object({{"mail", text(1, 254)}, {"password", described(text(1, 1024), "Write-only.")}})},
      {"User", object({{"id", id()}, {"name", text()}, {"mail", text()}, {"appliance_administrator", flag()}})},
      {"Me",
       object({{"user", reference("User")},
               {"workspaces", list(reference("Workspace"))},
               {"second_factor", described(flag(), "A second factor is set up.")},
               {"may_create_workspaces", flag()},
               {"csrf_token", described(text(), "Send it as X-CSRF-Token with everything that changes something.")},
               {"server", object({{"version", text()}, {"public_url", text()}, {"now", time()}})}})},
      {"Overview", object({{"counts", object({{"up", integer()},
                                              {"warning", integer()},
                                              {"down", integer()},
                                              {"pending", integer()},
                                              {"disabled", integer()}})},
                           {"attention", list(object({{"agent_id", id()},
                                                      {"name", text()},
                                                      {"state", agent_state()},
                                                      {"since", or_null(time())},
                                                      {"summary", text()},
                                                      {"incident_id", or_null(id())}}))},
                           {"fleet", list(object({{"id", id()}, {"name", text()}, {"state", agent_state()}}))},
                           {"incidents", list(reference("Incident"))},
                           {"failed_notifications", list(reference("Notification"))}})},
  };
}

json agent_schemas() {
  return {
      {"Latest", object({{"at", time()},
                         {"cpu_percent", or_null(number())},
                         {"cpu_peak_percent", or_null(number())},
                         {"memory_used_mib", or_null(integer())},
                         {"memory_total_mib", or_null(integer())},
                         {"memory_percent", or_null(number())},
                         {"disk_used_mib", or_null(integer())},
                         {"disk_total_mib", or_null(integer())},
                         {"disk_percent", or_null(number())},
                         {"load_1m", or_null(number())},
                         {"load_per_core", or_null(number())},
                         {"uptime_seconds", or_null(integer())}})},
      {"Agent", object({{"id", id()},
                        {"name", text()},
                        {"tags", list(text())},
                        {"team_id", or_null(id())},
                        {"group_ids", list(id())},
                        {"state", agent_state()},
                        {"token_hint", text()},
                        {"interval_seconds", integer()},
                        {"missed_threshold", integer()},
                        {"metrics", metric_toggles()},
                        {"config_version", integer()},
                        {"agent_version", text()},
                        {"hostname", text()},
                        {"os", text()},
                        {"arch", text()},
                        {"core_count", integer()},
                        {"machine_id", text()},
                        {"pending_machine_id", text()},
                        {"first_seen_at", or_null(time())},
                        {"last_seen_at", or_null(time())},
                        {"offline_since", or_null(time())},
                        {"open_incidents", integer()},
                        {"latest", or_null(reference("Latest"))},
                        {"created_at", time()}})},
      {"AgentList", page_of("Agent")},
      {"NewAgent", object({{"name", text(1, 80)},
                           optional("tags", tags()),
                           optional("team_id", text(0, 64)),
                           optional("group_ids", list(id())),
                           optional("interval_seconds", integer(10, 86'400)),
                           optional("missed_threshold", integer(1, 100)),
                           {"authorised", described(flag(), "I may monitor this system. Must be true.")}})},
      {"AgentChange",
       object({optional("name", text(1, 80)), optional("tags", tags()),
               optional("interval_seconds", integer(10, 86'400)), optional("missed_threshold", integer(1, 100)),
               optional("metrics", metric_toggles()), optional("disabled", flag()),
               optional("team_id", described(text(0, 64), "Empty: of no team.")), optional("group_ids", list(id()))})},
      {"AgentWithToken", object({{"agent", reference("Agent")},
                                 {"token", described(text(), "Shown this once.")},
                                 {"install_command", text()},
                                 {"run_command", text()}})},
      {"MachineDecision", object({{"decision", one_of({"approve", "reject"})}})},
      {"MachineEvent", object({{"at", time()}, {"kind", text()}, {"machine_id", text()}, {"actor_name", text()}})},
      {"MachineEventList", page_of("MachineEvent")},
      {"Readings", object({{"from", time()},
                           {"to", time()},
                           {"step_seconds", integer()},
                           {"at", list(time())},
                           {"series", object({{"cpu_percent", series()},
                                              {"cpu_peak_percent", series()},
                                              {"memory_percent", series()},
                                              {"disk_percent", series()},
                                              {"load_1m", series()},
                                              {"load_per_core", series()}})}})},
      // The agents' own shapes (agent-protocol §4–6).
      {"HeartbeatAnswer", object({{"ok", flag()},
                                  {"server_time", time()},
                                  {"expected_interval_seconds", integer()},
                                  optional("config_outdated", or_null(flag())),
                                  optional("latest_config_version", or_null(integer())),
                                  optional("update", or_null(json{{"type", "object"}})),
                                  optional("uninstall", flag()),
                                  optional("reboot", flag()),
                                  optional("quick_actions", list(json{{"type", "object"}}))})},
      {"AgentConfig", object({{"ok", flag()},
                              {"data", object({{"configVersion", integer()},
                                               {"heartbeatIntervalSeconds", integer()},
                                               {"missedThreshold", integer()},
                                               {"metrics", metric_toggles()},
                                               {"maxPayloadSizeKb", integer()},
                                               optional("quickActions", json{{"type", "object"}})})}})},
      {"AgentEndpoint", object({{"ok", flag()},
                                {"data", object({{"heartbeatUrl", text()},
                                                 {"regionCode", or_null(text())},
                                                 {"refreshAfterSeconds", integer()}})}})},
  };
}

json alert_schemas() {
  json new_rule = rule_change();
  new_rule["required"] = json::array({"name", "kind"});
  json detail =
      object({{"events", list(reference("IncidentEvent"))}, {"notifications", list(reference("Notification"))}});
  return {
      {"Rule", object({{"id", id()},
                       {"name", text()},
                       {"kind", rule_kind()},
                       {"target", target()},
                       {"metric", metric()},
                       {"comparison", one_of({"above", "below"})},
                       {"threshold", number()},
                       {"hysteresis", number()},
                       {"duration_seconds", integer()},
                       {"cooldown_seconds", integer()},
                       {"severity", severity()},
                       {"enabled", flag()},
                       {"recipient_ids", list(id())},
                       {"sentence", text()},
                       {"version", integer()},
                       {"created_at", time()}})},
      {"RuleList", page_of("Rule")},
      {"NewRule", new_rule},
      {"RuleChange", rule_change()},
      {"RulePreview",
       object({{"targeted_agents", integer()},
               {"matching_now", integer()},
               {"incidents_30_days", integer()},
               {"complete",
                described(flag(), "False: too many readings; incidents_30_days counts only part of the agents.")},
               {"sentence", text()}})},
      {"Queued", object({{"queued", integer()}})},
      {"Incident", object({{"id", id()},
                           {"rule_id", id()},
                           {"agent_id", id()},
                           {"agent_name", text()},
                           {"rule_sentence", text()},
                           {"kind", rule_kind()},
                           {"severity", severity()},
                           {"summary", text()},
                           {"opened_at", time()},
                           {"acknowledged_at", or_null(time())},
                           {"acknowledged_by", text()},
                           {"resolved_at", or_null(time())},
                           {"resolution", text()},
                           {"version", integer()}})},
      {"IncidentList", page_of("Incident")},
      {"IncidentEvent",
       object({{"id", id()}, {"at", time()}, {"kind", text()}, {"actor_name", text()}, {"text", text()}})},
      {"IncidentDetail", json{{"allOf", json::array({reference("Incident"), detail})}}},
      {"Acknowledgement", object({optional("comment", text(0, 2'000))})},
      {"Comment", object({{"text", text(1, 2'000)}})},
  };
}

json delivery_schemas() {
  return {
      {"Recipient", object({{"id", id()},
                            {"name", text()},
                            {"channel", channel()},
                            {"address", text()},
                            {"receives_by_default", flag()},
                            {"enabled", flag()},
                            {"last_tested_at", or_null(time())},
                            {"last_test_answer", text()},
                            {"consent", one_of({"unconfirmed", "confirmed", "unsubscribed"})},
                            {"consent_at", or_null(time())},
                            {"consent_asked_at", or_null(time())},
                            {"version", integer()},
                            {"created_at", time()}})},
      {"RecipientList", page_of("Recipient")},
      {"NewRecipient", object({{"name", text(1, 80)},
                               {"channel", channel()},
                               {"address", text(1, 2'000)},
                               optional("receives_by_default", flag()),
                               optional("enabled", flag())})},
      {"RecipientChange", object({optional("name", text(1, 80)), optional("address", text(1, 2'000)),
                                  optional("receives_by_default", flag()), optional("enabled", flag())})},
      {"RecipientWithSecret",
       object({{"recipient", reference("Recipient")},
               {"secret", described(or_null(text()), "A webhook's signing secret, shown this once.")}})},
      {"TestAnswer", object({{"ok", flag()}, {"answer", described(text(), "The other side's own words.")}})},
      {"Notification", object({{"id", id()},
                               {"incident_id", or_null(id())},
                               {"recipient_id", id()},
                               {"kind", one_of({"incident_opened", "incident_resolved", "test"})},
                               {"channel", channel()},
                               {"address", text()},
                               {"state", one_of({"queued", "sent", "failed"})},
                               {"attempts", integer()},
                               {"created_at", time()},
                               {"next_attempt_at", or_null(time())},
                               {"sent_at", or_null(time())},
                               {"last_error", text()}})},
      {"NotificationList", page_of("Notification")},
      {"Appliance", object({{"version", text()},
                            {"public_url", text()},
                            {"listeners", list(object({{"address", text()}, {"port", integer()}, {"tls", flag()}}))},
                            {"server_pin", or_null(text())},
                            {"ca_pin", or_null(text())},
                            {"started_at", time()},
                            {"database_bytes", or_null(integer())},
                            {"agents_total", integer()},
                            {"agent_targets",
                             list(object({{"target", text()}, {"available", flag()}, {"bytes", or_null(integer())}}))},
                            {"warnings", list(text())}})},
      {"MailSettings", object({{"configured", flag()},
                               {"host", text()},
                               {"port", integer()},
                               {"security", one_of({"none", "starttls", "tls"})},
                               {"username", text()},
                               {"has_password", flag()},
                               {"from_address", text()},
                               {"from_name", text()},
                               {"ca_pem", text()}})},
      {"MailSettingsChange",
       object({optional("configured", flag()),
               {"host", text(0, 253)},
               {"port", integer(1, 65'535)},
               {"security", one_of({"none", "starttls", "tls"})},
               optional("username", text(0, 320)),
               optional("password", described(text(0, 1024), "Write-only; absent: the stored one stays.")),
               {"from_address", text(0, 254)},
               optional("from_name", text(0, 80)),
               optional("ca_pem", text(0, 32'768))})},
      {"MailTest", object({{"to", text(1, 254)}})},
  };
}

}  // namespace

json schemas() {
  json all = json::object();
  for (json part : {identity_schemas(), agent_schemas(), alert_schemas(), delivery_schemas(), administration_schemas(),
                    account_schemas(), enrolment_schemas(), workspace_schemas(), trust_schemas(), trail_schemas(),
                    factor_schemas(), login_schemas()}) {
    all.update(part);
  }
  return all;
}

}  // namespace connlog::web
