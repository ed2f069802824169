// The work of the outbox thread, one turn at a time: lease what is due, send it, mark it, in this order, so that a crash
// anywhere means a second delivery under the same id and never a lost one (at least once).
//
// Many deliveries are on their way at a time, few to the same target; when a target cannot be reached, what else waits for
// it goes back to the outbox at once. So one slow or dead target holds up nobody but itself.
//
// One thread calls turn(); wake(), retry_all_soon() may be called from any.
#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/notify/courier.h"
#include "core/notify/notify.h"

namespace connlog {

class OutboxWorker {
 public:
  OutboxWorker(const NotifyDependencies& needs, Courier& courier);

  // Leases if something may be due, starts what it can, waits at most `longest_wait` for something to happen, and marks
  // what has ended.
  void turn(milliseconds longest_wait);

  void wake();
  // Everything that waits for a later attempt is tried now: the mail settings have changed.
  void retry_all_soon();

  // Nothing leased, nothing on its way, nothing to be marked.
  bool is_idle() const { return held_.empty(); }

 private:
  struct Finished {
    Notification row;
    DeliveryResult result;
    bool nobody_to_tell = false;  // recipient or incident are gone
  };
  struct Mark {  // what is written, decided once: the closure may run again
    Notification row;
    Instant at;
    std::string answer;  // for people; empty: nobody is told yet
  };

  void lease();
  void hold(Notification row);
  void start_waiting();
  void start(Notification row, const std::string& target);
  void mark_finished();
  Mark decide(const Finished& finished, Instant now) const;
  Result<void> write(const std::vector<Mark>& marks);
  milliseconds until_due() const;

  const NotifyDependencies& needs_;
  Courier& courier_;
  std::map<std::string, std::deque<Notification>> waiting_;  // by target
  std::map<std::string, int> on_their_way_;                  // by target; no zeros
  std::set<NotificationId> held_;                            // waiting, on their way, or not yet marked
  std::vector<Finished> finished_;
  int running_ = 0;
  Instant next_due_;      // not set: nothing waits
  Monotonic not_before_;  // after trouble with the database
  bool first_turn_ = true;
  std::atomic<bool> woken_{true};
  std::atomic<bool> retry_all_{false};
};

}  // namespace connlog
