// Superseded: while a more severe incident of the same subject, part and metric is open, the lesser is held.
#include "core/watch/telling/stages/stages.h"

namespace connlog {

StageAnswer decide_superseded(const TellingFacts& facts) {
  if (facts.more_severe.empty()) return passes();
  return holds(TellingReason::more_severe_open, "a more severe incident is open: " + facts.more_severe, {},
               facts.incident.subject);
}

}  // namespace connlog
