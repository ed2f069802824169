// Reads what is sent to the bots of the channel "telegram" (core.telegram.org/bots/api, getUpdates): buttons with which linked people
// acknowledge, and the codes that link their accounts (chat_accounts.h). One poll a token, whatever number of recipients has it: a
// second one would take the first one's updates. Each is a request that waits at Telegram's for up to 50 s, runs on the outbox
// thread through the courier, and delays nothing else.
//
// Nothing in an update is believed but who sent it, and that only of Telegram's own server: what a button names is looked up among the
// deliveries of the recipients that have this token, and the person's rights in that workspace are asked anew each time.
//
// Belongs to the outbox thread; refresh_soon() may be called from others.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/base/bounded_table.h"
#include "core/notify/chat_accounts.h"
#include "core/notify/courier.h"
#include "core/notify/notify.h"

namespace connlog {

class TelegramPolls {
 public:
  TelegramPolls(const NotifyDependencies& needs, Courier& courier, ChatAccounts& accounts);

  void turn();  // begins the polls that are due
  milliseconds until_due() const;
  void refresh_soon() { stale_.store(true); }  // recipients changed

 private:
  struct Place {
    WorkspaceId workspace;
    RecipientId recipient;
  };
  struct Poll {
    std::vector<Place> places;  // empty: the poll ends with its request
    std::int64_t offset = 0;    // of the first update that was not handled
    bool is_asking = false;
    int failures = 0;  // in a row
    Monotonic not_before;
  };
  struct Press {  // of a button
    std::string query, from, data;
    std::int64_t chat = 0, message = 0;
  };
  struct Said {  // a message in a chat
    std::string from, name, text;
    std::int64_t chat = 0, message = 0;
    bool is_private = false;
  };
  struct Verdict {
    std::string text;   // for the person
    std::string aloud;  // for the chat; empty: nothing changed
  };
  struct Acts {
    Monotonic since;
    int count = 0, wrong_codes = 0;
  };

  void refresh();
  void ask(const std::string& token, Poll& poll);
  void answered(const std::string& token, const DeliveryResult& result);
  void put_off(Poll& poll, const DeliveryResult& result) const;
  // False: nothing can be stored now; the update is asked for again.
  bool handle(const std::string& token, const Poll& poll, const nlohmann::json& update);
  bool handle_press(const std::string& token, const Poll& poll, const Press& press);
  bool handle_message(const std::string& token, const Said& said);
  bool link(const std::string& token, const Said& said);
  Result<Verdict> acknowledge(Transaction& tx, const Poll& poll, const Press& press) const;
  Result<Verdict> acknowledge_as(Transaction& tx, const User& person, const LoggedDelivery& told) const;
  Result<std::optional<LoggedDelivery>> told_by(Snapshot& snapshot, const Poll& poll, NotificationId id) const;
  void note_wrong_code(const std::string& from);
  bool may_act(std::string_view from);
  void say(const std::string& token, std::int64_t chat, std::int64_t answers, std::string_view text);
  void call(const std::string& token, std::string_view method, const nlohmann::json& body);

  const NotifyDependencies& needs_;
  Courier& courier_;
  ChatAccounts& accounts_;
  const KeyedDigest digest_;
  std::map<std::string, Poll> polls_;  // by token
  BoundedTable<ShortDigest, Acts, ShortDigestHash> acts_;
  Monotonic refresh_at_;
  int calls_running_ = 0;
  std::atomic<bool> stale_{true};
};

}  // namespace connlog
