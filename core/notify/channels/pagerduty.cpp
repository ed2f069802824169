// The channel "pagerduty": the Events API v2 of PagerDuty, and of what takes the same. An incident is an alert there,
// whose dedup_key is the incident's id: it is triggered when the incident opens, acknowledged when somebody here
// acknowledges it, and resolved with it. 202 means taken; 400 is not to be sent again; 429 is to be tried later. Pure;
// any thread.
#include "core/notify/channel.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/notify/answer.h"

namespace connlog {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view kServer = "server";
constexpr std::string_view kKey = "routing_key";
constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kSummaryMax = 1'024;
constexpr std::size_t kDetailsMax = 8'000;
constexpr seconds kPauseWhenBusy{60};  // a 429 names none

constexpr Field kFields[] = {
    {.name = kServer,
     .label = "Server",
     .type = FieldType::url,
     .required = true,
     .help = "In the European region: https://events.eu.pagerduty.com",
     .default_value = "https://events.pagerduty.com",
     .address = true},
    {.name = kKey,
     .label = "Integration key",
     .type = FieldType::secret,
     .required = true,
     .help = "Of an integration \"Events API V2\" of the service there.",
     .lowest = kKeyBytes,
     .highest = kKeyBytes},
};

const char* severity_of(const MessageFacts& facts) {
  const std::string& severity = facts.announcement.severity;
  if (severity == "critical") return "critical";
  return severity == "warning" ? "warning" : "info";
}

// Which alert there it is about. A test has one of its own.
std::string dedup_key(const MessageFacts& facts) {
  const Announcement& told = facts.announcement;
  if (told.incidents.size() == 1) return told.incidents.front().text();
  return told.thread.empty() ? delivery_id(facts.message_id) : told.thread;
}

const char* action_of(const MessageFacts& facts) {
  const Announcement& told = facts.announcement;
  const bool is_resolved = facts.standing && facts.standing->resolved_at.is_set();
  if (told.kind == Announcement::Kind::incident_resolved || is_resolved) return "resolve";
  return told.fact(kFactAcknowledgedBy).empty() ? "trigger" : "acknowledge";
}

ordered_json payload_of(const MessageFacts& facts, const ShortMessage& message) {
  const Announcement& told = facts.announcement;
  ordered_json details = ordered_json::object();
  std::size_t bytes = 0, lines = 0;
  for (const auto& [label, value] : message.lines) {
    bytes += label.size() + value.size();
    if (bytes > kDetailsMax || ++lines > kMessageLinesMax) break;
    // Several lines may have one label.
    if (details.contains(label))
      details[label] = details[label].get<std::string>() + "\n" + value;
    else
      details[label] = value;
  }
  const bool has_subject = !told.subject_name.empty();
  ordered_json payload = {{"summary", cut(message.title, kSummaryMax)},
                          {"source", has_subject ? told.subject_name : std::string("connlog")},
                          {"severity", severity_of(facts)}};
  const std::string_view opened = told.fact(kFactOpenedAt);
  payload["timestamp"] = opened.empty() ? to_iso8601(facts.now) : std::string(opened);
  if (!told.part.empty()) payload["component"] = told.part;
  payload["group"] = facts.workspace.name;
  if (const std::string_view kind = told.fact(kFactRuleKind); !kind.empty()) payload["class"] = kind;
  payload["custom_details"] = std::move(details);
  return payload;
}

Result<Delivery> prepare(const Outgoing& out) {
  const MessageFacts& facts = out.facts;
  const ShortMessage message = render_short(facts);
  const std::string server = out.values.text(kServer);
  ordered_json links = ordered_json::array({{{"href", message.link}, {"text", message.link_text}}});
  if (const std::string_view runbook = facts.announcement.fact(kFactRunbook); !runbook.empty())
    links.push_back({{"href", runbook}, {"text", "Runbook"}});
  const ordered_json body = {
      {"routing_key", out.secrets.reveal(kKey)},
      {"event_action", action_of(facts)},
      {"dedup_key", dedup_key(facts)},
      {"client", "connlog"},
      {"client_url", message.link},
      {"links", std::move(links)},
      {"payload", payload_of(facts, message)},
  };
  return Delivery{WebhookDelivery{json_post(joined_url(server, "/v2/enqueue"),
                                            body.dump(-1, ' ', false, ordered_json::error_handler_t::replace))},
                  target_of_url(server)};
}

constexpr KnownAnswer kAboutUs[] = {
    {"routing_key", "the integration key is not valid"},
    {"Invalid routing key", "the integration key is not valid"},
};

void judge(const HttpAnswer& answer, DeliveryResult& result) {
  result.whole_target = false;  // other integrations are not in this one's state
  if (answer.status >= 200 && answer.status < 300) {
    const auto status = member_text(answer.body, "status");
    if (status && *status != "success") return answer_refused(result, "it does not take this event");
    if (const auto key = member_text(answer.body, "dedup_key")) result.remote_id = checked_remote_id(*key);
    return;
  }
  if (answer.status == 400 || answer.status == 403 || answer.status == 401) {
    const KnownAnswer* const known = known_answer(answer.body, kAboutUs);
    if (known != nullptr || answer.status != 400)
      return answer_about_us(result, known == nullptr ? "the integration key is not taken" : known->meaning);
    return answer_refused(result, "it does not take this event");
  }
  if (answer.status == 429) {
    const seconds asked = result.retry_after;
    return answer_later(result, std::max(asked, kPauseWhenBusy), "too many events of this integration");
  }
  if (answer.status == 404 || answer.status == 413) answer_refused(result, "it does not take this event");
}

std::string shown(const FieldValues& values, const FieldSecrets& secrets) {
  return host_of_url(values.text(kServer)) + "/" + masked(secrets.reveal(kKey));
}

std::string target(const FieldValues& values, const FieldSecrets&) {
  return target_of_url(values.text(kServer));
}

Result<void> check(const FieldValues&, const FieldSecrets& secrets) {
  const std::string_view key = secrets.reveal(kKey);
  const bool good = key.size() == kKeyBytes && std::ranges::all_of(key, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  });
  if (!good) return invalid("fields.routing_key", "An integration key is 32 letters and digits.");
  return {};
}

}  // namespace

extern const ChannelKind kPagerDutyChannel;
constexpr ChannelKind kPagerDutyChannel{.word = "pagerduty",
                                        .title = "PagerDuty",
                                        .icon = "siren",
                                        .fields = kFields,
                                        .prepare = prepare,
                                        .shown = shown,
                                        .target = target,
                                        .check = check,
                                        .can = {.update = true, .machine = true},
                                        .judge_answer = judge};

}  // namespace connlog
