// Informs the open event streams, after the commit, that rights in a workspace have changed: each stream then checks
// its person's rights again. Called on the writer thread.
#pragma once

#include "core/base/events.h"
#include "core/base/transaction.h"

namespace connlog {

inline void announce_access(Transaction& tx, EventBus& bus, WorkspaceId workspace) {
  tx.after_commit([&bus, workspace] {
    bus.publish({workspace, EventScope::everybody(), EventName::access_changed,
                 R"({"workspace_id":")" + workspace.text() + R"("})"});
  });
}

}  // namespace connlog
