// A person's standing in a workspace: their role, whether a team of theirs lets them edit, and which subjects they see.
// The middleware asks once per request; live events ask again while their stream is open. Only reads the stores; any
// thread. When rights in a workspace change, announce_access tells the open streams to ask again.
#pragma once

#include <optional>

#include "core/base/events.h"
#include "core/base/transaction.h"
#include "core/people/actor.h"
#include "core/people/team.h"
#include "core/people/workspace.h"
#include "core/people/workspace_setting.h"

namespace connlog {

struct Standing {
  Role role = Role::viewer;
  bool team_grant = false;
  Sight sight;
};

struct StandingStores {
  const WorkspaceStore& workspaces;
  const WorkspaceSettingStore& settings;
  const TeamStore& teams;
};

// Non-members have no standing.
Result<std::optional<Standing>> standing_of(Snapshot&, const StandingStores&, WorkspaceId, UserId);

// Informs the open event streams, after the commit, that rights in a workspace have changed: each stream then checks its
// person's rights again.
void announce_access(Transaction& tx, EventBus& bus, WorkspaceId workspace);

}  // namespace connlog
