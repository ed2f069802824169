// The channel "alertmanager": a POST of what Prometheus' Alertmanager sends to its webhook receivers, version 4, for
// programs that take that. An incident is an alert: its fingerprint stays the same from its opening to its recovery.
// `endsAt` of an open one is year 1, as there. Any 2xx means taken. Pure; any thread.
#include "core/notify/channel.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/text.h"

namespace connlog {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view kUrl = "url";
constexpr std::string_view kUser = "username";
constexpr std::string_view kPassword = "password";
constexpr std::string_view kToken = "token";
constexpr std::string_view kNeverEnds = "0001-01-01T00:00:00Z";
constexpr std::size_t kDescriptionMax = 4'000;
constexpr seconds kTestLasts{300};

constexpr Field kFields[] = {
    {.name = kUrl,
     .label = "Address (URL)",
     .type = FieldType::url,
     .required = true,
     .help = "Of a program that takes the webhooks of Prometheus' Alertmanager.",
     .example = "https://alerts.example.com/webhook",
     .address = true},
    {.name = kToken,
     .label = "Token",
     .type = FieldType::secret,
     .help = "Where it wants one (Authorization: Bearer). Else a user name and a password, or neither."},
    {.name = kUser, .label = "User name", .type = FieldType::text},
    {.name = kPassword, .label = "Password", .type = FieldType::secret, .spaces = true},
};

// The random half of the id, as 16 hex digits.
std::string fingerprint_of(const IncidentId& id) {
  std::string digits;
  for (const char c : id.text()) {
    if (c != '-') digits += c;
  }
  return digits.size() > 16 ? digits.substr(digits.size() - 16) : digits;
}

ordered_json alert(bool is_resolved, ordered_json labels, ordered_json annotations, std::string starts,
                   std::string ends, const std::string& link, std::string fingerprint) {
  return {{"status", is_resolved ? "resolved" : "firing"},
          {"labels", std::move(labels)},
          {"annotations", std::move(annotations)},
          {"startsAt", std::move(starts)},
          {"endsAt", std::move(ends)},
          {"generatorURL", link},
          {"fingerprint", std::move(fingerprint)}};
}

ordered_json common_labels(const MessageFacts& facts) {
  const Announcement& told = facts.announcement;
  ordered_json labels = {{"alertname", told.kind == Announcement::Kind::test ? "ConnlogTest" : "ConnlogIncident"},
                         {"workspace", facts.workspace.slug}};
  if (!told.severity.empty()) labels["severity"] = told.severity;
  if (told.subject_name.empty()) return labels;
  labels["instance"] = told.subject_name;
  labels["subject_kind"] = told.subject_kind;
  if (!told.part.empty()) labels["part"] = told.part;
  if (const std::string_view kind = told.fact(kFactRuleKind); !kind.empty()) labels["rule_kind"] = kind;
  return labels;
}

ordered_json annotations_of(const MessageFacts& facts, const ShortMessage& message) {
  const Announcement& told = facts.announcement;
  ordered_json annotations = {{"summary", told.headline.empty() ? message.title : told.headline},
                              {"description", lines_within(message, kDescriptionMax)}};
  if (const std::string_view rule = told.fact(kFactRule); !rule.empty()) annotations["rule"] = rule;
  if (const std::string_view runbook = told.fact(kFactRunbook); !runbook.empty()) annotations["runbook_url"] = runbook;
  return annotations;
}

// One incident, with all that is known of it.
ordered_json one_alert(const MessageFacts& facts, const ShortMessage& message) {
  const Announcement& told = facts.announcement;
  const bool is_test = told.incidents.empty();
  const bool has_ended = facts.standing && facts.standing->resolved_at.is_set();
  const std::string_view opened = told.fact(kFactOpenedAt);
  std::string ends(kNeverEnds);
  if (has_ended) ends = to_iso8601(facts.standing->resolved_at);
  if (is_test) ends = to_iso8601(facts.now + kTestLasts);
  ordered_json labels = common_labels(facts);
  if (!is_test) labels["incident"] = told.incidents.front().text();
  return alert(has_ended, std::move(labels), annotations_of(facts, message),
               opened.empty() ? to_iso8601(facts.now) : std::string(opened), std::move(ends), message.link,
               is_test ? "0000000000000000" : fingerprint_of(told.incidents.front()));
}

// Of many together: what the message says of each.
ordered_json many_alerts(const MessageFacts& facts, const ShortMessage& message) {
  const Announcement& told = facts.announcement;
  std::vector<std::string> lines;
  for (const auto& [word, text] : told.facts) {
    if (word == kFactIncident) lines.push_back(text);
  }
  ordered_json alerts = ordered_json::array();
  const std::size_t most = std::min(told.incidents.size(), kMessageLinesMax);
  for (std::size_t i = 0; i < most; ++i) {
    const IncidentId& id = told.incidents[i];
    const bool has_ended = std::ranges::find(told.recovered, id) != told.recovered.end();
    ordered_json labels = common_labels(facts);
    labels["incident"] = id.text();
    const std::string summary = i < lines.size() ? lines[i] : told.headline;
    alerts.push_back(alert(has_ended, std::move(labels), {{"summary", summary}}, to_iso8601(told.at),
                           has_ended ? to_iso8601(told.at) : std::string(kNeverEnds), message.link,
                           fingerprint_of(id)));
  }
  return alerts;
}

Result<Delivery> prepare(const Outgoing& out) {
  const MessageFacts& facts = out.facts;
  const Announcement& told = facts.announcement;
  const ShortMessage message = render_short(facts);
  ordered_json alerts =
      told.incidents.size() > 1 ? many_alerts(facts, message) : ordered_json::array({one_alert(facts, message)});
  const bool fires = std::ranges::any_of(alerts, [](const ordered_json& each) { return each["status"] == "firing"; });
  const std::string group = told.thread.empty() ? std::string(webhook_event(told.kind)) : told.thread;
  const std::size_t left_out = told.incidents.size() > alerts.size() ? told.incidents.size() - alerts.size() : 0;
  const ordered_json body = {
      {"version", "4"},
      {"groupKey", "{}/{workspace=" + json_string(facts.workspace.slug) + "}:{incident=" + json_string(group) + "}"},
      {"truncatedAlerts", left_out},
      {"status", fires ? "firing" : "resolved"},
      {"receiver", facts.recipient_name},
      {"groupLabels", {{"incident", group}}},
      {"commonLabels", common_labels(facts)},
      {"commonAnnotations", {{"summary", told.headline.empty() ? message.title : told.headline}}},
      {"externalURL", facts.public_url},
      {"alerts", std::move(alerts)},
  };
  const std::string url = out.values.text(kUrl);
  HttpRequest request = json_post(url, body.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
  if (out.secrets.has(kToken)) {
    request.headers.push_back({"Authorization", "Bearer " + std::string(out.secrets.reveal(kToken))});
  } else if (const std::string user = out.values.text(kUser); !user.empty()) {
    request.headers.push_back({"Authorization", basic_authorization(user, out.secrets.reveal(kPassword))});
  }
  return Delivery{WebhookDelivery{std::move(request)}, target_of_url(url)};
}

std::string shown(const FieldValues& values, const FieldSecrets&) {
  return host_of_url(values.text(kUrl));
}

std::string target(const FieldValues& values, const FieldSecrets&) {
  return target_of_url(values.text(kUrl));
}

Result<void> check(const FieldValues& values, const FieldSecrets& secrets) {
  const std::string user = values.text(kUser);
  if (secrets.has(kToken) && (!user.empty() || secrets.has(kPassword)))
    return invalid("fields.token", "Give either a token, or a user name and a password.");
  if (user.find(':') != std::string::npos) return invalid("fields.username", "A user name has no colon in it.");
  if (user.empty() && secrets.has(kPassword)) return invalid("fields.username", "The password needs a user name.");
  if (!user.empty() && !secrets.has(kPassword)) return invalid("fields.password", "The user name needs a password.");
  return {};
}

}  // namespace

extern const ChannelKind kAlertmanagerChannel;
constexpr ChannelKind kAlertmanagerChannel{.word = "alertmanager",
                                           .title = "Webhook as of Alertmanager",
                                           .icon = "webhook",
                                           .fields = kFields,
                                           .prepare = prepare,
                                           .shown = shown,
                                           .target = target,
                                           .check = check,
                                           .can = {.update = true, .machine = true}};

}  // namespace connlog
