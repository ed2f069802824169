// Hours: outside the working hours of the rule its incidents wait, and are told when these begin, if they are still open.
#include "core/watch/telling/stages/stages.h"

namespace connlog {

StageAnswer decide_hours(const TellingFacts& facts) {
  if (!facts.hours_begin.is_set() || facts.hours_begin <= facts.now) return passes();
  return holds(TellingReason::outside_hours,
               "outside the working hours of its rule, which begin " + time_mark(facts.hours_begin), facts.hours_begin);
}

}  // namespace connlog
