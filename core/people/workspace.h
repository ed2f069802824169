// A workspace: the border around subjects, rules, incidents and people. Plain data and the interface of its store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/people/roles.h"
#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/transaction.h"
#include "core/base/words.h"

namespace connlog {

// How a heartbeat from a machine other than the bound one is treated (agent-protocol §12.4).
enum class MachinePolicy {
  warn,    // accept, record, warn people
  refuse,  // 403 until an admin approves the move
};
template <>
inline constexpr auto kWords<MachinePolicy> = words_for<MachinePolicy>({
    {MachinePolicy::warn, "warn"},
    {MachinePolicy::refuse, "refuse"},
});

struct Workspace {
  WorkspaceId id;
  std::string slug;  // [a-z0-9-]{1,40}, unique on the appliance
  std::string name;  // 1–80 characters
  MachinePolicy machine_policy = MachinePolicy::warn;
  bool enabled = true;
  Instant created_at;
  std::int64_t version = 1;  // for If-Match
};

// The appliance has a workspace of its own, in which it is watched. It is made with the database, nobody is its member, and
// it stands in no list: it is found by its id alone. Its slug is empty, which no other one's can be.
inline bool is_appliances_own(const Workspace& workspace) {
  return workspace.slug.empty();
}

struct Membership {
  WorkspaceId workspace;
  UserId user;
  Role role = Role::viewer;
  Instant since;
};

class WorkspaceStore {
 public:
  virtual ~WorkspaceStore() = default;
  virtual Result<std::optional<Workspace>> find(Snapshot&, WorkspaceId) const = 0;
  virtual Result<std::vector<Workspace>> of_user(Snapshot&, UserId) const = 0;
  // The workspaces whose only owner who can log in is this person.
  virtual Result<std::vector<Workspace>> owned_alone(Snapshot&, UserId) const = 0;
  virtual Result<std::vector<Workspace>> all(Snapshot&) const = 0;  // but the appliance's own; start-up and workers only
  virtual Result<void> insert(Transaction&, const Workspace&) = 0;
  virtual Result<void> update(Transaction&, const Workspace&) = 0;
  virtual Result<std::optional<Membership>> membership(Snapshot&, WorkspaceId, UserId) const = 0;
  virtual Result<void> put_membership(Transaction&, const Membership&) = 0;
};

}  // namespace connlog
