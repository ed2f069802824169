// Since when connlog has been there without a gap. What counts confirmation, lateness or silence starts again from then: a
// start, an absence of the loop (house watching.md §2), and the end of an outage of the database are all the end of an
// absence. It also notices when the wall clock is set. Locks inside; any thread.
#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>

#include "core/base/clock.h"

namespace connlog {

class Presence {
 public:
  static constexpr seconds kStep{60};     // a difference of the wall clock from then on is a step
  static constexpr seconds kLooksBack{3'600};

  struct Now {
    Monotonic since{};  // the end of the last absence
    microseconds uncounted{0};  // how much of it the monotonic clock did not count
    Instant away_from, back;  // the last absence by the wall clock as it went then; `away_from` not set: before the start
  };

  void began(Instant wall, Monotonic now);
  // The loop was away for so long, until now.
  void was_absent(microseconds length, Instant wall, Monotonic now);
  // Nothing could be stored from `from` to now: an absence, of which the loop knows nothing.
  void was_not_storing(Monotonic from, Instant wall, Monotonic now);
  // How far the wall clock stepped since the last look, where that is a step.
  std::optional<microseconds> step(Instant wall, Monotonic now);

  Now now() const;
  // Absences of the loop within the last hour, and the longest of them.
  struct Count {
    std::size_t times = 0;
    microseconds longest{0};
  };
  Count within_an_hour(Monotonic now) const;
  // The last step within the last hour.
  std::optional<microseconds> recent_step(Monotonic now) const;

 private:

  mutable std::mutex mutex_;
  Now now_;
  struct Away {
    Monotonic at{};
    microseconds length{0};
  };
  std::deque<Away> absences_;
  Instant base_;
  Monotonic base_at_{};
  std::optional<Away> stepped_;
};

}  // namespace connlog
