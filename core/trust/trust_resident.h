// What core/trust has in a workspace: the leaks of its secrets. Any thread.
#pragma once

#include "core/access/resident.h"
#include "core/people/workspace_rows.h"

namespace connlog {

class TrustResident final : public Resident {
 public:
  explicit TrustResident(WorkspaceRows& rows) : rows_(rows) {}
  Result<bool> erase(Transaction& tx, WorkspaceId workspace, std::int64_t& rows) override {
    return rows_.erase(tx, workspace, rows);
  }

 private:
  WorkspaceRows& rows_;
};

}  // namespace connlog
