// The list Removed of a workspace: what its people removed and can put back, and what is to go for good at once. The
// service of each kind puts its own objects back (core/people/removed.h). Methods with a Transaction run inside the
// caller's; any thread.
#pragma once

#include <string>
#include <vector>

#include "core/audit/audit.h"
#include "core/people/actor.h"
#include "core/people/limits.h"
#include "core/people/removed.h"

namespace connlog {

class RemovedThings {
 public:
  struct Parts {
    RemovedStore& store;
    AuditLog& audit;
    const Limits& limits;
    PutsBack &rules, &recipients, &groups, &agents, &monitors, &sources;
  };
  explicit RemovedThings(const Parts& parts) : parts_(parts) {}

  struct Back {
    Removed removed;
    std::vector<std::string> left_out;  // what did not come back, a sentence each
  };

  Result<std::vector<Removed>> list(Snapshot&, const Actor&, RemovedId after, int limit) const;
  // When it goes by itself.
  Instant goes_at(const Removed&) const;
  Result<Back> restore(Transaction&, const Actor&, RemovedId);
  Result<void> erase(Transaction&, const Actor&, RemovedId);

 private:
  Result<Removed> find(Snapshot&, const Actor&, RemovedId) const;
  PutsBack& of(RemovedKind) const;

  Parts parts_;
};

}  // namespace connlog
