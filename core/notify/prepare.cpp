#include "core/notify/prepare.h"

#include <fmt/format.h>

#include "core/crypto/sealed.h"
#include "core/net/http_url.h"
#include "core/notify/consent.h"
#include "core/notify/mail_settings.h"
#include "core/notify/message.h"

namespace connlog {
namespace {

constexpr milliseconds kWebhookConnectTimeout{10'000};
constexpr milliseconds kWebhookTimeout{20'000};
constexpr std::size_t kWebhookAnswerMax = 64 * 1024;  // read and thrown away

Result<Delivery> mail(const NotifyDependencies& needs, Snapshot& snapshot, const MessageFacts& facts,
                      const std::string& to, const std::string& in_reply_to) {
  Delivery delivery =
      TRY(mail_delivery(needs, snapshot, render_mail(facts), to, facts.message_id, facts.now, in_reply_to));
  std::get<MailDelivery>(delivery.content).message.unsubscribe_url = facts.unsubscribe_url;
  return delivery;
}

Result<Delivery> webhook(const NotifyDependencies& needs, const MessageFacts& facts, const Recipient& recipient) {
  const Secret secret = TRY(unseal(needs.keyring, kWebhookSecretContext, recipient.sealed_secret));
  HttpRequest request;
  request.method = "POST";
  request.url = recipient.address;
  request.body = render_webhook_body(facts);
  const std::string timestamp = std::to_string(facts.now.micros / 1'000'000);
  request.headers = {
      {"Content-Type", "application/json"},
      {"X-ConnLog-Event", std::string(webhook_event(facts.kind))},
      {"X-ConnLog-Delivery", delivery_id(facts.message_id)},
      {"X-ConnLog-Timestamp", timestamp},
      {"X-ConnLog-Signature", webhook_signature(secret.reveal(), timestamp, request.body)},
  };
  request.connect_timeout = kWebhookConnectTimeout;
  request.timeout = kWebhookTimeout;
  request.answer_bytes_max = kWebhookAnswerMax;
  return Delivery{WebhookDelivery{std::move(request)}, target_of(Channel::webhook, recipient.address)};
}

}  // namespace

Result<Delivery> mail_delivery(const NotifyDependencies& needs, Snapshot& snapshot, MailText text,
                               const std::string& to, const std::string& message_id, Instant now,
                               const std::string& in_reply_to) {
  const MailSettings settings = TRY(load_mail_settings(needs.settings, snapshot));
  if (!settings.configured) {
    return Error{ErrorCode::conflict, "Mail is not set up yet: enter the mail server under Appliance, Mail."};
  }
  MailDelivery delivery;
  delivery.server = TRY(mail_server(settings, needs.keyring, needs.public_url));
  delivery.message = {settings.from_address,
                      settings.from_name,
                      to,
                      std::move(text.headline),
                      std::move(text.text),
                      std::move(text.html),
                      in_angle_brackets(message_id),
                      in_angle_brackets(in_reply_to),
                      now};
  // A copy of the heads that an attacker on this machine cannot change: `connlog audit verify --head` takes it.
  if (needs.trails != nullptr) delivery.message.audit_head = to_text(needs.trails->heads());
  return Delivery{std::move(delivery), target_of(Channel::mail, to)};
}

std::string target_of(Channel channel, const std::string& address) {
  if (channel == Channel::mail) return "mail";
  const auto url = check_http_url(address, "address");
  return url ? fmt::format("{}:{}", url->host, url->port) : "?";
}

Result<Prepared> prepare(const NotifyDependencies& needs, Snapshot& snapshot, const Notification& notification,
                         Instant now) {
  const auto recipient = TRY(needs.recipients.find(snapshot, notification.workspace, notification.recipient));
  if (!recipient) return Error{ErrorCode::not_found, "The recipient was removed before it could be told."};
  if (!recipient->enabled && notification.kind != Notification::Kind::test) {
    return Error{ErrorCode::not_found, "The recipient was switched off before it could be told."};
  }
  if (recipient->consent != Recipient::Consent::confirmed) {
    return Error{ErrorCode::not_found, recipient->consent == Recipient::Consent::unsubscribed
                                           ? "The recipient unsubscribed."
                                           : "The recipient has not confirmed that it wants alerts."};
  }
  auto workspace = TRY(needs.workspaces.find(snapshot, notification.workspace));
  if (!workspace) return Error{ErrorCode::not_found, "The workspace does not exist any more."};

  MessageFacts facts;
  facts.kind = notification.kind;
  facts.message_id = notification.message_id;
  facts.workspace = *std::move(workspace);
  facts.recipient_name = recipient->name;
  if (recipient->channel == Channel::mail)
    facts.unsubscribe_url = needs.public_url + unsubscribe_place(needs.keyring, *recipient);
  facts.public_url = needs.public_url;
  facts.now = now;
  std::string opening;
  if (notification.kind != Notification::Kind::test) {
    facts.incident = TRY(needs.announcements.find(snapshot, notification.workspace, notification.incident));
    if (!facts.incident) return Error{ErrorCode::not_found, "The incident does not exist any more."};
  }
  if (notification.kind == Notification::Kind::incident_resolved) {
    const auto id = TRY(needs.outbox.opening_message_id(snapshot, notification.workspace, notification.incident,
                                                        notification.recipient));
    opening = id.value_or("");
  }
  // The recipient's channel never changes; its address may have changed since the row was queued.
  Delivery delivery =
      TRY(recipient->channel == Channel::mail ? mail(needs, snapshot, facts, recipient->address, opening)
                                              : webhook(needs, facts, *recipient));
  return Prepared{std::move(delivery), recipient->address};
}

Result<Prepared> prepare_mail_test(const NotifyDependencies& needs, Snapshot& snapshot, const std::string& to,
                                   const std::string& message_id, Instant now) {
  MessageFacts facts;
  facts.kind = Notification::Kind::test;
  facts.message_id = message_id;
  facts.public_url = needs.public_url;
  facts.now = now;
  auto delivery = TRY(mail(needs, snapshot, facts, to, {}));
  return Prepared{std::move(delivery), to};
}

}  // namespace connlog
