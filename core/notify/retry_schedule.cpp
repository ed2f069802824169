#include "core/notify/retry_schedule.h"

#include <algorithm>

namespace connlog {

namespace {

microseconds upwards(microseconds exact, microseconds most, Random& random) {
  const std::int64_t range = std::min(exact / 10, most).count();
  return exact + microseconds(static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(range + 1))));
}

}  // namespace

microseconds retry_delay(int attempts, Random& random) {
  const int doublings = std::clamp(attempts - 1, 0, 20);
  const microseconds exact =
      std::min<microseconds>(kFirstRetryDelay * (std::int64_t{1} << doublings), kLongestRetryDelay);
  const std::int64_t fifth = exact.count() / 5;
  const auto jitter = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(2 * fifth + 1))) - fifth;
  return exact + microseconds(jitter);
}

bool is_uncounted(const DeliveryResult& result) {
  return result.kind == DeliveryResult::Kind::about_us;
}

Step next_step(const Notification& notification, const DeliveryResult& result, Instant now, Random& random) {
  using Kind = DeliveryResult::Kind;
  const Step failed{Notification::State::failed, {}};
  const auto queued = [&](microseconds delay) { return Step{Notification::State::queued, now + delay}; };
  if (result.kind == Kind::delivered) return {Notification::State::sent, {}};
  if (result.kind == Kind::refused_for_good && notification.attempts >= kAttemptsWhenRefused) return failed;
  if (is_uncounted(result)) {
    // No count tells how long it has waited; its age does.
    const microseconds age = now - notification.created_at;
    if (age > kWaitForUs) return failed;
    return queued(upwards(std::clamp<microseconds>(age / 4, kFirstRetryDelay, kLongestPause), seconds(60), random));
  }
  if (result.retry_after.count() > 0) {
    if (now > notification.created_at + kRetryFor) return failed;
    return queued(upwards(std::max<microseconds>(result.retry_after, kFirstRetryDelay), seconds(60), random));
  }
  const Step next = queued(retry_delay(notification.attempts, random));
  return next.next_attempt_at > notification.created_at + kRetryFor ? failed : next;
}

}  // namespace connlog
