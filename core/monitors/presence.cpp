#include "core/monitors/presence.h"

#include <algorithm>

namespace connlog {
namespace {

constexpr std::size_t kAbsencesKept = 64;

}  // namespace

void Presence::began(Instant wall, Monotonic now) {
  const std::lock_guard lock(mutex_);
  now_ = {.since = now, .uncounted = {}, .away_from = {}, .back = wall};
  base_ = wall;
  base_at_ = now;
}

void Presence::was_absent(microseconds length, Instant wall, Monotonic now) {
  const std::lock_guard lock(mutex_);
  const microseconds counted = base_.is_set() ? now - base_at_ : length;
  const microseconds uncounted = std::max(length - counted, microseconds(0));
  now_ = {.since = now, .uncounted = uncounted, .away_from = wall - length, .back = wall};
  absences_.push_back({now, length});
  if (absences_.size() > kAbsencesKept) absences_.pop_front();
}

void Presence::was_not_storing(Monotonic from, Instant wall, Monotonic now) {
  const std::lock_guard lock(mutex_);
  now_ = {.since = now, .uncounted = {}, .away_from = wall - (now - from), .back = wall};
}

std::optional<microseconds> Presence::step(Instant wall, Monotonic now) {
  const std::lock_guard lock(mutex_);
  if (!base_.is_set()) {
    base_ = wall;
    base_at_ = now;
    return std::nullopt;
  }
  const microseconds off = wall - (base_ + (now - base_at_));
  base_ = wall;
  base_at_ = now;
  if (std::abs(off.count()) < microseconds(kStep).count()) return std::nullopt;
  stepped_ = Away{now, off};
  if (off.count() > 0) {
    // Time passed of which this process knows nothing: the machine was paused, or the clock was behind.
    now_ = {.since = now, .uncounted = off, .away_from = wall - off, .back = wall};
  }
  return off;
}

Presence::Now Presence::now() const {
  const std::lock_guard lock(mutex_);
  return now_;
}

Presence::Count Presence::within_an_hour(Monotonic now) const {
  const std::lock_guard lock(mutex_);
  Count count;
  for (const Away& each : absences_) {
    if (now - each.at > kLooksBack) continue;
    ++count.times;
    count.longest = std::max(count.longest, each.length);
  }
  return count;
}

std::optional<microseconds> Presence::recent_step(Monotonic now) const {
  const std::lock_guard lock(mutex_);
  if (!stepped_ || now - stepped_->at > kLooksBack) return std::nullopt;
  return stepped_->length;
}

}  // namespace connlog
