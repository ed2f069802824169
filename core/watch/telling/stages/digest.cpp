// Digest: a reader's own hours. What is less than critical waits for the end of the quiet hours, or for the daily digest.
#include "core/watch/telling/stages/stages.h"

namespace connlog {

StageAnswer decide_digest(const RecipientFacts& facts) {
  if (facts.severity == Severity::critical) return passes();
  if (facts.quiet_until > facts.now)
    return holds(TellingReason::quiet_hours, "its reader's quiet hours last until " + time_mark(facts.quiet_until),
                 facts.quiet_until);
  if (facts.digest_at > facts.now)
    return holds(TellingReason::daily_digest, "it goes into its reader's digest of " + time_mark(facts.digest_at),
                 facts.digest_at);
  return passes();
}

}  // namespace connlog
