// Turns a row of the outbox into a delivery that can be sent: reads the incident, workspace, recipient and mail
// settings in the caller's snapshot, renders, signs. Touches no network; the outbox thread calls it.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/notify/courier.h"
#include "core/notify/message.h"
#include "core/notify/notification.h"
#include "core/notify/notify.h"

namespace connlog {

struct Prepared {
  Delivery delivery;
  std::string address;  // the recipient's present address
};

// Errors: not_found when the recipient or the incident is gone, or the recipient is switched off: nothing to send.
// Every other error is worth another try.
Result<Prepared> prepare(const NotifyDependencies& needs, Snapshot& snapshot, const Notification& notification,
                         Instant now);

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

// A signed POST of `body` to a webhook; touches no database.
Result<Delivery> webhook_delivery(const NotifyDependencies& needs, const Recipient& recipient, std::string_view event,
                                  std::string body, const std::string& message_id, Instant now);

// "mail", or a webhook's "host:port": deliveries to one target are slow or down together.
std::string target_of(Channel channel, const std::string& address);

inline constexpr std::string_view kWebhookSecretPrefix = "whsec_";
inline constexpr std::string_view kWebhookSecretContext = "recipient.secret";  // of the seal; stored, never renamed

}  // namespace connlog
