// Who does something: carried from the middleware (or the command line, or a worker) through every service into the
// audit log. A value; any thread.
#pragma once

#include <string>

#include "core/access/roles.h"
#include "core/base/id.h"

namespace connlog {

struct Actor {
  enum class Kind { user, agent, system, command_line };

  Kind kind = Kind::system;
  UserId user = {};            // with Kind::user
  AgentId agent = {};          // with Kind::agent
  WorkspaceId workspace = {};  // the workspace acted in; nil for acts of the appliance
  Role role = Role::viewer;    // with Kind::user and a workspace
  bool appliance_administrator = false;
  std::string name = {};     // as shown in timelines and the audit log
  std::string address = {};  // where the request came from; empty for system
};

}  // namespace connlog
