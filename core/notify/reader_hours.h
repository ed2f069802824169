// When the reader of a recipient is told of what is less than critical: quiet hours, a daily digest, a weekly letter, in their own
// zone (core/watch/telling/pace.h keeps to it). People who may edit recipients set it, and so does the reader: a member whose
// confirmed address it is, or whose linked chat. Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/audit/audit.h"
#include "core/base/events.h"
#include "core/base/result.h"
#include "core/base/transaction.h"
#include "core/notify/channel.h"
#include "core/notify/notification.h"
#include "core/people/actor.h"
#include "core/people/user.h"
#include "core/people/workspace.h"

namespace connlog {

class ChatAccounts;     // core/notify/chat_accounts.h
class MemberAddresses;  // core/notify/member_addresses.h

// What is to change. Minutes of the local day; -1: none.
struct ReaderHours {
  std::optional<std::string> zone;
  std::optional<int> quiet_from, quiet_to, digest_at;
  std::optional<bool> weekly;
};
// Errors name "zone", "quiet_from", "quiet_to".
Result<void> apply(const ReaderHours& hours, Recipient& recipient);

// "22:00" → 1320, and back; -1 is empty.
Result<int> minute_of_day(const std::string& field, std::string_view text);
std::string minute_text(int minute);

class RecipientReaders {
 public:
  struct Parts {
    RecipientStore& recipients;
    WorkspaceStore& workspaces;
    AuditLog& audit;
    EventBus& events;
    const ChannelTable& channels;
    const MemberAddresses* members;  // null: no address is known to be a member's
    ChatAccounts* chats;             // null: no chat is
  };
  explicit RecipientReaders(const Parts& parts) : parts_(parts) {}

  struct Own {
    Recipient recipient;
    Workspace workspace;
  };
  // In the workspaces of which the person is a member.
  Result<std::vector<Own>> list(Snapshot&, const User&) const;
  // The recipients of the person's workspaces in whose messages people acknowledge by a button.
  Result<std::vector<Own>> with_buttons(Snapshot&, UserId) const;
  // `not_found` for a recipient that is not the person's.
  Result<Own> change(Transaction&, const Actor&, const User&, RecipientId, const ReaderHours&) const;

 private:
  Result<std::vector<std::string>> chats_of(Snapshot&, const User&) const;
  Parts parts_;
};

}  // namespace connlog
