// Receipts of messages that ring until somebody acknowledges them where they are read (ChannelKind::receipts;
// Pushover's emergency priority): asks the service every few seconds, on the outbox thread and through its courier,
// whether somebody has. An acknowledgement there acknowledges the incidents that the message listed as open; when
// nothing of it is open and unacknowledged any more, the ringing is cancelled.
//
// A receipt is the row's remote_id (kReceiptStart + receipt). When it is over, the row's says so, so that a restart
// goes on with those that are not, and a receipt acknowledges once. At most kReceiptsHeldMax are held; more wait for
// the next start.
//
// turn() never waits. One thread.
#pragma once

#include <list>
#include <string>
#include <string_view>
#include <vector>

#include "core/notify/channel.h"
#include "core/notify/courier.h"
#include "core/notify/notify.h"

namespace connlog {

inline constexpr std::size_t kReceiptsHeldMax = 500;
inline constexpr std::string_view kReceiptEnd = "ended:";  // of a remote_id: the receipt is over

class Receipts {
 public:
  Receipts(const NotifyDependencies& needs, Courier& courier) : needs_(needs), courier_(courier) {}

  // A row that was marked as sent.
  void note(const Notification& row);
  void turn();
  bool is_idle() const { return running_ == 0; }  // no question is on its way
  milliseconds until_due() const;                 // how long the courier may wait before the next turn

 private:
  struct Held {
    Notification row;
    std::string receipt;
    Monotonic next;  // not asked before
    bool is_on_its_way = false;
    int failures = 0;  // in a row: answers that say nothing
  };
  using Place = std::list<Held>::iterator;
  struct Standing {        // how it stands here
    bool is_over = false;  // nobody can be asked, or the row has another receipt
    const ChannelKind* kind = nullptr;
    Recipient recipient;
    std::vector<IncidentId> open;  // of what the message listed: what is open and that nobody acknowledged
  };

  void load();
  void hold(const Notification& row);
  void look(Place place);
  Result<Standing> standing(Snapshot& snapshot, const Held& held) const;
  void send(Place place, const Standing& standing, bool is_cancel);
  void answered(Place place, const Standing& standing, bool is_cancel, const DeliveryResult& result);
  void acknowledge(Place place, const Standing& standing);
  Result<void> mark_over(Transaction& tx, const Held& held) const;
  void end(Place place);

  const NotifyDependencies& needs_;
  Courier& courier_;
  std::list<Held> held_;
  int running_ = 0;
  bool is_loaded_ = false;
  Monotonic load_at_;
};

}  // namespace connlog
