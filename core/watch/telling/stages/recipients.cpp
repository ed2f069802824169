// Recipients: somebody must be there to be told.
#include "core/watch/telling/stages/stages.h"

namespace connlog {

StageAnswer decide_recipients(const TellingFacts& facts) {
  if (facts.recipients > 0) return passes();
  return drops(TellingReason::nobody_named,
               "nobody can be told: neither its rule nor its subject names a recipient that is switched on and agreed, and "
               "none receives by default");
}

}  // namespace connlog
