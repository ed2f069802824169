// What core/agents has in a workspace: enrolment keys, and whether its agents can report. The agents' rows and live
// entries are in core/watch, on loan, and are erased there. Any thread; `changed` on the writer thread.
#pragma once

#include "core/access/resident.h"
#include "core/people/workspace_rows.h"
#include "core/watch/agent.h"
#include "core/watch/agent_directory.h"

namespace connlog {

class AgentsResident final : public Resident {
 public:
  struct Parts {
    AgentStore& agents;
    WorkspaceRows& rows;
    AgentDirectory& directory;
    const Clock& clock;
  };
  explicit AgentsResident(const Parts& parts) : parts_(parts) {}

  // After a workspace is enabled again, silence of its agents counts only after kDisabledPause: they cannot be heard
  // sooner.
  void changed(const Workspace&) override;
  // First the agents become tombstones, in memory and on the disk; then this room's rows are deleted.
  Result<bool> erase(Transaction&, WorkspaceId, std::int64_t& rows) override;

 private:
  Parts parts_;
};

}  // namespace connlog
