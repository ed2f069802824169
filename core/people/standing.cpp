#include "core/people/standing.h"

#include <algorithm>

namespace connlog {

Result<std::optional<Standing>> standing_of(Snapshot& snapshot, const StandingStores& stores, WorkspaceId workspace,
                                            UserId user) {
  const auto membership = TRY(stores.workspaces.membership(snapshot, workspace, user));
  if (!membership) return std::optional<Standing>{};
  Standing standing;
  standing.role = membership->role;
  // Owners and admins see and edit everything, with or without a team.
  if (standing.role == Role::owner || standing.role == Role::admin) return std::optional<Standing>(standing);
  const auto teams = TRY(stores.teams.of_user(snapshot, workspace, user));
  standing.team_grant = std::any_of(teams.begin(), teams.end(), [](const TeamMember& mine) { return mine.may_edit; });
  const auto settings = TRY(stores.settings.get(snapshot, workspace));
  if (!settings.team_scoped) return std::optional<Standing>(standing);
  standing.sight.all = false;
  for (const TeamMember& mine : teams) standing.sight.teams.push_back(mine.team);
  return std::optional<Standing>(std::move(standing));
}

void announce_access(Transaction& tx, EventBus& bus, WorkspaceId workspace) {
  tx.after_commit([&bus, workspace] {
    bus.publish({workspace, EventScope::everybody(), EventName::access_changed,
                 R"({"workspace_id":")" + workspace.text() + R"("})"});
  });
}

}  // namespace connlog
