// Repeat: a reminder goes out when it is due, and not while somebody looks after the incident.
#include "core/watch/telling/stages/stages.h"

namespace connlog {

StageAnswer decide_repeat(const RecipientFacts& facts) {
  if (!facts.is_reminder) return passes();
  if (facts.acknowledged_for_ever) return holds(TellingReason::acknowledged, "somebody looks after it");
  if (facts.acknowledged_until > facts.now)
    return holds(TellingReason::acknowledged, "somebody looks after it until " + time_mark(facts.acknowledged_until),
                 facts.acknowledged_until);
  if (facts.repeat_at > facts.now)
    return holds(TellingReason::not_due, "the next reminder is due at " + time_mark(facts.repeat_at), facts.repeat_at);
  return passes();
}

}  // namespace connlog
