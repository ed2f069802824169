// The thread that makes checks: it owns every check of the appliance (or of a probe), spreads them over their interval by a
// hash of their id, holds failures until it is known whether they are our own trouble (own_path.h), and hands results to
// its owner. One slow target delays nobody; a check that does not end is ended and says so.
//
// When the loop did not come round for kAbsence by any of three clocks (monotonic, boot, wall), it says so to the owner
// first: what counts confirmation, lateness or silence starts again from then. Checks under way are dropped and begun anew.
//
// put(), remove(), hasten(), try_once() and the readings from any thread; `finished`, `was_absent` and `done` are called on
// the loop's thread and must be quick.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/loop_beat.h"
#include "core/checks/check.h"
#include "core/checks/check_runtime.h"

namespace connlog {

using CheckId = std::array<std::uint8_t, 16>;

struct PlannedCheck {
  CheckId id{};
  std::shared_ptr<const CheckSpec> spec;
  milliseconds interval{60'000};
  bool is_urgent = false;  // after the start: among the first, not spread (it is down, or never was checked)
};

struct CheckLoopCounts {
  std::size_t planned = 0, running = 0, held = 0;
  std::uint64_t made = 0;
  microseconds latest_lag{0};  // how late the last check began
};

class CheckLoop {
 public:
  static constexpr seconds kAbsence{15};
  static constexpr std::size_t kRunningMax = 2'000;  // at once; more wait, and lag is own trouble beyond the interval

  // What the owner says to a result: when to check again, counted from the end of this one. Nothing: at the next place of
  // its interval.
  using Finished = std::function<std::optional<milliseconds>(const CheckId&, CheckResult)>;
  struct Absence {
    Instant from, until;  // by the wall clock, where that can be trusted
    microseconds length{0};
  };
  struct Parts {
    const OutboundOptions& outbound;
    const Clock& clock;
    Random& random;
    Finished finished;
    std::function<void(const Absence&)> was_absent = {};
    std::function<bool()> clock_is_plausible = {};
    std::function<bool()> is_recovering = {};  // recovery mode: nothing is checked
    std::vector<IpAddress> witnesses = {};     // setting check_witnesses
  };
  explicit CheckLoop(Parts parts);
  ~CheckLoop();

  void start();
  void stop();

  void put(PlannedCheck check);  // new, or in place of the one with that id: then checked soon
  void remove(const CheckId& id);
  void hasten(const CheckId& id);  // check it at once, unless it is running
  void try_once(std::shared_ptr<const CheckSpec> spec, CheckDone done);  // not planned, not judged by path
  std::optional<Instant> next_at(const CheckId& id) const;

  CheckLoopCounts counts() const;
  LoopSign sign() const;

  // For tests that have not started it: one turn on the caller's thread.
  void turn(milliseconds wait);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace connlog
