// Turns a row of the outbox into a delivery that can be sent: reads workspace and recipient in the caller's snapshot,
// opens the recipient's secrets, and has the recipient's channel prepare the rest. Touches no network; the outbox thread
// calls it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/notify/courier.h"
#include "core/notify/message.h"
#include "core/notify/notification.h"
#include "core/notify/notify.h"

namespace connlog {

struct Prepared {
  Delivery delivery;
  std::string shown;  // the recipient's, at present
};

// The announcement to which the row refers. Errors: not_found when it is gone.
Result<Announcement> announcement_of(const NotifyDependencies& needs, Snapshot& snapshot,
                                     const Notification& notification);

// Errors: not_found when the recipient or the incident is gone, the recipient is switched off, or this version does not
// know its channel: nothing to send.
// Every other error is worth another try.
Result<Prepared> prepare(const NotifyDependencies& needs, Snapshot& snapshot, const Notification& notification,
                         const Announcement& announcement, Instant now);

// What a delivery of the workspace may reach (Delivery::networks).
std::shared_ptr<const std::vector<AddressRange>> networks_of(const NotifyDependencies& needs, WorkspaceId workspace);

// What is said of a channel that has no row in the table.
Error unknown_channel(std::string_view word);

// A test of the appliance's mail settings, to any address.
Result<Prepared> prepare_mail_test(const NotifyDependencies& needs, Snapshot& snapshot, const std::string& to,
                                   const std::string& message_id, Instant now);

// A mail with the given text, sent with the appliance's mail settings. Errors: conflict without mail settings.
Result<Delivery> mail_delivery(const NotifyDependencies& needs, Snapshot& snapshot, MailText text,
                               const std::string& to, const std::string& message_id, Instant now,
                               const std::string& in_reply_to = {});

// The same with settings that the caller holds; touches no database. For news about the database itself.
Result<Delivery> mail_delivery(const NotifyDependencies& needs, const MailSettings& settings, MailText text,
                               const std::string& to, const std::string& message_id, Instant now,
                               const std::string& in_reply_to = {});

// By what mails are limited: one mail server serves all.
inline constexpr std::string_view kMailTarget = "mail";

// A signed POST of `body` to a recipient of the kind "webhook" (channels/webhook.cpp); touches no database.
Result<Delivery> webhook_delivery(const NotifyDependencies& needs, const Recipient& recipient, std::string_view event,
                                  std::string body, const std::string& message_id, Instant now);

// The mail of an alert: with the link to unsubscribe, and as an answer to the mail with the stored id `in_reply_to`.
Result<Delivery> alert_mail(const NotifyDependencies& needs, Snapshot& snapshot, const MessageFacts& facts,
                            const std::string& to, const std::string& in_reply_to);

}  // namespace connlog
