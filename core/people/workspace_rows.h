// Deletes the rows that a room stores for a workspace, when the workspace is deleted. The interface of the store; each
// room that stores rows has an implementation of its own in storage. Called on the writer thread.
#pragma once

#include <cstdint>

#include "core/base/id.h"
#include "core/base/transaction.h"

namespace connlog {

class WorkspaceRows {
 public:
  virtual ~WorkspaceRows() = default;
  // Deletes about `rows` rows at most and subtracts the number deleted from `rows`. True: the room has no rows left.
  virtual Result<bool> erase(Transaction&, WorkspaceId, std::int64_t& rows) = 0;
};

}  // namespace connlog
