#include "core/notify/reader_hours.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/text.h"
#include "core/base/time_zone.h"
#include "core/notify/chat_accounts.h"
#include "core/notify/member_addresses.h"
#include "core/notify/telegram.h"

namespace connlog {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

Result<int> minute_of_day(const std::string& field, std::string_view text) {
  const bool shaped = text.size() == 5 && is_digit(text[0]) && is_digit(text[1]) && text[2] == ':' &&
                      is_digit(text[3]) && is_digit(text[4]);
  const int hour = shaped ? (text[0] - '0') * 10 + (text[1] - '0') : 24;
  const int minute = shaped ? (text[3] - '0') * 10 + (text[4] - '0') : 60;
  if (hour > 23 || minute > 59) return invalid(field, "This must be a time of the day such as 22:00.");
  return hour * 60 + minute;
}

std::string minute_text(int minute) {
  return minute < 0 ? std::string() : fmt::format("{:02}:{:02}", minute / 60, minute % 60);
}

Result<void> apply(const ReaderHours& hours, Recipient& recipient) {
  if (hours.zone) {
    const auto zone = TimeZone::load(*hours.zone);
    if (!zone) return invalid("zone", zone.error().message);
    recipient.zone = *hours.zone;
  }
  if (hours.quiet_from) recipient.quiet_from = *hours.quiet_from;
  if (hours.quiet_to) recipient.quiet_to = *hours.quiet_to;
  if (hours.digest_at) recipient.digest_at = *hours.digest_at;
  if (hours.weekly) recipient.weekly = *hours.weekly;
  if ((recipient.quiet_from < 0) != (recipient.quiet_to < 0)) {
    return invalid(recipient.quiet_from < 0 ? "quiet_from" : "quiet_to",
                   "Quiet hours have a beginning and an end: give both, or neither.");
  }
  if (recipient.quiet_from >= 0 && recipient.quiet_from == recipient.quiet_to)
    return invalid("quiet_to", "Quiet hours end at another time than they begin.");
  return {};
}

// Telegram's private chats have the number of the account.
Result<std::vector<std::string>> RecipientReaders::chats_of(Snapshot& snapshot, const User& user) const {
  std::vector<std::string> chats;
  if (parts_.chats == nullptr) return chats;
  const auto linked = TRY(parts_.chats->list(snapshot, user.id));
  for (const ChatAccount& account : linked) {
    if (account.service == telegram::kWord) chats.push_back(account.account);
  }
  return chats;
}

Result<std::vector<RecipientReaders::Own>> RecipientReaders::list(Snapshot& snapshot, const User& user) const {
  const auto chats = TRY(chats_of(snapshot, user));
  const auto workspaces = TRY(parts_.workspaces.of_user(snapshot, user.id));
  std::vector<Own> own;
  for (const Workspace& workspace : workspaces) {
    bool reads_mail = false;
    if (parts_.members != nullptr)
      reads_mail = TRY(parts_.members->is_verified_member(snapshot, workspace.id, user.mail_key));
    // Who set the appliance up has proved nothing of their address yet, but edits every recipient there anyway.
    if (!reads_mail) {
      const auto membership = TRY(parts_.workspaces.membership(snapshot, workspace.id, user.id));
      reads_mail = membership && (membership->role == Role::owner || membership->role == Role::admin);
    }
    auto recipients = TRY(parts_.recipients.list(snapshot, workspace.id));
    for (Recipient& recipient : recipients) {
      const ChannelKind* kind = parts_.channels.find(recipient.channel);
      if (kind == nullptr || recipient.consent != Recipient::Consent::confirmed) continue;
      const bool is_mail = reads_mail && kind->needs_consent &&
                           folded(consent_address(*kind, recipient.fields)) == user.mail_key;
      const bool is_chat = kind->word == telegram::kWord &&
                           std::ranges::find(chats, recipient.fields.text(telegram::kChat)) != chats.end();
      if (is_mail || is_chat) own.push_back({std::move(recipient), workspace});
    }
  }
  return own;
}

Result<std::vector<RecipientReaders::Own>> RecipientReaders::with_buttons(Snapshot& snapshot, UserId user) const {
  const auto workspaces = TRY(parts_.workspaces.of_user(snapshot, user));
  std::vector<Own> out;
  for (const Workspace& workspace : workspaces) {
    auto recipients = TRY(parts_.recipients.list(snapshot, workspace.id));
    for (Recipient& recipient : recipients) {
      if (recipient.channel == telegram::kWord && recipient.enabled && recipient.fields.flag(telegram::kButtons))
        out.push_back({std::move(recipient), workspace});
    }
  }
  return out;
}

Result<RecipientReaders::Own> RecipientReaders::change(Transaction& tx, const Actor& actor, const User& user,
                                                       RecipientId id, const ReaderHours& hours) const {
  auto own = TRY(list(tx, user));
  const auto found = std::ranges::find_if(own, [&](const Own& one) { return one.recipient.id == id; });
  if (found == own.end()) return Error{ErrorCode::not_found, "There is no recipient of yours with this id."};
  Recipient& recipient = found->recipient;
  TRY(apply(hours, recipient));
  ++recipient.version;
  TRY(parts_.recipients.update(tx, recipient));
  Actor reader = actor;
  reader.workspace = recipient.workspace;
  TRY(parts_.audit.append(tx, reader, "recipient.hours_changed", recipient.name,
                          fmt::format("{}, quiet {}–{}, digest {}, weekly {}", recipient.zone,
                                      minute_text(recipient.quiet_from), minute_text(recipient.quiet_to),
                                      minute_text(recipient.digest_at), recipient.weekly ? "yes" : "no")));
  tx.after_commit([this, workspace = recipient.workspace, id] {
    parts_.events.publish({workspace, EventScope::everybody(), EventName::recipient_changed,
                           fmt::format(R"({{"workspace_id":{},"recipient_id":{}}})", json_string(workspace.text()),
                                       json_string(id.text()))});
  });
  return std::move(*found);
}

}  // namespace connlog
