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
      return "queued";  // being sent is not yet sent
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
          {"ca_pem", mail.ca_pem},
          {"helo_name", mail.helo_name},
          {"login", to_text(mail.login)}};
}

json view(const MailTrouble& trouble) {
  return {{"since", time_view(trouble.since)}, {"at", time_view(trouble.at)}, {"answer", trouble.answer}};
}

}  // namespace connlog::web
