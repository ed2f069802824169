// Who performs an act: a person, an agent, a program or connlog itself. An Actor is passed from the middleware (or the
// command line, or a worker) through every service into the audit trails. A value; any thread.
#pragma once

#include <string>
#include <vector>

#include "core/people/roles.h"
#include "core/base/id.h"
#include "core/base/words.h"

namespace connlog {

// Which subjects a person sees in a workspace, and so which readings, incidents and notifications. In a workspace that is
// scoped by team, people below admin see only the subjects of their own teams; everything else answers with 404.
struct Sight {
  bool all = true;
  std::vector<TeamId> teams = {};  // with all = false; at most a hundred

  // `of`: the teams of the subject. It is seen by the people of any of them.
  bool sees(const std::vector<TeamId>& of) const {
    if (all) return true;
    for (const TeamId& mine : teams) {
      for (const TeamId& its : of) {
        if (mine == its) return true;
      }
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
  bool team_grant = false;     // a team of theirs lets them edit its things (people/roles.h)
  bool break_glass = false;    // an administrator with a reasoned, limited opening, not a member
  Sight sight = {};            // in the workspace
  bool appliance_administrator = false;
  std::string name = {};     // as shown in timelines and the audit log
  std::string address = {};  // where the request came from; empty for system
};

template <>
inline constexpr auto kWords<Actor::Kind> = words_for<Actor::Kind>({
    {Actor::Kind::user, "user"},
    {Actor::Kind::agent, "agent"},
    {Actor::Kind::system, "system"},
    {Actor::Kind::command_line, "command_line"},
    {Actor::Kind::api_key, "api_key"},
});

}  // namespace connlog
