// Teams of people in a workspace. A team has members and subjects (what is watched). Each member may have the right to
// edit what belongs to the team. Plain data and the interface of the store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/transaction.h"

namespace connlog {

inline constexpr std::size_t kTeamsMax = 100;  // of one workspace

struct Team {
  TeamId id;
  WorkspaceId workspace;
  std::string name;  // 1–80 characters, unique in the workspace, ignoring case
  Instant created_at;
  std::int64_t version = 1;
  std::int64_t members = 0, subjects = 0;  // counted by the store
};

struct TeamMember {
  TeamId team;
  WorkspaceId workspace;
  UserId user;
  bool may_edit = false;  // lets an operator edit the team's subjects and rules
  Instant since;
};

class TeamStore {
 public:
  virtual ~TeamStore() = default;

  virtual Result<std::vector<Team>> teams(Snapshot&, WorkspaceId) const = 0;  // by name
  virtual Result<std::optional<Team>> team(Snapshot&, WorkspaceId, TeamId) const = 0;
  virtual Result<void> insert(Transaction&, const Team&) = 0;
  virtual Result<void> update(Transaction&, const Team&) = 0;
  virtual Result<void> remove(Transaction&, WorkspaceId, TeamId) = 0;  // also from open invitations

  virtual Result<std::vector<TeamMember>> members(Snapshot&, WorkspaceId) const = 0;  // of every team of the workspace
  virtual Result<std::vector<TeamMember>> of_user(Snapshot&, WorkspaceId, UserId) const = 0;
  virtual Result<std::optional<TeamMember>> member(Snapshot&, WorkspaceId, TeamId, UserId) const = 0;
  virtual Result<void> put_member(Transaction&, const TeamMember&) = 0;
  virtual Result<void> remove_member(Transaction&, WorkspaceId, TeamId, UserId) = 0;
};

}  // namespace connlog
