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

// 15 s, 30 s, 1 min, … 1 h after the first, second, third … attempt, plus or minus a fifth, so that deliveries that
// failed together are not retried together.
microseconds retry_delay(int attempts, Random& random);

struct Step {
  Notification::State state = Notification::State::queued;  // queued, sent or failed
  Instant next_attempt_at;                                  // queued
};
// `notification.attempts` counts the attempt that just ended. What is about us (DeliveryResult::Kind::about_us) uses up
// nothing: the row waits. A pause that the target asked for is kept, and one more attempt comes after it.
Step next_step(const Notification& notification, const DeliveryResult& result, Instant now, Random& random);

// Whether the attempt says nothing about the row and is not counted.
bool is_uncounted(const DeliveryResult& result);

}  // namespace connlog
