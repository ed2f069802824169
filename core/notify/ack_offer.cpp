#include "core/notify/ack_offer.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <cstdint>

#include "core/base/text.h"
#include "core/crypto/token.h"

namespace connlog {
namespace {

// Purposes of derived keys: never renamed. Two, so that a token says nothing about its numbers.
constexpr std::string_view kTokenPurpose = "ack-token";
constexpr std::string_view kNumberPurpose = "ack-number";
constexpr std::size_t kIdDigits = 32;
constexpr std::size_t kMacDigits = 32;
constexpr std::size_t kTokenDigits = 2 * kIdDigits + kMacDigits;
constexpr std::uint32_t kLowest = 10, kNumbers = 90;  // 10 to 99

using Digest = std::array<std::uint8_t, crypto_auth_hmacsha256_BYTES>;

Digest digest_of(const Keyring& keyring, std::string_view purpose, WorkspaceId workspace, NotificationId notification) {
  std::array<std::uint8_t, 32> about{};
  std::ranges::copy(workspace.bytes, about.begin());
  std::ranges::copy(notification.bytes, about.begin() + 16);
  const Key key = keyring.derive(purpose);
  Digest digest{};
  crypto_auth_hmacsha256(digest.data(), about.data(), about.size(), key.data());
  return digest;
}

// 32 hex digits as an id.
bool parse_id(std::string_view digits, Uuid& out) {
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i == 8 || i == 12 || i == 16 || i == 20) text += '-';
    text += digits[i];
  }
  return parse_uuid(text, out);
}

std::uint32_t number_at(const Digest& digest, std::size_t place) {
  const std::uint8_t* bytes = digest.data() + place;
  return static_cast<std::uint32_t>(bytes[0]) << 24 | static_cast<std::uint32_t>(bytes[1]) << 16 |
         static_cast<std::uint32_t>(bytes[2]) << 8 | bytes[3];
}

}  // namespace

bool can_offer_ack(const Announcement& announcement) {
  using enum Announcement::Kind;
  const Announcement::Kind kind = announcement.kind;
  if (kind != incident_opened && kind != group && kind != reminder && kind != summary) return false;
  if (!announcement.fact(kFactAcknowledgedBy).empty()) return false;
  return std::ranges::any_of(announcement.incidents, [&](IncidentId id) {
    return std::ranges::find(announcement.recovered, id) == announcement.recovered.end();
  });
}

std::optional<AckOffer> ack_offer(const Keyring& keyring, const Notification& notification,
                                  const Announcement& announcement, std::string_view public_url) {
  if (notification.channel != "mail" || notification.id.is_nil() || public_url.empty()) return std::nullopt;
  if (!can_offer_ack(announcement)) return std::nullopt;
  const AckNumbers numbers = ack_numbers(keyring, notification.workspace, notification.id);
  return AckOffer{
      fmt::format("{}{}{}", public_url, kAckPath, ack_token(keyring, notification.workspace, notification.id)),
      fmt::format("{}", numbers.numbers[numbers.right])};
}

std::string ack_token(const Keyring& keyring, WorkspaceId workspace, NotificationId notification) {
  const Digest digest = digest_of(keyring, kTokenPurpose, workspace, notification);
  return std::string(kAckTokenPrefix) + to_hex(workspace.bytes) + to_hex(notification.bytes) +
         to_hex(digest).substr(0, kMacDigits);
}

std::optional<AckName> parse_ack_token(const Keyring& keyring, std::string_view token) {
  if (!token.starts_with(kAckTokenPrefix)) return std::nullopt;
  const std::string_view digits = token.substr(kAckTokenPrefix.size());
  if (digits.size() != kTokenDigits) return std::nullopt;
  AckName name;
  if (!parse_id(digits.substr(0, kIdDigits), name.workspace)) return std::nullopt;
  if (!parse_id(digits.substr(kIdDigits, kIdDigits), name.notification)) return std::nullopt;
  if (!equal_in_constant_time(ack_token(keyring, name.workspace, name.notification), token)) return std::nullopt;
  return name;
}

AckNumbers ack_numbers(const Keyring& keyring, WorkspaceId workspace, NotificationId notification) {
  const Digest digest = digest_of(keyring, kNumberPurpose, workspace, notification);
  // One of 90, one of the 89 that are left, one of the 88: as indexes into what is left, so that they differ.
  AckNumbers made;
  std::array<std::uint32_t, 3> taken{};
  for (std::size_t i = 0; i < taken.size(); ++i) {
    std::uint32_t number = number_at(digest, 4 * i) % (kNumbers - static_cast<std::uint32_t>(i));
    std::sort(taken.begin(), taken.begin() + static_cast<std::ptrdiff_t>(i));
    for (std::size_t before = 0; before < i; ++before) number += taken[before] <= number;
    taken[i] = number;
    made.numbers[i] = static_cast<int>(kLowest + number);
  }
  made.right = number_at(digest, 12) % made.numbers.size();
  return made;
}

}  // namespace connlog
