// Flapping: a subject that changes its state too often is told of once, then nothing until it is steady. What is down for 30
// minutes in a row is told as down all the same.
#include "core/watch/telling/stages/stages.h"

#include "core/watch/telling/flapping.h"

namespace connlog {

StageAnswer decide_flapping(const TellingFacts& facts) {
  if (!facts.flapping_since.is_set()) return passes();
  const Instant told_at = facts.down_since.is_set() ? facts.down_since + kFlapToldDownAfter : Instant{};
  if (told_at.is_set() && told_at <= facts.now) {
    StageAnswer answer;
    answer.reason = TellingReason::flapping_down;
    answer.text = "it changes its state too often, and is down since " + time_mark(facts.down_since);
    return answer;
  }
  return holds(TellingReason::flapping,
               "it changes its state too often since " + time_mark(facts.flapping_since) +
                   (facts.flapping_said ? "; that was told" : ""),
               told_at, facts.incident.subject);
}

}  // namespace connlog
