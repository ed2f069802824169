// Watches the wall clock and says whether it can be right. Evidence: the monotonic clock since the start, what the
// appliance remembers of its last run (of the same boot of the machine: exactly), the newest data, and the day on which
// the executable was built. Two times follow from it:
//
//   believed()  for what expires (sessions, links, keys, certificates): the wall clock while it is plausible, else the
//               last plausible time and what has passed since.
//   proven()    for what is deleted by its age. It follows the wall clock, but runs at most twice as fast as time
//               really passes, and just as fast while the clock is implausible. So a clock that is a year ahead for an
//               hour deletes what an hour would have deleted. After a pause it catches up by itself.
//
// An implausible clock is believed after all once it has gone steadily for four times the difference, at least ten
// minutes and at most a day: then it is the world that differs (a machine that slept, a wrong clock at the first
// start).
//
// Any thread may call everything.
#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "core/base/clock.h"

namespace connlog {

// What is kept over a restart. `boot` names the boot of the machine whose monotonic clock `at` is.
struct ClockMemory {
  Instant believed, proven;
  Monotonic at;
  std::string boot;
};

class ClockWatch final : public Clock {
 public:
  enum class State { plausible, behind, ahead };
  struct Facts {
    Instant built;          // no true time is more than a day before
    std::string boot = {};  // empty: unknown
  };
  static constexpr std::chrono::minutes kTolerance{10};
  static constexpr std::chrono::hours kSteadyMost{24};
  // An appliance that was switched off for longer than this may as well have a wrong clock.
  static constexpr std::chrono::days kAbsenceMax{400};

  ClockWatch(const Clock& machine, Facts facts);

  Instant now() const override { return machine_.now(); }
  Monotonic monotonic() const override { return machine_.monotonic(); }
  Monotonic boot() const override { return machine_.boot(); }
  Instant believed() const override;
  Instant proven() const override;

  // Called once, when the database is open. `newest`: the time of the newest data, used where there is no memory; not
  // set: there are none.
  void remember(const std::optional<ClockMemory>& memory, Instant newest);
  ClockMemory memory() const;

  State state() const;
  // For people: what is implausible and what follows; empty while the clock is plausible.
  std::string finding() const;

 private:
  void look() const;
  void settle(Instant wall, Monotonic at) const;
  Instant expected(Monotonic at) const { return base_ + (at - base_at_); }

  const Clock& machine_;
  const Facts facts_;
  mutable std::mutex mutex_;
  // Everything below under mutex_.
  mutable Instant base_;       // the last plausible time …
  mutable Monotonic base_at_;  // … and when it was that
  // Whether base_ was read from a plausible clock of this boot; otherwise it is only a time that has certainly come.
  mutable bool exact_ = false;
  mutable State state_ = State::plausible;
  mutable Instant steady_;       // implausible: where the wall clock began to go steadily …
  mutable Monotonic steady_at_;  // … and when
  mutable Instant proven_;
  mutable Monotonic looked_;  // when proven_ was moved last
  bool fresh_ = true;         // nothing was remembered, and there are no data: nothing can be deleted too early
};

// Names the present boot of this machine (Linux: boot_id); empty where that cannot be read.
std::string boot_of_machine();

}  // namespace connlog
