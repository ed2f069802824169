// What a mail carries so that its reader can acknowledge from it: a link and a number of two digits. The page behind the
// link offers three numbers, and only the one of the mail acknowledges, because mail scanners open links and submit forms.
// Nothing is stored: the token and the numbers follow from the notification's id and a derived key. Whether a link still
// works is for ack_links.h to say. Pure; any thread.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/id.h"
#include "core/crypto/keyring.h"
#include "core/notify/announcement.h"
#include "core/notify/notification.h"

namespace connlog {

struct AckOffer {
  std::string url;     // "https://monitor.example.com/ack#token=ack_…"; the token is in the fragment, so no server logs it
  std::string number;  // "47"
};

inline constexpr std::string_view kAckTokenPrefix = "ack_";
inline constexpr std::string_view kAckPath = "/ack#token=";

// Whether the announcement tells of something that can be acknowledged: an opening, a group with openings, a reminder, a
// summary. What says that somebody acknowledged (kFactAcknowledgedBy) offers nothing.
bool can_offer_ack(const Announcement& announcement);
// Of a mail (Notification::channel "mail") that tells of such; else nothing. `public_url`: without a slash at the end.
std::optional<AckOffer> ack_offer(const Keyring& keyring, const Notification& notification,
                                  const Announcement& announcement, std::string_view public_url);

// The token of the notification: its prefix and 96 lower-case hex digits.
std::string ack_token(const Keyring& keyring, WorkspaceId workspace, NotificationId notification);
struct AckName {
  WorkspaceId workspace;
  NotificationId notification;
};
// Whose token it is; nothing: no token of this appliance. Compares in constant time.
std::optional<AckName> parse_ack_token(const Keyring& keyring, std::string_view token);

// Three different numbers from 10 to 99, always the same in the same order, and which of them the mail says.
struct AckNumbers {
  std::array<int, 3> numbers{};
  std::size_t right = 0;
};
AckNumbers ack_numbers(const Keyring& keyring, WorkspaceId workspace, NotificationId notification);

}  // namespace connlog
