// Turns a row of the outbox into something that can be sent: reads what it tells, workspace, recipient and mail settings in the
// caller's snapshot, renders, signs. Touches no network; the outbox thread calls it.
#pragma once

#include <string>

#include "core/base/result.h"
#include "core/notify/courier.h"
#include "core/notify/message.h"
#include "core/notify/notification.h"
#include "core/notify/notify.h"

namespace connlog {

struct Prepared {
  Delivery delivery;
  std::string address;  // where it goes: the recipient's present address
};

// Errors: not_found (recipient or incident are gone, or the recipient is switched off: there is nobody to tell), everything
// else is worth another try.
Result<Prepared> prepare(const NotifyDependencies& needs, Snapshot& snapshot, const Notification& notification,
                         Instant now);

// A test of the appliance's mail settings, to whomever.
Result<Prepared> prepare_mail_test(const NotifyDependencies& needs, Snapshot& snapshot, const std::string& to,
                                   const std::string& message_id, Instant now);

// A mail with a text of its own, by the appliance's mail settings. Errors: conflict while there are none.
Result<Delivery> mail_delivery(const NotifyDependencies& needs, Snapshot& snapshot, MailText text,
                               const std::string& to, const std::string& message_id, Instant now,
                               const std::string& in_reply_to = {});

// "mail", or a webhook's "host:port": what is slow or down together.
std::string target_of(Channel channel, const std::string& address);

inline constexpr std::string_view kWebhookSecretPrefix = "whsec_";
inline constexpr std::string_view kWebhookSecretContext = "recipient.secret";  // of the seal; stored, never renamed

}  // namespace connlog
