#include "core/notify/chat_accounts.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/net/mail_header.h"
#include "core/notify/letter_text.h"
#include "core/notify/letters.h"

namespace connlog {
namespace {

constexpr std::string_view kLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";  // 32 that are not mistaken for each other
constexpr std::size_t kCodeLength = 12;
constexpr std::size_t kOfferedMax = 2'000;
constexpr std::uint8_t kOfCodes = 1;

// As people type it: without spaces and hyphens, in capitals.
std::string normal(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ' ' || c == '-') continue;
    out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return out;
}

}  // namespace

bool ChatAccounts::is_code_shaped(std::string_view text) {
  if (text.size() > 2 * kCodeLength) return false;
  const std::string code = normal(text);
  return code.size() == kCodeLength &&
         std::ranges::all_of(code, [](char c) { return kLetters.find(c) != std::string_view::npos; });
}

ShortDigest ChatAccounts::digest_of(std::string_view code) const {
  return digest_.of(kOfCodes, normal(code));
}

ChatAccounts::LinkCode ChatAccounts::offer(UserId user) {
  std::string code;
  for (std::size_t i = 0; i < kCodeLength; ++i) {
    if (i > 0 && i % 4 == 0) code += '-';
    code += kLetters[parts_.random.below(kLetters.size())];
  }
  const Monotonic now = parts_.clock.monotonic();
  const ShortDigest digest = digest_of(code);
  const std::lock_guard lock(mutex_);
  std::erase_if(offered_, [&](const auto& one) { return one.second.until <= now || one.second.user == user; });
  if (offered_.size() >= kOfferedMax) {
    offered_.erase(std::min_element(offered_.begin(), offered_.end(), [](const auto& a, const auto& b) {
      return a.second.until < b.second.until;
    }));
  }
  offered_[digest] = {user, now + kLinkCodeLifetime};
  return {Secret(std::move(code)), parts_.clock.now() + kLinkCodeLifetime};
}

std::optional<UserId> ChatAccounts::offered_to(const ShortDigest& digest) const {
  const std::lock_guard lock(mutex_);
  const auto found = offered_.find(digest);
  if (found == offered_.end() || found->second.until <= parts_.clock.monotonic()) return std::nullopt;
  return found->second.user;
}

Result<User> ChatAccounts::link(Transaction& tx, std::string_view code, const std::string& service,
                                const std::string& account, const std::string& name) {
  const ShortDigest digest = digest_of(code);
  const Error not_valid{ErrorCode::not_found, "This code is not valid, or not any more. Your account page shows a new one."};
  const auto id = offered_to(digest);
  if (!id) return not_valid;
  auto user = TRY(parts_.users.find(tx, *id));
  if (!user || !user->enabled) return not_valid;
  const auto there = TRY(parts_.accounts.find(tx, service, account));
  if (there && there->user != user->id)
    return Error{ErrorCode::conflict, "This account is linked to somebody else. They unlink it on their account page."};
  const ChatAccount linked{user->id, service, account, cut(flattened(name, 100), 100), parts_.clock.believed()};
  TRY(parts_.accounts.put(tx, linked));
  Actor self;
  self.kind = Actor::Kind::user;
  self.user = user->id;
  self.name = user->name;
  TRY(parts_.audit.append_security(tx, self, {}, user->id, "chat_account.linked", service,
                                   fmt::format("{} ({})", linked.name, account)));
  TRY(tell(tx, *user, linked));
  tx.after_commit([this, digest] {
    const std::lock_guard lock(mutex_);
    offered_.erase(digest);
  });
  return *std::move(user);
}

// To the person, as with every new way to act as them.
Result<void> ChatAccounts::tell(Transaction& tx, const User& user, const ChatAccount& linked) const {
  if (parts_.letters == nullptr) return {};
  const bool can_send = TRY(parts_.letters->can_send(tx));
  if (!can_send) return {};
  Letter letter;
  letter.kind = "chat_account_linked";
  letter.to_name = user.name;
  letter.to_address = user.mail;
  letter.headline = "A chat account was linked to your account";
  letter.paragraphs = {
      fmt::format("The {} account \"{}\" ({}) can now acknowledge incidents as you.", linked.service,
                  unlinked(linked.name), linked.account),
      "If it was not you, unlink it under Account, Chat accounts, and tell the appliance's administrator."};
  TRY(parts_.letters->post(tx, letter));
  return {};
}

Result<std::optional<User>> ChatAccounts::person_of(Snapshot& snapshot, const std::string& service,
                                                    const std::string& account) const {
  const auto linked = TRY(parts_.accounts.find(snapshot, service, account));
  if (!linked) return std::optional<User>{};
  auto user = TRY(parts_.users.find(snapshot, linked->user));
  if (!user || !user->enabled) return std::optional<User>{};
  return user;
}

Result<void> ChatAccounts::used(Transaction& tx, const std::string& service, const std::string& account) const {
  auto linked = TRY(parts_.accounts.find(tx, service, account));
  if (!linked) return {};
  linked->last_used_at = parts_.clock.believed();
  return parts_.accounts.put(tx, *linked);
}

Result<void> ChatAccounts::unlink(Transaction& tx, const Actor& actor, const std::string& service) {
  TRY(parts_.accounts.remove(tx, actor.user, service));
  return parts_.audit.append_security(tx, actor, {}, actor.user, "chat_account.unlinked", service);
}

}  // namespace connlog
