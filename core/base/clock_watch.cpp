#include "core/base/clock_watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "core/base/log.h"

namespace connlog {
namespace {

constexpr std::chrono::hours kBuildSlack{24};  // the build's day is of the builder's time zone
constexpr std::chrono::minutes kSteadyLeast{10};
constexpr std::chrono::days kAfterBuildMax{20 * 365};

microseconds size_of(microseconds difference) {
  return difference < microseconds(0) ? -difference : difference;
}

microseconds patience(microseconds difference) {
  return std::clamp<microseconds>(4 * size_of(difference), kSteadyLeast, ClockWatch::kSteadyMost);
}

}  // namespace

// Until remember(), only the build's day can be told.
ClockWatch::ClockWatch(const Clock& machine, Facts facts) : machine_(machine), facts_(std::move(facts)) {
  remember(std::nullopt, {});
}

void ClockWatch::remember(const std::optional<ClockMemory>& memory, Instant newest) {
  const std::lock_guard lock(mutex_);
  const Instant wall = machine_.now();
  const Monotonic at = machine_.monotonic();
  const Instant built = facts_.built - kBuildSlack;
  fresh_ = !memory && !newest.is_set();
  looked_ = at;
  base_at_ = at;
  if (memory && !memory->boot.empty() && memory->boot == facts_.boot && at >= memory->at) {
    // The same boot: how long the appliance did not run is known.
    exact_ = true;
    base_ = std::max(memory->believed + (at - memory->at), built);
    proven_ = memory->proven + (at - memory->at);
    settle(wall, at);
    return;
  }
  const Instant known = memory ? memory->believed : newest;
  base_ = std::max(known, built);
  proven_ = memory ? memory->proven : newest.is_set() ? newest : std::max(wall, built);
  const Instant latest = known.is_set() ? base_ + kAbsenceMax : built + kAfterBuildMax;
  exact_ = wall >= base_ - kTolerance && wall <= latest;
  if (exact_) base_ = wall;
  settle(wall, at);
}

// Decides what the clock is, with base_ as it stands. Called under mutex_.
void ClockWatch::settle(Instant wall, Monotonic at) const {
  const microseconds difference = wall - expected(at);
  const State before = state_;
  const bool fits = exact_ ? size_of(difference) <= kTolerance
                           : difference >= -microseconds(kTolerance) &&
                                 difference <= (fresh_ ? microseconds(kAfterBuildMax) : microseconds(kAbsenceMax));
  bool accepted = false;
  if (!fits && before != State::plausible) {
    const Instant went = steady_ + (at - steady_at_);
    if (size_of(wall - went) > kTolerance) {
      steady_ = wall;
      steady_at_ = at;
    }
    accepted = wall >= facts_.built - kBuildSlack && at - steady_at_ >= patience(difference);
  } else if (!fits) {
    steady_ = wall;
    steady_at_ = at;
  }
  if (fits || accepted) {
    if (fresh_ && !exact_) proven_ = wall;
    base_ = wall;
    base_at_ = at;
    exact_ = true;
    state_ = State::plausible;
    if (before != State::plausible)
      log_info(accepted ? "clock.accepted" : "clock.plausible", {{"now", to_iso8601(wall)}});
    return;
  }
  state_ = difference > microseconds(0) ? State::ahead : State::behind;
  if (before != state_) {
    log_error("clock.implausible", {{"now", to_iso8601(wall)},
                                    {"expected", to_iso8601(expected(at))},
                                    {"state", state_ == State::ahead ? "ahead" : "behind"}});
  }
}

void ClockWatch::look() const {
  const Instant wall = machine_.now();
  const Monotonic at = machine_.monotonic();
  const microseconds passed = std::max(at - looked_, microseconds(0));
  looked_ = at;
  settle(wall, at);
  if (state_ != State::plausible) {
    proven_ = proven_ + passed;
  } else {
    proven_ = std::min(wall, proven_ + 2 * passed);
  }
}

Instant ClockWatch::believed() const {
  const std::lock_guard lock(mutex_);
  look();
  return state_ == State::plausible ? base_ : expected(looked_);
}

Instant ClockWatch::proven() const {
  const std::lock_guard lock(mutex_);
  look();
  return std::min(proven_, machine_.now());
}

ClockMemory ClockWatch::memory() const {
  const std::lock_guard lock(mutex_);
  look();
  return {expected(looked_), proven_, looked_, facts_.boot};
}

ClockWatch::State ClockWatch::state() const {
  const std::lock_guard lock(mutex_);
  look();
  return state_;
}

std::string ClockWatch::finding() const {
  const std::lock_guard lock(mutex_);
  look();
  if (state_ == State::plausible) return {};
  const std::string wall = to_iso8601(machine_.now()), should = to_iso8601(expected(looked_));
  return fmt::format(
      "The clock of this machine says {}, but by what is stored and the time that has passed it is {}{}. Set the clock, "
      "and see that NTP runs. Until then what expires goes by {} and nothing is deleted by the clock's time.",
      wall, exact_ ? "about " : "not before ", should, should);
}

std::string boot_of_machine() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string name;
  std::getline(file, name);
  return name;
}

}  // namespace connlog
