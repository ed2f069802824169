// The channel "webhook": any program that takes a POST. A delivery is a POST of this JSON with the headers
//   X-ConnLog-Timestamp: seconds since 1970, when this attempt was made
//   X-ConnLog-Signature: v1=<hex HMAC-SHA-256 under the recipient's secret of "<timestamp>.<body>">
//   X-ConnLog-Delivery:  the notification's id, the same at every attempt, so a receiver can drop repetitions
// Any 2xx means delivered. Fields are added, never renamed or removed, while "version" is 1. People may have another
// body sent in its place, with headers of their own (core/notify/webhook_body.h); it is signed likewise. Pure; any thread.
#include "core/notify/channel.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/text.h"
#include "core/notify/message.h"
#include "core/notify/prepare.h"
#include "core/notify/event_facts.h"
#include "core/notify/webhook_body.h"

namespace connlog {
namespace {

constexpr std::string_view kUrl = "url";
constexpr std::string_view kSecret = "secret";
constexpr std::string_view kForm = "format";
constexpr std::string_view kBody = "body";
constexpr std::string_view kContentType = "content_type";
constexpr std::string_view kHeaders = "headers";

using nlohmann::ordered_json;

ordered_json time_or_null(Instant at) {
  return at.is_set() ? ordered_json(to_iso8601(at)) : ordered_json(nullptr);
}
ordered_json text_or_null(const std::string& text) {
  return text.empty() ? ordered_json(nullptr) : ordered_json(text);
}

}  // namespace

std::string_view webhook_event(Announcement::Kind kind) {
  switch (kind) {
    case Announcement::Kind::incident_opened:
      return "incident.opened";
    case Announcement::Kind::incident_resolved:
      return "incident.resolved";
    case Announcement::Kind::summary:
      return "summary";
    case Announcement::Kind::group:
      return "incidents.group";
    case Announcement::Kind::digest:
      return "incidents.digest";
    case Announcement::Kind::reminder:
      return "incident.reminder";
    case Announcement::Kind::flapping:
      return "subject.flapping";
    case Announcement::Kind::quiet:
      return "quiet";
    case Announcement::Kind::weekly:
      return "weekly";
    case Announcement::Kind::code:
      return "code";
    case Announcement::Kind::test:
      break;
  }
  return "test";
}

namespace {

constexpr std::size_t kIdsMax = 1'000;

// All texts of one word.
ordered_json texts_of(const Announcement& told, std::string_view word) {
  ordered_json texts = ordered_json::array();
  for (const auto& [name, text] : told.facts) {
    if (name == word) texts.push_back(text);
  }
  return texts;
}

ordered_json ids_of(const std::vector<IncidentId>& incidents) {
  ordered_json ids = ordered_json::array();
  for (std::size_t i = 0; i < std::min(incidents.size(), kIdsMax); ++i) ids.push_back(incidents[i].text());
  return ids;
}

// The incident as it is now, with what was said of it then.
ordered_json incident_alone(const MessageFacts& facts) {
  const Announcement& told = facts.announcement;
  const IncidentStanding& now = *facts.standing;
  const auto fact = [&](std::string_view word) { return text_or_null(std::string(told.fact(word))); };
  return {
      {"id", told.incidents.empty() ? ordered_json(nullptr) : ordered_json(told.incidents.front().text())},
      {"state", now.resolved_at.is_set() ? "resolved" : "open"},
      {"kind", fact(kFactRuleKind)},
      {"severity", told.severity},
      {"summary", told.headline},
      {"rule", {{"id", fact(kFactRuleId)}, {"sentence", fact(kFactRule)}}},
      {"subject", {{"id", told.subject.text()}, {"kind", told.subject_kind}, {"name", told.subject_name}}},
      {"part", told.part},
      {"opened_at", fact(kFactOpenedAt)},
      {"acknowledged_at", time_or_null(now.acknowledged_at)},
      {"acknowledged_by", text_or_null(now.acknowledged_by)},
      {"resolved_at", time_or_null(now.resolved_at)},
      {"resolution", text_or_null(now.resolution)},
      {"url", link_of(facts)},
      {"drill", !told.fact(kFactDrill).empty()},
      {"runbooks", texts_of(told, kFactRunbook)},
      {"notes", texts_of(told, kFactNotes)},
  };
}

// With what another system said with its event, where one did.
ordered_json incident_of(const MessageFacts& facts) {
  const Announcement& told = facts.announcement;
  ordered_json incident = incident_alone(facts);
  if (const std::string_view link = told.fact(kFactSourceLink); !link.empty()) incident["link"] = link;
  if (ordered_json details = texts_of(told, kFactDetail); !details.empty()) incident["details"] = std::move(details);
  return incident;
}

ordered_json summary_of(const MessageFacts& facts) {
  const Announcement& told = facts.announcement;
  return {{"text", told.headline}, {"incidents", ids_of(told.incidents)}, {"url", link_of(facts)}};
}

ordered_json group_of(const MessageFacts& facts) {
  const Announcement& told = facts.announcement;
  return {{"text", told.headline},
          {"severity", text_or_null(told.severity)},
          {"count", told.incidents.size()},
          {"incidents", ids_of(told.incidents)},
          {"recovered", ids_of(told.recovered)},
          {"opened", texts_of(told, kFactIncident)},
          {"still_open", texts_of(told, kFactStillOpen)},
          {"ended", texts_of(told, kFactRecovered)},
          {"url", link_of(facts)}};
}

// Of what is about no incident: a weekly letter, flapping, quiet, a code.
ordered_json notice_of(const MessageFacts& facts) {
  const Announcement& told = facts.announcement;
  const auto fact = [&](std::string_view word) { return text_or_null(std::string(told.fact(word))); };
  ordered_json subject = nullptr;
  if (!told.subject.is_nil())
    subject = {{"id", told.subject.text()}, {"kind", told.subject_kind}, {"name", told.subject_name}};
  return {{"text", told.headline},     {"lines", texts_of(told, kFactLine)}, {"subject", std::move(subject)},
          {"since", fact(kFactSince)}, {"until", fact(kFactUntil)},          {"code", fact(kFactCode)},
          {"url", link_of(facts)}};
}

void add_member(ordered_json& body, const MessageFacts& facts) {
  switch (facts.announcement.kind) {
    case Announcement::Kind::incident_opened:
    case Announcement::Kind::incident_resolved:
    case Announcement::Kind::reminder:
    case Announcement::Kind::test:
      break;
    case Announcement::Kind::summary:
      body["summary"] = summary_of(facts);
      break;
    case Announcement::Kind::group:
    case Announcement::Kind::digest:
      body["group"] = group_of(facts);
      break;
    case Announcement::Kind::flapping:
    case Announcement::Kind::quiet:
    case Announcement::Kind::weekly:
    case Announcement::Kind::code:
      body["notice"] = notice_of(facts);
      break;
  }
}

}  // namespace

std::string render_webhook_body(const MessageFacts& facts) {
  ordered_json body = {
      {"version", 1},
      {"delivery", delivery_id(facts.message_id)},
      {"event", webhook_event(facts.announcement.kind)},
      {"sent_at", to_iso8601(facts.now)},
      {"workspace",
       {{"id", facts.workspace.id.text()}, {"slug", facts.workspace.slug}, {"name", facts.workspace.name}}},
      {"incident", nullptr},
  };
  if (facts.standing) body["incident"] = incident_of(facts);
  add_member(body, facts);
  return body.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::string_view outage_event(const OutageMessage& facts) {
  return facts.until.is_set() ? "storage.works_again" : "storage.failed";
}

std::string render_outage_webhook(const OutageMessage& facts) {
  const ordered_json body = {
      {"version", 1},
      {"delivery", delivery_id(facts.message_id)},
      {"event", outage_event(facts)},
      {"sent_at", to_iso8601(facts.now)},
      {"workspace",
       {{"id", facts.workspace.id.text()}, {"slug", facts.workspace.slug}, {"name", facts.workspace.name}}},
      {"incident", nullptr},
      {"storage", {{"since", to_iso8601(facts.since)}, {"until", time_or_null(facts.until)}, {"cause", facts.cause}}},
  };
  return body.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::string webhook_signature(std::string_view secret, std::string_view timestamp, std::string_view body) {
  crypto_auth_hmacsha256_state state;
  const auto bytes = [](std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); };
  crypto_auth_hmacsha256_init(&state, bytes(secret), secret.size());
  crypto_auth_hmacsha256_update(&state, bytes(timestamp), timestamp.size());
  crypto_auth_hmacsha256_update(&state, bytes("."), 1);
  crypto_auth_hmacsha256_update(&state, bytes(body), body.size());
  std::array<std::uint8_t, crypto_auth_hmacsha256_BYTES> digest{};
  crypto_auth_hmacsha256_final(&state, digest.data());
  sodium_memzero(&state, sizeof state);
  return "v1=" + to_hex(digest);
}

namespace {

struct Post {
  std::string_view event;
  std::string body;
  std::string message_id;
  Instant now;
  std::string content_type = "application/json";
  std::vector<HttpHeader> headers = {};  // of people's own
};

constexpr FieldChoice kFormChoices[] = {{"connlog", "connlog's own JSON"},
                                        {"json", "Fields as JSON"},
                                        {"form", "Fields as a form"},
                                        {"text", "A text of your own"}};

constexpr Field kFields[] = {
    {.name = kUrl,
     .label = "Address (URL)",
     .type = FieldType::url,
     .required = true,
     .help = "Deliveries are signed; the secret is shown once after adding.",
     .example = "https://hooks.example.com/connlog",
     .address = true},
    {.name = kSecret,
     .label = "Signing secret",
     .type = FieldType::secret,
     .help =
         "Every delivery is signed with this secret (HMAC-SHA-256 over timestamp and body). Put it where the webhook is "
         "received.",
     .made_here = true},
    {.name = kForm, .label = "Body", .type = FieldType::choice, .default_value = "connlog", .choices = kFormChoices},
    {.name = kBody,
     .label = "Fields or text",
     .type = FieldType::lines,
     .help =
         "As JSON: lines such as text: {title}. As a form: lines such as text={title}. {title}, {text}, {severity}, "
         "{state}, {subject}, {url} and others stand for values; docs/channels.md lists them.",
     .highest = 8'000},
    {.name = kContentType,
     .label = "Content type of the text",
     .type = FieldType::text,
     .help = "Empty: text/plain. In application/json, text/html and forms values are encoded for it.",
     .highest = 100},
    {.name = kHeaders,
     .label = "More headers",
     .type = FieldType::secret_lines,
     .help = "One a line, such as Authorization: Bearer …. They are kept like a secret.",
     .highest = 8'000},
};

ChosenBody chosen_body(const FieldValues& values, const FieldSecrets& secrets) {
  ChosenBody chosen;
  chosen.form = parse_word<BodyForm>(values.text(kForm)).value_or(BodyForm::connlog);
  chosen.body = values.text(kBody);
  chosen.content_type = values.text(kContentType);
  chosen.headers = secrets.reveal(kHeaders);
  return chosen;
}

// Signed, as the receiver is told above.
Delivery signed_post(const std::string& url, const std::string& secret, const Post& post) {
  HttpRequest request = json_post(url, post.body);
  request.headers = post.headers;
  request.headers.push_back({"Content-Type", post.content_type});
  const std::string timestamp = std::to_string(post.now.micros / 1'000'000);
  request.headers.push_back({"X-ConnLog-Event", std::string(post.event)});
  request.headers.push_back({"X-ConnLog-Delivery", delivery_id(post.message_id)});
  request.headers.push_back({"X-ConnLog-Timestamp", timestamp});
  request.headers.push_back({"X-ConnLog-Signature", webhook_signature(secret, timestamp, request.body)});
  return Delivery{WebhookDelivery{std::move(request)}, target_of_url(url)};
}

Result<Delivery> prepare(const Outgoing& out) {
  const MessageFacts& facts = out.facts;
  const ChosenBody chosen = chosen_body(out.values, out.secrets);
  Post post{webhook_event(facts.announcement.kind), {}, facts.message_id, facts.now};
  FilledBody filled;
  if (chosen.form != BodyForm::connlog || !chosen.headers.empty()) filled = fill(chosen, placeholder_values(facts));
  if (chosen.form == BodyForm::connlog) {
    post.body = render_webhook_body(facts);
  } else {
    post.body = std::move(filled.body);
    post.content_type = std::move(filled.content_type);
  }
  post.headers = std::move(filled.headers);
  return signed_post(out.values.text(kUrl), std::string(out.secrets.reveal(kSecret)), post);
}

// The path may hold a key of the receiver's, so only the host is shown.
std::string shown(const FieldValues& values, const FieldSecrets&) {
  return host_of_url(values.text(kUrl));
}

std::string target(const FieldValues& values, const FieldSecrets&) {
  return target_of_url(values.text(kUrl));
}

// A body of people's own goes to a chat or the like.
bool is_for_people(const FieldValues& values) {
  return parse_word<BodyForm>(values.text(kForm)).value_or(BodyForm::connlog) != BodyForm::connlog;
}

Result<void> check(const FieldValues& values, const FieldSecrets& secrets) {
  return check_chosen_body(chosen_body(values, secrets));
}

}  // namespace

Result<Delivery> webhook_delivery(const NotifyDependencies& needs, const Recipient& recipient, std::string_view event,
                                  std::string body, const std::string& message_id, Instant now) {
  const FieldSecrets secrets = TRY(open_secrets(needs.keyring, recipient));
  Delivery delivery = signed_post(recipient.fields.text(kUrl), std::string(secrets.reveal(kSecret)),
                                  {event, std::move(body), message_id, now, "application/json",
                                   fill({.headers = std::string(secrets.reveal(kHeaders))}, {}).headers});
  delivery.networks = networks_of(needs, recipient.workspace);
  return delivery;
}

extern const ChannelKind kWebhookChannel;
constexpr ChannelKind kWebhookChannel{.word = "webhook",
                                      .title = "Webhook",
                                      .icon = "webhook",
                                      .fields = kFields,
                                      .prepare = prepare,
                                      .shown = shown,
                                      .target = target,
                                      .check = check,
                                      .leak_field = kSecret,
                                      .secret_prefix = "whsec_",
                                      .can = {.machine = true},
                                      .is_for_people = is_for_people};

}  // namespace connlog
