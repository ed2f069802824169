// Sends letters, one turn at a time, on the outbox thread and through its courier: lease what is due, send it, mark it,
// in this order (at least once, under one message id). A letter is retried until its useful time ends. Then it stays as
// a failure that the administrator sees. Its link is erased in both cases: sent or given up.
//
// Waits run on time that has really passed, as in the outbox (core/notify/outbox_worker.h). A letter's useful time ends
// by the clock that is believed (core/base/clock_watch.h): its link ends by the same.
//
// turn() never waits; the courier's poll() does. One thread calls turn(). Any thread may call wake() and
// retry_all_soon().
#pragma once

#include <atomic>
#include <set>
#include <vector>

#include "core/notify/courier.h"
#include "core/notify/letter_store.h"
#include "core/notify/notify.h"
#include "core/notify/retry_schedule.h"

namespace connlog {

class LetterWorker {
 public:
  LetterWorker(const NotifyDependencies& needs, Courier& courier)
      : needs_(needs), courier_(courier), clock_steps_(needs.clock), started_(needs.clock.monotonic()) {}

  void turn();
  void wake() { woken_.store(true); }
  void retry_all_soon() {
    retry_all_.store(true);
    wake();
  }
  // How long the courier may wait before the next turn.
  milliseconds until_due() const;

 private:
  struct Finished {
    PostedLetter row;
    DeliveryResult result;
    bool was_sent_out = false;  // the result is the other side's
  };

  void lease();
  Result<void> sort(Transaction& tx, Instant now, bool everything, microseconds step);
  bool is_due() const { return waits_ && next_due_ <= needs_.clock.monotonic(); }
  void start(PostedLetter row);
  void mark_finished();
  PostedLetter decided(const Finished& finished, Instant now) const;

  const NotifyDependencies& needs_;
  Courier& courier_;
  std::set<LetterId> held_;  // on their way, or not yet marked
  std::vector<Finished> finished_;
  ClockSteps clock_steps_;
  const Monotonic started_;
  bool waits_ = false;    // a letter waits …
  Monotonic next_due_;    // … until then
  Monotonic not_before_;  // after trouble with the database
  bool first_turn_ = true;
  std::atomic<bool> woken_{true};
  std::atomic<bool> retry_all_{false};
};

}  // namespace connlog
