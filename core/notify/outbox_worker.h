// The work of the outbox thread, one turn at a time: lease what is due, send it, mark it, in this order. A crash at any
// point can cause a second delivery under the same id, but never a lost one (at least once).
//
// Many deliveries run at the same time, few of them to the same target. When a target cannot be reached, the other rows
// that wait for it go back to the outbox at once. So a slow or dead target delays only its own deliveries. A target
// that asks for a pause (Retry-After), and a mail server that takes nothing from us, get one: nobody's deliveries go
// there until it ends, and then one at a time until one gets through.
//
// Waits run on time that has really passed. They are stored as times of the wall clock, for people; when the clock was
// set, they are moved with it, and a row from the future (of a former process with another clock) is due at once.
//
// One thread calls turn(); any thread may call wake() and retry_all_soon().
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/notify/courier.h"
#include "core/notify/notify.h"
#include "core/notify/retry_schedule.h"

namespace connlog {

class OutboxWorker {
 public:
  OutboxWorker(const NotifyDependencies& needs, Courier& courier);

  // Leases rows if some may be due, starts what it can, waits at most `longest_wait` for an answer or a wake(), and
  // marks the deliveries that have ended.
  void turn(milliseconds longest_wait);

  void wake();
  // Tries every row now that waits for a later attempt: called when the mail settings have changed.
  void retry_all_soon();

  // Called with each row after it was marked as sent, on the thread of turn().
  std::function<void(const Notification&)> on_sent = {};

  // No row is leased, on its way or still to be marked.
  bool is_idle() const { return held_.empty(); }

 private:
  struct Finished {
    Notification row;
    DeliveryResult result;
    bool nobody_to_tell = false;  // the recipient, or what is told, is gone
    bool is_untried = false;      // it waited for its target's pause, and nothing was sent
    bool was_sent_out = false;    // the result is the other side's
  };
  struct Pause {
    Monotonic until;
    int times = 0;  // without success in between
    DeliveryResult why;
  };
  struct Mark {  // what is written; decided outside the closure, which may run again
    Notification row;
    Instant at;
    std::string answer;  // of an outcome, for people; empty: none to report yet
    DeliveryResult result = {};
    bool is_news_of_mail = false;  // `result` says whether mail works
  };

  void lease();
  Result<std::vector<Notification>> lease_sorted(Transaction& tx, Instant now, bool everything, microseconds step);
  void set_next_due(Instant next);
  bool is_due() const { return waits_ && next_due_ <= needs_.clock.monotonic(); }
  void hold(Notification row);
  void start_waiting();
  void start(Notification row, const std::string& target);
  void finish(Notification row, const std::string& target, DeliveryResult result);
  void note_pause(const std::string& target, const DeliveryResult& result);
  Step after_pause(const Pause* pause, Instant now) const;
  const Pause* pause_of(const std::string& target) const;  // null: none, or over
  void mark_finished();
  Mark decide(const Finished& finished, Instant now) const;
  Result<void> write(const std::vector<Mark>& marks);
  Result<void> write_long_timelines(const std::vector<Mark>& marks);
  Result<void> write_one(Transaction& tx, const Mark& mark);
  void publish(Transaction& tx, const Notification& row, const std::optional<Announcement>& announcement);
  void log_mark(const Notification& row, const std::string& answer) const;
  milliseconds until_due() const;

  const NotifyDependencies& needs_;
  Courier& courier_;
  std::map<std::string, std::deque<Notification>> waiting_;  // by target
  std::map<std::string, int> on_their_way_;                  // by target; no zeros
  std::map<std::string, Pause> pauses_;                      // by target; those that are over limit it to one at a time
  std::set<NotificationId> held_;                            // waiting, on their way, or not yet marked
  std::vector<Finished> finished_;
  int running_ = 0;
  ClockSteps clock_steps_;
  const Monotonic started_;
  bool waits_ = false;    // a row waits …
  Monotonic next_due_;    // … until then
  Monotonic not_before_;  // no lease or mark before: the database just failed
  bool first_turn_ = true;
  std::atomic<bool> woken_{true};
  std::atomic<bool> retry_all_{false};
};

}  // namespace connlog
