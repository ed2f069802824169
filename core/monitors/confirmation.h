// From results to states: a failed check starts confirmation, `retries` more at the retry interval, and the state changes
// after the last; recovery likewise. Pure: one result in, one decision out. One thread at a time.
#pragma once

#include <cstdint>
#include <optional>

#include "core/base/clock.h"
#include "core/checks/check.h"

namespace connlog {

struct ConfirmBy {
  std::int64_t retries = 2, recover_after = 1;
  seconds retry_interval{15};
};

// What was seen since the state was settled last.
struct Confirmation {
  std::optional<CheckVerdict> settled;    // the verdict that the monitor's state shows; nothing: pending
  std::optional<CheckVerdict> candidate;  // what the last results say, where that differs
  std::int64_t count = 0;                 // results in a row for the candidate
  std::int64_t unknowns = 0;              // unknown ones in a row since the last of them
  Instant candidate_since, candidate_last;  // the first of them, and the newest
};

struct Confirmed {
  std::optional<CheckVerdict> settles;  // the state changes to it now; the same verdict again is no change
  Instant since;                        // from when it holds: the first result for it
  bool retry_soon = false;              // check again after the retry interval
};
// Rules: the first result of all settles `up` and `degraded` at once and `down` after its retries. `unknown` settles at once
// and neither counts for nor against a candidate of `down`; what is down stays down meanwhile, as not being able to look is
// no recovery. Up ↔ degraded changes at once. Leaving `down` needs `recover_after` good results. A candidate of which nothing
// was seen for longer than two retry intervals and kCandidateStaleAfter begins anew: what was seen before does not tell of now.
inline constexpr seconds kCandidateStaleAfter{120};
// Likewise after more unknown results in a row than these.
inline constexpr std::int64_t kUnknownsMax = 3;
Confirmed confirm(Confirmation& confirmation, const CheckResult& result, const ConfirmBy& by);

// We were not there: what was counted starts again, the settled verdict stays.
void start_again(Confirmation& confirmation);

}  // namespace connlog
