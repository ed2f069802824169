#include "core/notify/retry_schedule.h"

#include <algorithm>

namespace connlog {

microseconds retry_delay(int attempts, Random& random) {
  const int doublings = std::clamp(attempts - 1, 0, 20);
  const microseconds exact =
      std::min<microseconds>(kFirstRetryDelay * (std::int64_t{1} << doublings), kLongestRetryDelay);
  const std::int64_t fifth = exact.count() / 5;
  const auto jitter = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(2 * fifth + 1))) - fifth;
  return exact + microseconds(jitter);
}

Step next_step(const Notification& notification, DeliveryResult::Kind result, Instant now, Random& random) {
  if (result == DeliveryResult::Kind::delivered) return {Notification::State::sent, {}};
  if (result == DeliveryResult::Kind::refused_for_good && notification.attempts >= kAttemptsWhenRefused) {
    return {Notification::State::failed, {}};
  }
  const Instant next = now + retry_delay(notification.attempts, random);
  if (next > notification.created_at + kRetryFor) return {Notification::State::failed, {}};
  return {Notification::State::queued, next};
}

}  // namespace connlog
