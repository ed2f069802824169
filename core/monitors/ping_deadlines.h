// When a ping that does not come is late, missing, or not to be judged because connlog itself was away. Pure: time, and since
// when connlog has been there, are handed in. Any thread.
//
// Deadlines are monotonic: a step of the wall clock moves none of a period's. Slots of a schedule are wall clock, and are
// planned anew after a step (anew_by_wall).
#pragma once

#include <optional>
#include <string>

#include "core/base/clock.h"
#include "core/monitors/ping.h"
#include "core/monitors/presence.h"

namespace connlog {

struct PingExpected {
  Monotonic due{}, down_at{};
  Instant due_wall, down_wall;
  Monotonic made{};  // when this was computed
  std::int64_t pings = 0;  // how many there were when this was computed
};
// Nothing: nothing is expected.
std::optional<PingExpected> expected_ping(const PingSettings& settings, const PingState& state, Instant wall,
                                          Monotonic now);

// The deadlines of the same slots by the wall clock as it is now. For schedules, after a step.
PingExpected anew_by_wall(PingExpected expected, Instant wall, Monotonic now);

enum class PingVerdict {
  in_time,
  late,         // in its grace
  missing,      // down, from the end of the grace
  own_absence,  // unknown: its window overlaps a time at which connlog was not there
};
struct PingJudged {
  PingVerdict verdict = PingVerdict::in_time;
  Instant since;                        // from when it holds
  std::optional<Monotonic> look_again;  // nothing: only a ping changes it
};
PingJudged judge_ping(const PingSettings& settings, const PingState& state, const PingExpected& expected,
                      const Presence::Now& here, Instant wall, Monotonic now);

// "no ping since 2026-11-28 02:31 UTC; due at 2026-11-29 02:30 UTC". For people.
std::string sentence_of(PingVerdict verdict, const PingState& state, const PingExpected& expected,
                        const Presence::Now& here);

}  // namespace connlog
