// Decides what a new observation means for one rule and one agent: nothing, remember that a breach began, open an
// incident, or resolve it. Pure: no clock, no database, no network. The caller (alert_runner) persists the decision and
// its outbox rows in one transaction; ingest asks the same function beforehand whether a reading can matter at all.
//
// `now` is engine time: the wall clock as it was when the process started plus monotonic time since. It never steps
// inside a process. Stored instants of an earlier process may lie on another wall clock; no wait is ever longer than the
// rule says, because what remains of it is clamped here.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/watch/incident.h"
#include "core/watch/rule.h"
#include "core/base/clock.h"
#include "core/watch/reading.h"

namespace connlog {

// What was seen of an agent.
struct Observation {
  enum class Kind {
    heartbeat,  // it spoke
    silent,     // it has said nothing for interval × (threshold + 1)
  };
  Kind kind = Kind::heartbeat;
  std::int64_t value_x100 = Reading::kNone;  // metric rules: the measured value, kNone where there is none
  // Heartbeats were missing although we listened: what held before cannot be said to have held all the time.
  bool after_gap = false;
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
  breach_began,       // it holds, not yet for long enough
  breach_began_anew,  // it holds, but there was a gap
  breach_continues,   // still not for long enough
  breach_ended,       // it stopped to hold before the duration was over
  duration_reached,   // it held for the whole duration: open
  in_cooldown,        // it holds, but the last recovery is too recent
  still_open,         // the incident is open and the condition holds
  within_hysteresis,  // it does not hold any more, but is not back by enough
  recovered,          // resolve
  went_silent,        // open
  not_its_business,   // a metric rule is not asked about silence
};
std::string_view to_text(Reason reason);

struct Decision {
  Verdict verdict = Verdict::keep;
  Reason reason = Reason::not_breached;
  RuleState next;     // valid unless `keep`; the incident's id is filled in by the caller when it opens
  Instant ask_again;  // in_cooldown of a silence rule: when to ask once more; nothing else will
};

Decision decide(const Rule& rule, const RuleState& state, const Observation& observation, Instant now);

// A state in which nothing is pending or open; keeps a cooldown.
RuleState calm(const RuleState& state, Instant now);

// The value that the rule's metric has in this reading; kNone where the host did not send it. Percent × 100, or load per
// core × 100 (kNone while the number of cores is unknown).
std::int64_t metric_value_x100(Metric metric, const Reading& reading, std::int64_t core_count);

}  // namespace connlog
