// Decides what a new look at a subject means for one rule and one part: nothing, remember that a breach began, open an
// incident, or resolve it. Pure: no clock, no database, no network. The caller (watch.h) persists the decision and what
// is told of it in one transaction; sources ask the same function beforehand whether an observation can matter at all.
//
// A look is caused by a reading, or by time: the source fell silent, or a deadline or a cooldown is over.
//
// `now` is engine time: the wall clock as it was when the process started plus monotonic time since. It never steps
// inside a process. Instants that an earlier process stored may come from another wall clock. The rest of each wait is
// clamped here, so no wait is longer than the rule says.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/watch/incident.h"
#include "core/watch/rule.h"
#include "core/watch/subject.h"
#include "core/base/clock.h"

namespace connlog {

// What was seen of a subject, or of a part of it.
struct Seen {
  State state = State::up;  // the observed one, which no incident changes
  StateReason reason = StateReason::heard;
  std::optional<std::int64_t> value_x100 = {};  // metric rules: the measured value in hundredths, where there is one
  // Observations were missed while the appliance listened: it is not known whether a value was beyond its threshold all
  // the time.
  bool after_gap = false;
  bool is_reading = false;  // false: time passed, and nothing new was measured
};

enum class Verdict {
  keep,      // nothing changes
  remember,  // only the state changes
  open,      // an incident opens
  resolve,   // the open incident is over
};

enum class Reason {
  not_breached,       // the condition does not hold
  no_value,           // the host did not send the value: no verdict either way
  breach_began,       // the condition holds, not yet for long enough
  breach_began_anew,  // the condition holds, but heartbeats were missed
  breach_continues,   // the condition still holds, not yet for long enough
  breach_ended,       // the condition no longer holds; the duration was not reached
  duration_reached,   // the condition held for the whole duration: open
  in_cooldown,        // the condition holds, but the last recovery is too recent
  still_open,         // the incident is open and the condition holds
  within_hysteresis,  // the condition no longer holds, but the value is not back by the hysteresis
  recovered,          // resolve
  went_silent,        // open
  not_its_business,   // a metric rule is judged by readings only, an event by its sender
};
std::string_view to_text(Reason reason);

struct Decision {
  Verdict verdict = Verdict::keep;
  Reason reason = Reason::not_breached;
  RuleState next;  // valid unless `keep`; the incident's id is filled in by the caller when it opens
};

Decision decide(const Rule& rule, const RuleState& state, const Seen& seen, Instant now);

// When a look that time causes can matter next, if nothing else happens: the deadline of a state that lasts, or the end
// of a cooldown during silence. It may lie before `now`. Nothing: only a new observation can.
std::optional<Instant> next_look(const Rule& rule, const RuleState& state, const Seen& seen, Instant now);

// A state in which nothing is pending or open; keeps a cooldown.
RuleState calm(const RuleState& state, Instant now);

}  // namespace connlog
