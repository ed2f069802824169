// The appliance's own workspace, in which it watches itself (0001_schema.sql). It has no members and is in nobody's list:
// every question for several workspaces leaves it out, binding this id. core/watch/subject.h has the same id for those who look at
// the appliance's subject; a test compares them. Constant data; any thread.
#pragma once

#include "core/base/id.h"

namespace connlog::storage {

inline WorkspaceId own_workspace() {
  WorkspaceId id;
  id.bytes.back() = 1;
  return id;
}

}  // namespace connlog::storage
