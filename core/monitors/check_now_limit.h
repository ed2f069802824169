// How often one person may have something checked now: ten times a minute, as each asks a foreign system. Bounded in memory:
// in a flood of people the longest unused are forgotten first. Locks inside; any thread.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/result.h"
#include "core/people/actor.h"

namespace connlog {

class CheckNowLimit {
 public:
  static constexpr double kAtOnce = 10;
  static constexpr seconds kEach{6};
  static constexpr std::size_t kPeople = 4'096;

  explicit CheckNowLimit(const Clock& clock) : clock_(clock) {}

  // Counts one, or refuses with the seconds to wait. A program counts by its key.
  Result<void> admit(const Actor& actor) {
    const Monotonic now = clock_.monotonic();
    const Uuid who = actor.kind == Actor::Kind::api_key ? static_cast<const Uuid&>(actor.api_key) : actor.user;
    const std::lock_guard lock(mutex_);
    if (left_.size() >= kPeople && !left_.contains(who.bytes)) make_room();
    auto [entry, is_new] = left_.try_emplace(who.bytes, Left{kAtOnce, now});
    Left& left = entry->second;
    const double more = static_cast<double>((now - left.at).count()) / static_cast<double>(microseconds(kEach).count());
    left.count = std::min(kAtOnce, left.count + more);
    left.at = now;
    if (left.count < 1) {
      Error error{ErrorCode::rate_limited, fmt::format("At most {:.0f} checks a minute. Wait a moment.", kAtOnce)};
      error.retry_after_seconds = static_cast<int>(kEach.count());
      return error;
    }
    left.count -= 1;
    return {};
  }

 private:
  struct Left {
    double count;
    Monotonic at;
  };
  void make_room() {
    const auto oldest = std::min_element(left_.begin(), left_.end(), [](const auto& a, const auto& b) {
      return a.second.at < b.second.at;
    });
    left_.erase(oldest);
  }

  const Clock& clock_;
  std::mutex mutex_;
  std::map<std::array<std::uint8_t, 16>, Left> left_;  // under mutex_
};

}  // namespace connlog
