// The rows that one room has of a workspace, for the day on which the workspace is deleted. The interface of the store;
// each room that keeps something has an implementation of its own in storage.
#pragma once

#include <cstdint>

#include "core/base/id.h"
#include "core/base/transaction.h"

namespace connlog {

class WorkspaceRows {
 public:
  virtual ~WorkspaceRows() = default;
  // Deletes at most about `rows` rows and takes from `rows` what it deleted. True: nothing of the room is left.
  virtual Result<bool> erase(Transaction&, WorkspaceId, std::int64_t& rows) = 0;
};

}  // namespace connlog
