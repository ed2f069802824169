#include "web/api/notify/views.h"

#include <nlohmann/json.hpp>

#include "web/api/views.h"

namespace connlog::web {
namespace {

using nlohmann::json;

// The words of the API; the stores have the same ones.
// Being sent is not yet sent.
std::string_view word(Notification::State state) {
  return to_text(state == Notification::State::leased ? Notification::State::queued : state);
}

// "22:00"; null: none.
json minute_view(int minute) {
  return minute < 0 ? json(nullptr) : json(minute_text(minute));
}

// Only what the kind's fields name: of a kind that this version does not know, nobody can say what is in it.
json fields_view(const Recipient& recipient) {
  json fields = json::object();
  const ChannelKind* kind = all_channels().find(recipient.channel);
  if (kind == nullptr) return fields;
  for (const Field& field : kind->fields) {
    const FieldValue* value = is_secret(field) ? nullptr : recipient.fields.find(field.name);
    if (value != nullptr) std::visit([&](const auto& plain) { fields[std::string(field.name)] = plain; }, *value);
  }
  return fields;
}

}  // namespace

json field_view(const Field& field) {
  json choices = json::array();
  for (const FieldChoice& choice : field.choices) choices.push_back({{"word", choice.word}, {"label", choice.label}});
  json standard = nullptr;
  if (!field.default_value.empty()) standard = field.default_value;
  return {{"name", field.name},           {"label", field.label},
          {"type", to_text(field.type)},  {"required", field.required},
          {"secret", is_secret(field)},   {"made_here", field.made_here},
          {"address", field.address},     {"help", field.help},
          {"example", field.example},     {"default", std::move(standard)},
          {"lowest", field.lowest},       {"highest", field.highest},
          {"choices", std::move(choices)}};
}

json view(const ChannelKind& kind) {
  json fields = json::array();
  for (const Field& field : kind.fields) fields.push_back(field_view(field));
  return {{"kind", kind.word},
          {"title", kind.title},
          {"icon", kind.icon},
          {"fields", std::move(fields)},
          {"needs_consent", kind.needs_consent},
          {"needs_code", kind.needs_code},
          {"can", {{"thread", kind.can.thread}, {"update", kind.can.update}, {"two_way", kind.can.two_way}}}};
}

json view(const Recipient& recipient) {
  return {{"id", recipient.id.text()},
          {"name", recipient.name},
          {"kind", recipient.channel},
          {"known", all_channels().find(recipient.channel) != nullptr},
          {"fields", fields_view(recipient)},
          {"secrets_set", secrets_set(recipient)},
          {"shown", recipient.shown},
          {"receives_by_default", recipient.receives_by_default},
          {"enabled", recipient.enabled},
          {"last_tested_at", time_view(recipient.last_tested_at)},
          {"last_test_answer", recipient.last_test_answer},
          {"consent", to_text(recipient.consent)},
          {"consent_at", time_view(recipient.consent_at)},
          {"consent_asked_at", time_view(recipient.consent_asked_at)},
          {"zone", recipient.zone},
          {"quiet_from", minute_view(recipient.quiet_from)},
          {"quiet_to", minute_view(recipient.quiet_to)},
          {"digest_at", minute_view(recipient.digest_at)},
          {"weekly", recipient.weekly},
          {"version", recipient.version},
          {"created_at", time_view(recipient.created_at)}};
}

json view(const RecipientReaders::Own& own) {
  const auto& [recipient, workspace] = own;
  return {{"id", recipient.id.text()},
          {"workspace", {{"id", workspace.id.text()}, {"slug", workspace.slug}, {"name", workspace.name}}},
          {"name", recipient.name},
          {"kind", recipient.channel},
          {"shown", recipient.shown},
          {"zone", recipient.zone},
          {"quiet_from", minute_view(recipient.quiet_from)},
          {"quiet_to", minute_view(recipient.quiet_to)},
          {"digest_at", minute_view(recipient.digest_at)},
          {"weekly", recipient.weekly}};
}

json view(const ChatAccount& account) {
  return {{"service", account.service},
          {"account", account.account},
          {"name", account.name},
          {"linked_at", time_view(account.linked_at)},
          {"last_used_at", time_view(account.last_used_at)}};
}

json view(const LoggedDelivery& delivery) {
  const auto& [notification, announcement] = delivery;
  // Of many at once none is named: they may be about subjects that the reader does not see.
  const IncidentId incident = announcement.incidents.size() == 1 ? announcement.incidents.front() : IncidentId{};
  return {{"id", notification.id.text()},
          {"kind", to_text(announcement.kind)},
          {"headline", announcement.headline},
          {"subject_id", id_view(announcement.subject)},
          {"subject_name", announcement.subject_name},
          {"incident_id", id_view(incident)},
          {"incidents", announcement.incidents.size()},
          {"recipient_id", notification.recipient.text()},
          {"channel", notification.channel},
          {"shown", notification.shown},
          {"state", word(notification.state)},
          {"attempts", notification.attempts},
          {"created_at", time_view(notification.created_at)},
          {"next_attempt_at", time_view(notification.next_attempt_at)},
          {"sent_at", time_view(notification.sent_at)},
          {"last_error", notification.last_error},
          {"answer", notification.answer}};
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
          {"ca_pem", mail.ca_pem},
          {"helo_name", mail.helo_name},
          {"login", to_text(mail.login)}};
}

json view(const MailTrouble& trouble) {
  return {{"since", time_view(trouble.since)}, {"at", time_view(trouble.at)}, {"answer", trouble.answer}};
}

}  // namespace connlog::web
