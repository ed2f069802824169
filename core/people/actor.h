// Who does something: carried from the middleware (or the command line, or a worker) through every service into the
// audit log. A value; any thread.
#pragma once

#include <string>
#include <vector>

#include "core/people/roles.h"
#include "core/base/id.h"

namespace connlog {

// Which agents somebody sees in a workspace, and so which readings, incidents and notifications. Where the workspace is
// scoped by team, people below admin see the agents of their own teams; what is out of sight is not there (404).
struct Sight {
  bool all = true;
  std::vector<TeamId> teams = {};  // with all = false; at most a hundred

  // `team` nil: the agent belongs to no team.
  bool sees(const TeamId& team) const {
    if (all) return true;
    for (const TeamId& mine : teams) {
      if (mine == team) return true;
    }
    return false;
  }
};

struct Actor {
  // api_key: a program with a key of its own; `user` is then set for a personal key.
  enum class Kind { user, agent, system, command_line, api_key };

  Kind kind = Kind::system;
  UserId user = {};            // with Kind::user, and with a personal API key
  ApiKeyId api_key = {};       // with Kind::api_key
  AgentId agent = {};          // with Kind::agent
  WorkspaceId workspace = {};  // the workspace acted in; nil for acts of the appliance
  Role role = Role::viewer;    // with Kind::user and a workspace
  bool team_grant = false;     // a team of theirs lets them edit its things (access/roles.h)
  bool break_glass = false;    // here by an administrator's reasoned, limited opening, not as a member
  Sight sight = {};            // in the workspace
  bool appliance_administrator = false;
  std::string name = {};     // as shown in timelines and the audit log
  std::string address = {};  // where the request came from; empty for system
};

}  // namespace connlog
