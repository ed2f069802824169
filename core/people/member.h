// The members of a workspace: each membership together with the person's name, mail address and state. Plain data and
// the interface of its store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/people/workspace.h"

namespace connlog {

struct Member {
  WorkspaceId workspace;
  UserId user;
  std::string name, mail;
  Role role = Role::viewer;
  Instant since;
  Instant last_login_at;
  bool enabled = true;  // whether the person's account is enabled
};

class MemberStore {
 public:
  virtual ~MemberStore() = default;
  virtual Result<std::vector<Member>> list(Snapshot&, WorkspaceId) const = 0;  // by name
  virtual Result<std::optional<Member>> find(Snapshot&, WorkspaceId, UserId) const = 0;
  // The number of owners who can log in.
  virtual Result<std::int64_t> owners(Snapshot&, WorkspaceId) const = 0;
  virtual Result<std::int64_t> owned_by(Snapshot&, UserId) const = 0;  // the number of workspaces
  virtual Result<void> set_role(Transaction&, WorkspaceId, UserId, Role) = 0;
  virtual Result<void> remove(Transaction&, WorkspaceId, UserId) = 0;  // also from the workspace's teams
};

}  // namespace connlog
