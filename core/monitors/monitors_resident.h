// What core/monitors has in a workspace: monitors with their pings, kept answers and hosts, event sources with their open events,
// and what groups and tags set for them. The subjects that monitors are belong to core/watch and are erased there. Any thread.
#pragma once

#include <functional>

#include "core/access/resident.h"
#include "core/monitors/monitor.h"
#include "core/monitors/monitor_directory.h"
#include "core/people/workspace_rows.h"

namespace connlog {

class MonitorsResident final : public Resident {
 public:
  struct Parts {
    MonitorStore& monitors;
    WorkspaceRows& rows;
    MonitorDirectory& directory;
    std::function<void(WorkspaceId)> forget_sources = {};  // event sources in memory; empty: there are none
  };
  explicit MonitorsResident(const Parts& parts) : parts_(parts) {}

  // First the monitors go, in memory and on the disk: nothing is checked and no ping is taken from then on. Then this
  // room's rows are deleted.
  Result<bool> erase(Transaction&, WorkspaceId, std::int64_t& rows) override;

 private:
  Parts parts_;
};

}  // namespace connlog
