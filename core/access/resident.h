// A resident is a room above core/access that has something in workspaces: agents, rules, leaks. Access makes, changes and
// deletes workspaces without knowing what is in them; it tells the residents, which are listed once
// (cli/appliance_services). A new room with a table of workspaces becomes a resident: a test walks all such tables.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/transaction.h"
#include "core/people/workspace.h"

namespace connlog {

class Resident {
 public:
  virtual ~Resident() = default;

  // Inside the transaction that makes the workspace: what every new one has of this room.
  virtual Result<void> born(Transaction&, const Workspace&) { return {}; }

  // After the commit that made or changed the workspace's row, on the writer thread; quick. For what is in memory.
  virtual void changed(const Workspace&) {}

  // One bounded piece of the deletion of a workspace, which takes in nothing new any more: at most about `rows` rows, less
  // by those that went. True: nothing is left of it in this room, in memory and on the disk.
  virtual Result<bool> erase(Transaction&, WorkspaceId, std::int64_t& rows) = 0;
};

// All residents, those of upper floors first: what refers to other things goes before them.
class Residents {
 public:
  explicit Residents(std::vector<Resident*> upper_floors_first) : all_(std::move(upper_floors_first)) {}

  Result<void> born(Transaction& tx, const Workspace& workspace) const {
    for (Resident* resident : all_) TRY(resident->born(tx, workspace));
    return {};
  }

  // `workspace` as it is in this transaction; the residents hear of it after the commit.
  void changed(Transaction& tx, const Workspace& workspace) const {
    tx.after_commit([this, workspace] {
      for (Resident* resident : all_) resident->changed(workspace);
    });
  }

  // True: nothing is left of it in any room.
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
