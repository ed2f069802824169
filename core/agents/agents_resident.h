// What core/agents has in a workspace: enrolment keys, and the agents as those that report. Their rows and live entries are
// in core/watch, on loan, and go with it. Any thread; `changed` on the writer thread.
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

  // Agents of a workspace that is enabled again cannot be heard at once.
  void changed(const Workspace&) override;
  // First the agents become tombstones, in memory and on the disk; then the rows go.
  Result<bool> erase(Transaction&, WorkspaceId, std::int64_t& rows) override;

 private:
  Parts parts_;
};

}  // namespace connlog
