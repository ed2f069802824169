#include "core/people/removed.h"

#include <utility>

#include "core/base/random.h"

namespace connlog {

Removed removed_now(RemovedKind kind, const Uuid& object, std::string name, const Actor& actor, const Clock& clock,
                    Random& random) {
  const Instant now = clock.believed();
  Removed removed;
  removed.id = RemovedId::make(now, random);
  removed.workspace = actor.workspace;
  removed.kind = kind;
  removed.object = object;
  removed.name = std::move(name);
  removed.at = now;
  removed.by = actor.name;
  return removed;
}

}  // namespace connlog
