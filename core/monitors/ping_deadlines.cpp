#include "core/monitors/ping_deadlines.h"

#include <fmt/format.h>

#include <algorithm>

namespace connlog {
namespace {

// A ping from so far ahead was stamped by a clock that was wrong: what is expected counts from now.
constexpr seconds kFutureMax{26 * 3'600};
// A job that pings each period may be early by so much.
constexpr seconds kEarly{60};

bool is_by_schedule(const PingSettings& settings) {
  return !settings.schedule.empty();
}

Monotonic monotonic_of(Instant at, Instant wall, Monotonic now) {
  return now + (at - wall);
}

// Whether the window in which the ping should have come overlaps the last absence, by either clock. (A window that ended
// before was judged then: what is known to be missing is not judged again.) The wall clock tells only of what was expected
// before the absence ended: it may have been set since.
bool overlaps(const PingSettings& settings, const PingExpected& expected, const Presence::Now& here) {
  const microseconds early =
      is_by_schedule(settings) ? microseconds(0) : std::min<microseconds>(kEarly, settings.grace);
  if (expected.due < here.since + early) return true;
  return expected.made < here.since &&
         (expected.due < here.since + here.uncounted + early || expected.due_wall - early < here.back);
}

// "2026-11-29 02:30 UTC"
std::string minute_text(Instant at) {
  constexpr std::size_t kDate = 10, kClock = 11, kMinute = 5;
  const std::string iso = to_iso8601(at);
  return fmt::format("{} {} UTC", iso.substr(0, kDate), iso.substr(kClock, kMinute));
}
// "02:30:10 UTC"
std::string clock_text(Instant at) {
  constexpr std::size_t kClock = 11, kSecond = 8;
  return to_iso8601(at).substr(kClock, kSecond) + " UTC";
}

}  // namespace

std::optional<PingExpected> expected_ping(const PingSettings& settings, const PingState& state, Instant wall,
                                          Monotonic now) {
  PingState known = state;
  if (known.last_ping > wall + kFutureMax) known.last_ping = wall;
  if (known.last_start > wall + kFutureMax) known.last_start = wall;
  const std::optional<PingDue> due = due_of(settings, known);
  if (!due) return std::nullopt;
  microseconds until_due = due->due - wall;
  // The clock may have been set back since the last ping: no wait is longer than the period.
  if (!is_by_schedule(settings)) until_due = std::min<microseconds>(until_due, std::max(settings.period, settings.grace));
  const Monotonic at = now + until_due;
  return PingExpected{.due = at,
                      .down_at = at + (due->down_at - due->due),
                      .due_wall = due->due,
                      .down_wall = due->down_at,
                      .made = now,
                      .pings = state.pings};
}

PingExpected anew_by_wall(PingExpected expected, Instant wall, Monotonic now) {
  expected.due = monotonic_of(expected.due_wall, wall, now);
  expected.down_at = monotonic_of(expected.down_wall, wall, now);
  return expected;
}

PingJudged judge_ping(const PingSettings& settings, const PingState& state, const PingExpected& expected,
                      const Presence::Now& here, Instant wall, Monotonic now) {
  // A run that has begun has its grace to end; it is not late before.
  const bool is_run = state.last_start.is_set() && expected.due_wall == state.last_start;
  if (!overlaps(settings, expected, here)) {
    if (now < expected.down_at && is_run) return {PingVerdict::in_time, {}, expected.down_at};
    if (now >= expected.down_at) return {PingVerdict::missing, expected.down_wall, {}};
    if (now >= expected.due) return {PingVerdict::late, expected.due_wall, expected.down_at};
    return {PingVerdict::in_time, {}, expected.due};
  }
  // The next window that lies wholly in the time since: a ping that misses it too is missing.
  PingState anew = state;
  anew.last_ping = wall - (now - here.since);
  anew.last_start = {};
  anew.is_new = false;
  const std::optional<PingDue> next = due_of(settings, anew);
  const Monotonic unjudged_at = std::max(expected.down_at, here.since + settings.grace);
  if (next) {
    const Monotonic down_at = monotonic_of(next->down_at, wall, now);
    if (now >= down_at && now >= unjudged_at) return {PingVerdict::missing, next->down_at, {}};
    if (now >= unjudged_at) return {PingVerdict::own_absence, std::min(expected.down_wall, wall), down_at};
  } else if (now >= unjudged_at) {
    return {PingVerdict::own_absence, std::min(expected.down_wall, wall), {}};
  }
  return {PingVerdict::in_time, {}, unjudged_at};
}

std::string sentence_of(PingVerdict verdict, const PingState& state, const PingExpected& expected,
                        const Presence::Now& here) {
  const std::string last = state.last_start.is_set() ? fmt::format("its run that began at {} has not ended",
                                                                   minute_text(state.last_start))
                           : state.last_ping.is_set() ? fmt::format("no ping since {}", minute_text(state.last_ping))
                                                      : std::string("no ping yet");
  switch (verdict) {
    case PingVerdict::in_time:
      return {};
    case PingVerdict::late:
    case PingVerdict::missing:
      // Within one minute only the seconds tell the two apart.
      if (!state.last_start.is_set() && minute_text(state.last_ping) == minute_text(expected.due_wall))
        return fmt::format("no ping since {}; due at {}", clock_text(state.last_ping), clock_text(expected.due_wall));
      return fmt::format("{}; due at {}", last, minute_text(expected.due_wall));
    case PingVerdict::own_absence:
      break;
  }
  if (!here.away_from.is_set())
    return fmt::format("{}, but connlog itself was not running until {}", last, minute_text(here.back));
  return fmt::format("{}, but connlog itself was away from {} to {}", last, minute_text(here.away_from),
                     minute_text(here.back));
}

}  // namespace connlog
