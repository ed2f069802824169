// The webhook's wire form. A delivery is a POST of this JSON with the headers
//   X-ConnLog-Timestamp: seconds since 1970, when this attempt was made
//   X-ConnLog-Signature: v1=<hex HMAC-SHA-256 under the recipient's secret of "<timestamp>.<body>">
//   X-ConnLog-Delivery:  the notification's id, the same at every attempt, so a receiver can drop repetitions
// Any 2xx means delivered. Fields are added, never renamed or removed, while "version" is 1.
#include <sodium.h>

#include <array>
#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/notify/message.h"

namespace connlog {
namespace {

using nlohmann::ordered_json;

ordered_json time_or_null(Instant at) {
  return at.is_set() ? ordered_json(to_iso8601(at)) : ordered_json(nullptr);
}
ordered_json text_or_null(const std::string& text) {
  return text.empty() ? ordered_json(nullptr) : ordered_json(text);
}

}  // namespace

std::string_view webhook_event(Notification::Kind kind) {
  switch (kind) {
    case Notification::Kind::incident_opened:
      return "incident.opened";
    case Notification::Kind::incident_resolved:
      return "incident.resolved";
    case Notification::Kind::test:
      break;
  }
  return "test";
}

std::string render_webhook_body(const MessageFacts& facts) {
  ordered_json body = {
      {"version", 1},
      {"delivery", delivery_id(facts.message_id)},
      {"event", webhook_event(facts.kind)},
      {"sent_at", to_iso8601(facts.now)},
      {"workspace",
       {{"id", facts.workspace.id.text()}, {"slug", facts.workspace.slug}, {"name", facts.workspace.name}}},
      {"incident", nullptr},
  };
  if (facts.incident) {
    const AnnouncedIncident& incident = *facts.incident;
    body["incident"] = {
        {"id", incident.id.text()},
        {"state", incident.resolved_at.is_set() ? "resolved" : "open"},
        {"kind", incident.kind},
        {"severity", incident.severity},
        {"summary", incident.summary},
        {"rule", {{"id", incident.rule.text()}, {"sentence", incident.rule_sentence}}},
        {"agent", {{"id", incident.agent.text()}, {"name", incident.agent_name}}},
        {"opened_at", to_iso8601(incident.opened_at)},
        {"acknowledged_at", time_or_null(incident.acknowledged_at)},
        {"acknowledged_by", text_or_null(incident.acknowledged_by)},
        {"resolved_at", time_or_null(incident.resolved_at)},
        {"resolution", text_or_null(incident.resolution)},
        {"url", incident_url(facts)},
    };
  }
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

std::string make_message_id(const NotificationId& id, std::string_view public_url) {
  const std::size_t scheme = public_url.find("://");
  std::string_view host = scheme == std::string_view::npos ? public_url : public_url.substr(scheme + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  if (host.starts_with('['))
    host = host.substr(0, host.find(']') + 1);
  else
    host = host.substr(0, host.find(':'));
  std::string plain;
  for (const char c : host) {
    const bool fit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
    if (fit) plain += c;
  }
  return "<" + id.text() + "@" + (plain.empty() ? "connlog" : plain) + ">";
}

std::string delivery_id(const std::string& message_id) {
  const bool bracketed = message_id.size() >= 2 && message_id.front() == '<' && message_id.back() == '>';
  return bracketed ? message_id.substr(1, message_id.size() - 2) : message_id;
}

std::string in_angle_brackets(const std::string& message_id) {
  return message_id.empty() ? std::string() : "<" + delivery_id(message_id) + ">";
}

}  // namespace connlog
