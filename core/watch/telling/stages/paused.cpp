// Paused: of what is paused or switched off nobody is told. An incident can stand there for a moment only: a pause ends it.
#include "core/watch/telling/stages/stages.h"

namespace connlog {

StageAnswer decide_paused(const TellingFacts& facts) {
  if (!facts.is_paused) return passes();
  return drops(TellingReason::subject_paused, facts.incident.subject_name + " is paused or switched off");
}

}  // namespace connlog
