// What people do with groups of agents. Every method runs inside the caller's transaction, in the actor's workspace,
// and writes the audit log; the right to manage members was checked at the route. Any thread.
#pragma once

#include <string>

#include "core/audit/audit.h"
#include "core/base/events.h"
#include "core/base/random.h"
#include "core/people/actor.h"
#include "core/watch/agent.h"
#include "core/watch/agent_directory.h"
#include "core/watch/group.h"

namespace connlog {

class Groups {
 public:
  struct Parts {
    GroupStore& groups;
    AgentStore& agents;
    AuditLog& audit;
    AgentDirectory& directory;
    EventBus& bus;
    const Clock& clock;
    Random& random;
  };
  explicit Groups(const Parts& parts) : parts_(parts) {}

  Result<Group> add(Transaction&, const Actor&, const std::string& name);
  // `expected_version` 0: unconditional.
  Result<Group> rename(Transaction&, const Actor&, GroupId, const std::string& name, std::int64_t expected_version);
  // Conflict while a rule targets the group. Its agents stay, without the group.
  Result<void> remove(Transaction&, const Actor&, GroupId);

  const GroupStore& store() const { return parts_.groups; }

 private:
  Parts parts_;
};

}  // namespace connlog
