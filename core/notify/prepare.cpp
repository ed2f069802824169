#include "core/notify/prepare.h"

#include <fmt/format.h>

#include <algorithm>
#include <algorithm>
#include <utility>

#include "core/net/mail_header.h"
#include "core/notify/ack_offer.h"
#include "core/notify/channel.h"
#include "core/notify/consent.h"
#include "core/notify/mail_settings.h"
#include "core/notify/message.h"
#include "core/people/workspace_networks.h"

namespace connlog {

std::shared_ptr<const std::vector<AddressRange>> networks_of(const NotifyDependencies& needs, WorkspaceId workspace) {
  return needs.networks == nullptr ? nullptr : needs.networks->of(workspace);
}

Error unknown_channel(std::string_view word) {
  return Error{ErrorCode::not_found,
               fmt::format("This version of connlog does not know the channel \"{}\". A later one made this recipient.",
                           flattened(word, 40))};
}

Result<Delivery> mail_delivery(const NotifyDependencies& needs, Snapshot& snapshot, MailText text,
                               const std::string& to, const std::string& message_id, Instant now,
                               const std::string& in_reply_to) {
  const MailSettings settings = TRY(load_mail_settings(needs.settings, snapshot));
  return mail_delivery(needs, settings, std::move(text), to, message_id, now, in_reply_to);
}

Result<Delivery> mail_delivery(const NotifyDependencies& needs, const MailSettings& settings, MailText text,
                               const std::string& to, const std::string& message_id, Instant now,
                               const std::string& in_reply_to) {
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
  return Delivery{std::move(delivery), std::string(kMailTarget)};
}

Result<Delivery> alert_mail(const NotifyDependencies& needs, Snapshot& snapshot, const MessageFacts& facts,
                            const std::string& to, const std::string& in_reply_to) {
  Delivery delivery =
      TRY(mail_delivery(needs, snapshot, render_mail(facts), to, facts.message_id, facts.now, in_reply_to));
  std::get<MailDelivery>(delivery.content).message.unsubscribe_url = facts.unsubscribe_url;
  return delivery;
}

Result<Announcement> announcement_of(const NotifyDependencies& needs, Snapshot& snapshot,
                                     const Notification& notification) {
  auto found = TRY(needs.announcements.find(snapshot, notification.workspace, notification.announcement));
  if (!found) return Error{ErrorCode::not_found, "What it tells of does not exist any more."};
  return *std::move(found);
}

namespace {

using Kind = Announcement::Kind;

// Who may be told, and by which channel. A test and a code also go where alerts are switched off, and a code where nobody has
// confirmed yet: it is how they do.
Result<const ChannelKind*> checked_kind(const NotifyDependencies& needs, const Recipient& recipient, Kind told) {
  if (!recipient.enabled && told != Kind::test && told != Kind::code)
    return Error{ErrorCode::not_found, "The recipient was switched off before it could be told."};
  const bool asks = told == Kind::code && recipient.consent == Recipient::Consent::unconfirmed;
  if (recipient.consent != Recipient::Consent::confirmed && !asks) {
    return Error{ErrorCode::not_found, recipient.consent == Recipient::Consent::unsubscribed
                                           ? "The recipient unsubscribed."
                                           : "The recipient has not confirmed that it wants alerts."};
  }
  const ChannelKind* kind = needs.channels.find(recipient.channel);
  if (kind == nullptr) return unknown_channel(recipient.channel);
  return kind;
}

constexpr std::int64_t kStandingsLookedAt = 500;

// Tells of one incident, and says how it stands now.
bool is_of_one(Kind kind) {
  return kind == Kind::incident_opened || kind == Kind::incident_resolved || kind == Kind::reminder;
}
bool is_of_many(Kind kind) {
  return kind == Kind::group || kind == Kind::digest;
}

// What has changed since the announcement was written. A message that had to wait says so.
Result<void> read_standings(const NotifyDependencies& needs, Snapshot& snapshot, MessageFacts& facts) {
  const Announcement& told = facts.announcement;
  if (is_of_one(told.kind)) {
    if (!told.incidents.empty())
      facts.standing = TRY(needs.incidents.standing(snapshot, told.workspace, told.incidents.front()));
    if (!facts.standing) return Error{ErrorCode::not_found, "The incident does not exist any more."};
  }
  if (!is_of_many(told.kind)) return {};
  std::int64_t looked_at = 0;
  std::vector<IncidentId> recovered = told.recovered;
  std::ranges::sort(recovered);
  for (const IncidentId& incident : told.incidents) {
    if (std::ranges::binary_search(recovered, incident)) continue;
    if (++looked_at > kStandingsLookedAt) break;
    const auto standing = TRY(needs.incidents.standing(snapshot, told.workspace, incident));
    if (standing && standing->resolved_at.is_set()) facts.over_by_now += 1;
  }
  return {};
}

// By mail alone, and only while there is something to acknowledge.
void offer_acknowledge(const NotifyDependencies& needs, const Notification& notification, MessageFacts& facts) {
  const Announcement& told = facts.announcement;
  if (facts.standing && facts.standing->resolved_at.is_set()) return;
  if (facts.standing && facts.standing->acknowledged_at.is_set()) return;
  const auto began = static_cast<std::int64_t>(told.incidents.size() - std::min(told.incidents.size(), told.recovered.size()));
  if (is_of_many(told.kind) && facts.over_by_now >= began) return;
  auto offer = ack_offer(needs.keyring, notification, told, needs.public_url);
  if (!offer) return;
  facts.ack_url = std::move(offer->url);
  facts.ack_number = std::move(offer->number);
}

}  // namespace

Result<Prepared> prepare(const NotifyDependencies& needs, Snapshot& snapshot, const Notification& notification,
                         const Announcement& announcement, Instant now) {
  const auto recipient = TRY(needs.recipients.find(snapshot, notification.workspace, notification.recipient));
  if (!recipient) return Error{ErrorCode::not_found, "The recipient was removed before it could be told."};
  const ChannelKind* kind = TRY(checked_kind(needs, *recipient, announcement.kind));
  auto workspace = TRY(needs.workspaces.find(snapshot, notification.workspace));
  if (!workspace) return Error{ErrorCode::not_found, "The workspace does not exist any more."};

  MessageFacts facts;
  facts.announcement = announcement;
  facts.message_id = notification.message_id;
  facts.workspace = *std::move(workspace);
  facts.recipient_name = recipient->name;
  if (kind->needs_consent) facts.unsubscribe_url = needs.public_url + unsubscribe_place(needs.keyring, *recipient);
  facts.public_url = needs.public_url;
  facts.now = now;
  std::optional<OpeningMessage> opening;
  TRY(read_standings(needs, snapshot, facts));
  offer_acknowledge(needs, notification, facts);
  if (announcement.kind == Announcement::Kind::incident_resolved) {
    opening = TRY(needs.outbox.opening(snapshot, notification.workspace, announcement.incidents.front(),
                                       notification.recipient));
  }
  // The recipient's channel never changes; where it goes may have changed since the row was queued.
  const FieldSecrets secrets = TRY(open_secrets(needs.keyring, *recipient));
  Delivery delivery = TRY(kind->prepare(
      {needs, snapshot, facts, recipient->fields, secrets, std::move(opening).value_or(OpeningMessage{}),
       std::max(notification.attempts, 1)}));
  delivery.remote_id = kind->remote_id;
  delivery.judge_answer = kind->judge_answer;
  delivery.networks = networks_of(needs, notification.workspace);
  return Prepared{std::move(delivery), recipient->shown};
}

Result<Prepared> prepare_mail_test(const NotifyDependencies& needs, Snapshot& snapshot, const std::string& to,
                                   const std::string& message_id, Instant now) {
  MessageFacts facts;
  facts.announcement.kind = Announcement::Kind::test;
  facts.message_id = message_id;
  facts.public_url = needs.public_url;
  facts.now = now;
  auto delivery = TRY(alert_mail(needs, snapshot, facts, to, {}));
  return Prepared{std::move(delivery), to};
}

}  // namespace connlog
