#include "web/api/notify/views.h"

#include <nlohmann/json.hpp>

#include "web/api/views.h"

namespace connlog::web {
namespace {

using nlohmann::json;

// The words of the API; the stores have the same ones.
std::string_view word(Channel channel) {
  return channel == Channel::mail ? "mail" : "webhook";
}

// Being sent is not yet sent.
std::string_view word(Notification::State state) {
  return to_text(state == Notification::State::leased ? Notification::State::queued : state);
}

}  // namespace

json view(const Recipient& recipient) {
  return {{"id", recipient.id.text()},
          {"name", recipient.name},
          {"channel", word(recipient.channel)},
          {"address", recipient.address},
          {"receives_by_default", recipient.receives_by_default},
          {"enabled", recipient.enabled},
          {"last_tested_at", time_view(recipient.last_tested_at)},
          {"last_test_answer", recipient.last_test_answer},
          {"consent", to_text(recipient.consent)},
          {"consent_at", time_view(recipient.consent_at)},
          {"consent_asked_at", time_view(recipient.consent_asked_at)},
          {"version", recipient.version},
          {"created_at", time_view(recipient.created_at)}};
}

json view(const Notification& notification) {
  return {{"id", notification.id.text()},
          {"incident_id", id_view(notification.incident)},
          {"recipient_id", notification.recipient.text()},
          {"kind", to_text(notification.kind)},
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
          {"security", to_text(mail.security)},
          {"username", mail.username},
          {"has_password", !mail.sealed_password.empty()},
          {"from_address", mail.from_address},
          {"from_name", mail.from_name},
          {"ca_pem", mail.ca_pem}};
}

}  // namespace connlog::web
