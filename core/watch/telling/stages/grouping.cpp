// Grouping: the first message goes at once; what follows while a window runs joins the next one.
#include "core/watch/telling/stages/stages.h"

namespace connlog {

StageAnswer decide_grouping(const RecipientFacts& facts) {
  if (facts.group_until <= facts.now) return passes();
  return holds(TellingReason::grouped, "it joins the next message, at " + time_mark(facts.group_until) + " at the latest",
               facts.group_until);
}

}  // namespace connlog
