// Decides when a failed delivery is tried again, and when it is given up. Pure but for the jitter; any thread.
#pragma once

#include "core/base/random.h"
#include "core/notify/courier.h"
#include "core/notify/notification.h"

namespace connlog {

inline constexpr seconds kFirstRetryDelay{15};
inline constexpr seconds kLongestRetryDelay{3'600};
inline constexpr seconds kRetryFor{24 * 3'600};  // after it was queued
inline constexpr int kAttemptsWhenRefused = 3;   // when the other side refuses for good

// 15 s, 30 s, 1 min, … 1 h after the first, second, third … attempt, plus or minus a fifth, so that deliveries that
// failed together are not retried together.
microseconds retry_delay(int attempts, Random& random);

struct Step {
  Notification::State state = Notification::State::queued;  // queued, sent or failed
  Instant next_attempt_at;                                  // queued
};
// `notification.attempts` counts the attempt that just ended.
Step next_step(const Notification& notification, DeliveryResult::Kind result, Instant now, Random& random);

}  // namespace connlog
