// Decides when a failed delivery is tried again, and when it is given up. Pure but for the jitter; any thread.
#pragma once

#include "core/base/random.h"
#include "core/notify/courier.h"
#include "core/notify/notification.h"

namespace connlog {

inline constexpr seconds kFirstRetryDelay{15};
inline constexpr seconds kLongestRetryDelay{3'600};
inline constexpr seconds kRetryFor{24 * 3'600};  // after it was queued
inline constexpr seconds kWaitForUs{7 * 24 * 3'600};  // likewise, while mail as a whole does not work
inline constexpr int kAttemptsWhenRefused = 3;        // when the other side refuses for good
inline constexpr seconds kLongestPause{900};          // between tries of a mail server that takes nothing from us
inline constexpr seconds kLongestAttempt{900};        // from the lease of a row to its mark, at most

// 15 s, 30 s, 1 min, … 1 h after the first, second, third … attempt, plus or minus a fifth, so that deliveries that
// failed together are not retried together.
microseconds retry_delay(int attempts, Random& random);
// The longest that a row may be put off after so many attempts; none after no attempt.
microseconds longest_delay(int attempts);

// How long a row has really been tried. `by_clock` is what the wall clock says, which may have been set: the attempts
// say how long it was at most and, where the row seems to come from the future, at least.
microseconds really_passed(microseconds by_clock, int attempts);

// The rest of a row's wait. `then`: the time by the clock as it was set when the row was put off. Nothing is left for a
// row that was not tried yet, and for one that would wait longer than it ever may: it comes from another clock.
microseconds rest_of_wait(Instant next_attempt_at, int attempts, Instant then);

// Notices that the wall clock was set, by comparing it with the monotonic one. Waits that are stored as times of the
// wall clock are then moved. One thread.
class ClockSteps {
 public:
  static constexpr seconds kLeast{2};
  explicit ClockSteps(const Clock& clock) : clock_(clock), wall_(clock.now()), at_(clock.monotonic()) {}
  // How far the clock was set since the last step that was taken; zero: not, or less than kLeast.
  microseconds step() const;
  void take(microseconds step) { wall_ = wall_ + step; }

 private:
  const Clock& clock_;
  Instant wall_;
  Monotonic at_;
};

struct Step {
  Notification::State state = Notification::State::queued;  // queued, sent or failed
  Instant next_attempt_at;                                  // queued
};
// `notification.attempts` counts the attempt that just ended. What is about us (DeliveryResult::Kind::about_us) uses up
// nothing: the row waits. A pause that the target asked for is kept, and one more attempt comes after it.
// `running`: how long the process has run; no row that waits uncounted is taken to be older, as the clock may have been
// set.
Step next_step(const Notification& notification, const DeliveryResult& result, Instant now, Random& random,
               microseconds running);

// Whether the attempt says nothing about the row and is not counted.
bool is_uncounted(const DeliveryResult& result);

}  // namespace connlog
