// Mute: somebody wants no messages about it for a while. What is still open at its end is told.
#include "core/watch/telling/stages/stages.h"

namespace connlog {

StageAnswer decide_mute(const TellingFacts& facts) {
  if (facts.mutes.empty()) return passes();
  const QuietFact& fact = longest(facts.mutes);
  if (fact.is_snooze) return holds(TellingReason::snoozed, "snoozed: " + said_of(fact), fact.until);
  return holds(TellingReason::muted, "muted: " + said_of(fact), fact.until);
}

}  // namespace connlog
