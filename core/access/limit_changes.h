// Changes the appliance's limits for its administrator and writes each change, from which value to which, into the
// administrative trail. Runs inside the caller's transaction; the new values are in force after its commit, but for a
// shorter time of retention, which waits (core/people/retention_plan.h). Any thread.
#pragma once

#include <vector>

#include "core/audit/audit.h"
#include "core/base/clock.h"
#include "core/people/actor.h"
#include "core/people/limits.h"
#include "core/people/retention_plan.h"

namespace connlog {

struct LimitChange {
  Limit limit;
  bool back_to_default = false;
  std::int64_t value = 0;
};

class LimitChanges {
 public:
  LimitChanges(Limits& limits, RetentionPlan& plan, LimitStore& store, AuditLog& audit, const Clock& clock)
      : limits_(limits), plan_(plan), store_(store), audit_(audit), clock_(clock) {}

  // Makes all changes or none; errors name the limit.
  Result<void> change(Transaction&, const Actor&, const std::vector<LimitChange>&);
  // Takes a shorter time that waits back. `not_found`: none waits (any more).
  Result<void> undo(Transaction&, const Actor&, Limit);

 private:
  Limits& limits_;
  RetentionPlan& plan_;
  LimitStore& store_;
  AuditLog& audit_;
  const Clock& clock_;
};

}  // namespace connlog
