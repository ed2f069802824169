// The channel "webhook": any program that takes a POST. A delivery is a POST of this JSON with the headers
//   X-ConnLog-Timestamp: seconds since 1970, when this attempt was made
//   X-ConnLog-Signature: v1=<hex HMAC-SHA-256 under the recipient's secret of "<timestamp>.<body>">
//   X-ConnLog-Delivery:  the notification's id, the same at every attempt, so a receiver can drop repetitions
// Any 2xx means delivered. Fields are added, never renamed or removed, while "version" is 1. Pure; any thread.
#include "core/notify/channel.h"

#include <sodium.h>

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/text.h"
#include "core/notify/message.h"
#include "core/notify/prepare.h"

namespace connlog {
namespace {

constexpr std::string_view kUrl = "url";
constexpr std::string_view kSecret = "secret";

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
    case Announcement::Kind::test:
      break;
  }
  return "test";
}

namespace {

// The incident as it is now, with what was said of it then.
ordered_json incident_of(const MessageFacts& facts) {
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
  };
}

ordered_json summary_of(const MessageFacts& facts) {
  const Announcement& told = facts.announcement;
  ordered_json incidents = ordered_json::array();
  for (const IncidentId& id : told.incidents) incidents.push_back(id.text());
  return {{"text", told.headline}, {"incidents", std::move(incidents)}, {"url", link_of(facts)}};
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
  if (facts.announcement.kind == Announcement::Kind::summary) body["summary"] = summary_of(facts);
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
};

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
};

// Signed, as the receiver is told above.
Delivery signed_post(const std::string& url, const std::string& secret, const Post& post) {
  HttpRequest request = json_post(url, post.body);
  const std::string timestamp = std::to_string(post.now.micros / 1'000'000);
  request.headers.push_back({"X-ConnLog-Event", std::string(post.event)});
  request.headers.push_back({"X-ConnLog-Delivery", delivery_id(post.message_id)});
  request.headers.push_back({"X-ConnLog-Timestamp", timestamp});
  request.headers.push_back({"X-ConnLog-Signature", webhook_signature(secret, timestamp, request.body)});
  return Delivery{WebhookDelivery{std::move(request)}, target_of_url(url)};
}

Result<Delivery> prepare(const Outgoing& out) {
  const MessageFacts& facts = out.facts;
  return signed_post(out.values.text(kUrl), std::string(out.secrets.reveal(kSecret)),
                     {webhook_event(facts.announcement.kind), render_webhook_body(facts), facts.message_id, facts.now});
}

// The path may hold a key of the receiver's, so only the host is shown.
std::string shown(const FieldValues& values, const FieldSecrets&) {
  return host_of_url(values.text(kUrl));
}

std::string target(const FieldValues& values, const FieldSecrets&) {
  return target_of_url(values.text(kUrl));
}

}  // namespace

Result<Delivery> webhook_delivery(const NotifyDependencies& needs, const Recipient& recipient, std::string_view event,
                                  std::string body, const std::string& message_id, Instant now) {
  const FieldSecrets secrets = TRY(open_secrets(needs.keyring, recipient));
  Delivery delivery = signed_post(recipient.fields.text(kUrl), std::string(secrets.reveal(kSecret)),
                                  {event, std::move(body), message_id, now});
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
                                      .leak_field = kSecret,
                                      .secret_prefix = "whsec_"};

}  // namespace connlog
