#include "core/notify/retry_schedule.h"

#include <algorithm>

namespace connlog {
namespace {

microseconds exact_delay(int attempts) {
  const int doublings = std::clamp(attempts - 1, 0, 20);
  return std::min<microseconds>(kFirstRetryDelay * (std::int64_t{1} << doublings), kLongestRetryDelay);
}

microseconds upwards(microseconds exact, microseconds most, Random& random) {
  const std::int64_t range = std::min(exact / 10, most).count();
  return exact + microseconds(static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(range + 1))));
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

bool is_uncounted(const DeliveryResult& result) {
  return result.kind == DeliveryResult::Kind::about_us;
}

Step next_step(const Notification& notification, const DeliveryResult& result, Instant now, Random& random,
               microseconds running) {
  using Kind = DeliveryResult::Kind;
  const Step failed{Notification::State::failed, {}};
  const auto queued = [&](microseconds delay) { return Step{Notification::State::queued, now + delay}; };
  if (result.kind == Kind::delivered) return {Notification::State::sent, {}};
  if (result.kind == Kind::refused_for_good && notification.attempts >= kAttemptsWhenRefused) return failed;
  if (is_uncounted(result)) {
    // No count tells how long it has waited; its age does, as far as this process can know.
    const microseconds age = std::clamp<microseconds>(now - notification.created_at, microseconds(0), running);
    if (age > kWaitForUs) return failed;
    return queued(upwards(std::clamp<microseconds>(age / 4, kFirstRetryDelay, kLongestPause), seconds(60), random));
  }
  if (result.retry_after.count() > 0) {
    if (really_passed(now - notification.created_at, notification.attempts) > kRetryFor) return failed;
    return queued(upwards(std::max<microseconds>(result.retry_after, kFirstRetryDelay), seconds(60), random));
  }
  const microseconds delay = retry_delay(notification.attempts, random);
  const bool too_late = really_passed(now - notification.created_at, notification.attempts) + delay > kRetryFor;
  return too_late ? failed : queued(delay);
}

}  // namespace connlog
