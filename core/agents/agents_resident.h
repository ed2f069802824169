// What core/agents has in a workspace: agents, enrolment keys, and whether its agents can report. The subjects that
// agents are belong to core/watch and are erased there. Any thread; `changed` on the writer thread.
#pragma once

#include "core/access/resident.h"
#include "core/agents/agent.h"
#include "core/agents/agent_directory.h"
#include "core/people/workspace_rows.h"

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
  // sooner. Neither does time judge the groups that they are in.
  void changed(const Workspace&) override;
  // First the agents go, in memory and on the disk: their tokens get 410 from then on. Then this room's rows are
  // deleted.
  Result<bool> erase(Transaction&, WorkspaceId, std::int64_t& rows) override;

 private:
  Parts parts_;
};

}  // namespace connlog
