#include "tests/support/sample_requests.h"

#include <string>

namespace connlog {

using nlohmann::json;

const std::map<std::string_view, json>& sample_bodies() {
  static const std::map<std::string_view, json> table = {
      {"WorkspaceChange", {{"name", "Renamed"}, {"machine_policy", "refuse"}}},
      {"NewAgent", {{"name", "web-1"}, {"tags", {"production"}}, {"authorised", true}}},
      {"AgentChange",
       {{"name", "db-1 renamed"}, {"metrics", {{"cpu", true}, {"memory", true}, {"disk", true}, {"load", false}}}}},
      {"NewSubject", {{"kind", "group"}, {"name", "Rack 4"}, {"health", "any"}}},
      {"SubjectChange", {{"notes", "Row 2"}, {"labels", {{"env", "prod"}}}}},
      {"SubjectByKey", {{"kind", "group"}, {"name", "Rack 9"}}},
      {"MachineDecision", {{"decision", "reject"}}},
      {"NewRule",
       {{"name", "Disk"},
        {"kind", "metric"},
        {"metric", "disk_percent"},
        {"threshold", 92.5},
        {"target", {{"kind", "tag"}, {"tag", "production"}}}}},
      {"RuleChange", {{"name", "Silence, longer"}, {"cooldown_seconds", 600}}},
      {"NewMonitor", {{"kind", "manual"}, {"name", "Tapes"}, {"fields", {{"note", "They lie in the safe"}}}}},
      {"NewEventSource", {{"name", "Prometheus"}, {"format", "alertmanager"}}},
      {"DeadManChange", {{"url", "https://watch.example.org/ping/swordfish-of-the-watcher"}, {"enabled", false}}},
      {"PastedText", {{"text", "https://www.example.org/health"}}},
      {"MonitorImport", {{"text", "kind,name\nmanual,Tapes"}, {"format", "csv"}, {"dry_run", true}}},
      {"CheckDefaultsChange", {{"items", {{{"scope", "tag"}, {"of", "production"}, {"interval_seconds", 30}}}}}},
      {"Acknowledgement", {{"comment", "I look after it"}}},
      {"Comment", {{"text", "Two\nlines"}}},
      {"NewQuiet",
       {{"kind", "maintenance"},
        {"name", "Tape library"},
        {"matchers", {{{"tag", "tapes"}}}},
        {"repeat", "weekly"},
        {"schedule", "sun 02:00"},
        {"zone", "Europe/Berlin"},
        {"duration_seconds", 3600}}},
      {"Snooze", {{"minutes", 60}}},
      {"TellingSettingsChange", {{"group_wait_seconds", 10}, {"acknowledge_hours", 4}}},
      {"Unacknowledgement", {{"comment", "Bo knows it better"}}},
      {"Parents", {{"parents", json::array()}}},
      {"NewRecipient",
       {{"name", "Hook"}, {"kind", "webhook"}, {"fields", {{"url", "https://hooks.example.org/connlog"}}}}},
      {"RecipientChange", {{"name", "On call"}, {"enabled", true}}},
      {"MailSettingsChange",
       {{"host", "127.0.0.1"},
        {"port", 9},
        {"security", "none"},
        {"username", "u"},
        {"password", "swordfish-of-mail"},
        {"from_address", "connlog@example.org"},
        {"from_name", "connlog"}}},
      {"MailTest", {{"to", "owner@example.org"}}},
      {"BackupSchedule",
       {{"enabled", false},
        {"hour", 3},
        {"minute", 15},
        {"zone", "UTC"},
        {"whole_on", 64},
        {"daily_without_history", true},
        {"keep_daily", 7},
        {"keep_weekly", 4},
        {"keep_monthly", 6},
        {"keep_yearly", 1}}},
      {"BackupBucketChange",
       {{"endpoint", "http://127.0.0.1:9"},
        {"bucket", "backups"},
        {"access_key", "AKIDEXAMPLE"},
        {"secret_key", "swordfish-of-the-bucket"}}},
      {"Setup",
       {{"token", "setup_" + std::string(64, '0')},
        {"name", "Eve"},
        {"mail", "eve@example.org"},
        {"password", "a quiet river bends"},
        {"workspace_name", "Eve"}}},
      {"Login", {{"mail", "nobody@example.org"}, {"password", "a quiet river bends"}}},
  };
  return table;
}

bool has_sample(const web::Route& route) {
  static const std::set<std::string_view> without_body = {"logout",        "removeAgent",      "rotateAgentToken",
                                                          "removeRule",    "testRule",         "removeRecipient", "drillRule",
                                                          "testRecipient", "retryNotification"};
  if (route.request == "AgentFrame") return true;
  return route.request.empty() ? without_body.contains(route.operation) : sample_bodies().contains(route.request);
}

}  // namespace connlog
