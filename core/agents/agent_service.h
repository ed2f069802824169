// What people do with agents: add, rename, set, disable, rotate the token, decide about a machine, remove. Every method
// runs inside the caller's transaction, writes the audit log, and updates the directory after the commit.
// The role was checked at the route; the workspace and the object are checked here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/people/actor.h"
#include "core/watch/agent.h"
#include "core/base/secret.h"
#include "core/watch/agent_directory.h"

namespace connlog {

struct NewAgent {
  std::string name;
  std::vector<std::string> tags;
  std::optional<TeamId> team;  // absent: the only team that the actor may edit for, if there is just one
  std::vector<GroupId> groups;
  std::int64_t interval_seconds = 10;
  std::int64_t missed_threshold = 3;
  bool authorised = false;  // "I may monitor this system": must be true, and is audited
};

struct AgentChange {  // only what is set changes
  std::optional<std::string> name;
  std::optional<std::vector<std::string>> tags;
  std::optional<TeamId> team;  // nil: of no team
  std::optional<std::vector<GroupId>> groups;
  std::optional<std::int64_t> interval_seconds, missed_threshold;
  std::optional<wire::MetricToggles> metrics;
  std::optional<bool> disabled;
};

struct AgentWithToken {
  Agent agent;
  Secret token;  // shown once
};

class AgentService {
 public:
  virtual ~AgentService() = default;
  virtual Result<AgentWithToken> add(Transaction&, const Actor&, const NewAgent&) = 0;
  // The same with a token that the caller made: of a host that enrols itself (core/agents/enrolment_keys.h).
  virtual Result<AgentWithToken> enrol(Transaction&, const Actor&, const NewAgent&, Secret token) = 0;
  virtual Result<Agent> change(Transaction&, const Actor&, AgentId, const AgentChange&) = 0;
  virtual Result<AgentWithToken> rotate_token(Transaction&, const Actor&, AgentId) = 0;
  // `approve`: the waiting machine becomes the bound one. Otherwise it is forgotten and stays refused.
  virtual Result<Agent> decide_machine(Transaction&, const Actor&, AgentId, bool approve) = 0;
  virtual Result<void> remove(Transaction&, const Actor&, AgentId) = 0;  // leaves a tombstone: 410 for ever
};

}  // namespace connlog
