// A resident is a room above core/access that keeps something in workspaces: subjects, rules, leaks. core/access makes,
// changes and deletes workspaces without knowing their contents, and tells the residents. They are listed in one place
// (cli/appliance_services). Each new room with a table of workspaces must become a resident; a test looks at every such
// table. What a room exports of a workspace is JSON, which core does not know: the room's part of web/api writes it
// (web/api/parts.h), and the same test compares it with the tables.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/transaction.h"
#include "core/people/workspace.h"

namespace connlog {

class Resident {
 public:
  virtual ~Resident() = default;

  // Called inside the transaction that makes the workspace: adds what every new workspace has from this room.
  virtual Result<void> born(Transaction&, const Workspace&) { return {}; }

  // Called after the commit that made or changed the workspace's row, on the writer thread. Must be quick; it updates
  // what is in memory.
  virtual void changed(const Workspace&) {}

  // Deletes one bounded piece of a workspace that accepts nothing new any more: at most about `rows` rows, and
  // subtracts from `rows` those that it deleted. True: nothing of the workspace is left in this room, in memory or on
  // disk.
  virtual Result<bool> erase(Transaction&, WorkspaceId, std::int64_t& rows) = 0;
};

// All residents, upper floors first, so that what refers to other things is deleted before them.
class Residents {
 public:
  explicit Residents(std::vector<Resident*> upper_floors_first) : all_(std::move(upper_floors_first)) {}

  Result<void> born(Transaction& tx, const Workspace& workspace) const {
    for (Resident* resident : all_) TRY(resident->born(tx, workspace));
    return {};
  }

  // `workspace` as it is in this transaction; the residents are told after the commit.
  void changed(Transaction& tx, const Workspace& workspace) const {
    tx.after_commit([this, workspace] {
      for (Resident* resident : all_) resident->changed(workspace);
    });
  }

  // True: nothing of the workspace is left in any room.
  Result<bool> erase(Transaction& tx, WorkspaceId workspace, std::int64_t& rows) const {
    for (Resident* resident : all_) {
      const bool done = TRY(resident->erase(tx, workspace, rows));
      if (!done) return false;
    }
    return true;
  }

  const std::vector<Resident*>& all() const { return all_; }

 private:
  std::vector<Resident*> all_;
};

}  // namespace connlog
