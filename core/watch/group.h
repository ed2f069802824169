// Groups of agents, inside one workspace: for filters and rules. Plain data and the interface of the store. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/transaction.h"

namespace connlog {

inline constexpr std::size_t kGroupsMax = 200;  // of one workspace
inline constexpr std::size_t kGroupsOfAgentMax = 20;

struct Group {
  GroupId id;
  WorkspaceId workspace;
  std::string name;  // the same form as a team's name
  Instant created_at;
  std::int64_t version = 1;
  std::int64_t agents = 0, rules = 0;  // counted by the store
};

class GroupStore {
 public:
  virtual ~GroupStore() = default;
  virtual Result<std::vector<Group>> list(Snapshot&, WorkspaceId) const = 0;  // by name
  virtual Result<std::optional<Group>> find(Snapshot&, WorkspaceId, GroupId) const = 0;
  virtual Result<void> insert(Transaction&, const Group&) = 0;
  virtual Result<void> update(Transaction&, const Group&) = 0;
  virtual Result<void> remove(Transaction&, WorkspaceId, GroupId) = 0;  // its agents leave it
};

}  // namespace connlog
