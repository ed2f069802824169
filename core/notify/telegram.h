// What the channel "telegram" (channels/telegram.cpp) and the poller of its buttons (telegram_polls.h) share: the fields of a
// recipient, a call of the Bot API, and what a button carries. Pure; any thread.
//
// Telegram's clients can send any text as that of a button, so it proves nothing: the poller looks up what it names and asks who
// pressed it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/id.h"
#include "core/net/http_client.h"
#include "core/notify/notification.h"

namespace connlog::telegram {

inline constexpr std::string_view kWord = "telegram";
inline constexpr std::string_view kToken = "token";
inline constexpr std::string_view kChat = "chat";
inline constexpr std::string_view kTopic = "topic";
inline constexpr std::string_view kButtons = "buttons";
inline constexpr std::string_view kServer = "server";
// The only server whose word about who pressed a button is believed: one that a workspace names could say anything.
inline constexpr std::string_view kOwnServer = "https://api.telegram.org";

// "123456789": the part of a token that is no secret; empty where it is no token.
std::string_view bot_of(std::string_view token);
// A POST of JSON to https://api.telegram.org/bot<token>/<method>.
HttpRequest call(std::string_view server, std::string_view token, std::string_view method, std::string body);

// "ack:<uuid>": of the delivery whose incidents the button acknowledges. At most 64 bytes.
std::string button_data(std::string_view message_id);
std::optional<NotificationId> notification_of(std::string_view button_data);

// A text as Telegram's HTML shows it: no markup, no mention of a person.
std::string escaped(std::string_view text);

}  // namespace connlog::telegram
