// How channels, recipients, notifications and the mail settings look in JSON (web/api/views.h says what views promise). Pure; any
// thread.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/notify/channel.h"
#include "core/notify/chat_accounts.h"
#include "core/notify/notification.h"
#include "core/notify/notify.h"
#include "core/notify/reader_hours.h"

namespace connlog::web {

nlohmann::json field_view(const Field&);  // of a kind, for its form
nlohmann::json view(const ChannelKind&);
nlohmann::json view(const Recipient&);
nlohmann::json view(const RecipientReaders::Own&);
nlohmann::json view(const ChatAccount&);
nlohmann::json view(const LoggedDelivery&);
nlohmann::json view(const MailSettings&);
nlohmann::json view(const MailTrouble&);

}  // namespace connlog::web
