// Changes the appliance's limits for its administrator and writes each change, from which value to which, into the
// administrative trail. Runs inside the caller's transaction; the new values are in force after its commit. Any thread.
#pragma once

#include <vector>

#include "core/audit/audit.h"
#include "core/base/clock.h"
#include "core/people/actor.h"
#include "core/people/limits.h"

namespace connlog {

struct LimitChange {
  Limit limit;
  bool back_to_default = false;
  std::int64_t value = 0;
};

class LimitChanges {
 public:
  LimitChanges(Limits& limits, LimitStore& store, AuditLog& audit, const Clock& clock)
      : limits_(limits), store_(store), audit_(audit), clock_(clock) {}

  // Makes all changes or none; errors name the limit.
  Result<void> change(Transaction&, const Actor&, const std::vector<LimitChange>&);

 private:
  Limits& limits_;
  LimitStore& store_;
  AuditLog& audit_;
  const Clock& clock_;
};

}  // namespace connlog
