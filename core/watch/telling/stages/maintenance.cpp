// Maintenance: planned by people, or asked for by the host itself. Held until the window ends; what is still open then is told.
#include <string>
#include <utility>

#include "core/watch/telling/stages/stages.h"

namespace connlog {

const QuietFact& longest(const std::vector<QuietFact>& facts) {
  const QuietFact* last = &facts.front();
  for (const QuietFact& fact : facts) {
    if (!last->until.is_set()) break;
    if (!fact.until.is_set() || fact.until > last->until) last = &fact;
  }
  return *last;
}

std::string said_of(const QuietFact& fact) {
  std::string text = fact.name;
  if (!fact.by_name.empty()) text += ", by " + fact.by_name;
  if (fact.until.is_set()) text += ", until " + time_mark(fact.until);
  return text;
}

StageAnswer decide_maintenance(const TellingFacts& facts) {
  if (facts.maintenances.empty()) return passes();
  const QuietFact& fact = longest(facts.maintenances);
  if (fact.by_host) {
    std::string text = "its host asked for quiet";
    if (!fact.name.empty()) text += ": " + fact.name;
    if (fact.until.is_set()) text += ", until " + time_mark(fact.until);
    return holds(TellingReason::asked_by_host, std::move(text), fact.until);
  }
  return holds(TellingReason::in_maintenance, "maintenance: " + said_of(fact), fact.until);
}

}  // namespace connlog
