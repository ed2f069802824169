#include "core/notify/retry_schedule.h"

#include <algorithm>

namespace connlog {
namespace {

microseconds exact_delay(int attempts) {
  const int doublings = std::clamp(attempts - 1, 0, 20);
  return std::min<microseconds>(kFirstRetryDelay * (std::int64_t{1} << doublings), kLongestRetryDelay);
}

}  // namespace

microseconds longest_delay(int attempts) {
  return attempts <= 0 ? microseconds(0) : exact_delay(attempts) * 6 / 5;
}

microseconds really_passed(microseconds by_clock, int attempts) {
  microseconds waits{0};  // between the attempts, without their jitter
  for (int i = 1; i < attempts && waits < 2 * kRetryFor; ++i) waits += exact_delay(i);
  if (by_clock < microseconds(0)) return waits * 4 / 5;
  return std::min<microseconds>(by_clock, waits * 6 / 5 + attempts * kLongestAttempt);
}

microseconds rest_of_wait(Instant next_attempt_at, int attempts, Instant then) {
  const microseconds rest = next_attempt_at - then;
  return rest > microseconds(0) && rest <= longest_delay(attempts) ? rest : microseconds(0);
}

microseconds ClockSteps::step() const {
  const microseconds step = clock_.now() - (wall_ + (clock_.monotonic() - at_));
  return step >= kLeast || step <= -kLeast ? step : microseconds(0);
}

microseconds retry_delay(int attempts, Random& random) {
  const microseconds exact = exact_delay(attempts);
  const std::int64_t fifth = exact.count() / 5;
  const auto jitter = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(2 * fifth + 1))) - fifth;
  return exact + microseconds(jitter);
}

Step next_step(const Notification& notification, DeliveryResult::Kind result, Instant now, Random& random) {
  if (result == DeliveryResult::Kind::delivered) return {Notification::State::sent, {}};
  if (result == DeliveryResult::Kind::refused_for_good && notification.attempts >= kAttemptsWhenRefused) {
    return {Notification::State::failed, {}};
  }
  const microseconds delay = retry_delay(notification.attempts, random);
  if (really_passed(now - notification.created_at, notification.attempts) + delay > kRetryFor)
    return {Notification::State::failed, {}};
  return {Notification::State::queued, now + delay};
}

}  // namespace connlog
