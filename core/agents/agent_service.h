// What people do with agents: add, rename, set, disable, rotate the token, decide about a machine, remove. Every method
// runs inside the caller's transaction, writes the audit log, and updates the directory after the commit. The role was
// checked at the route; the workspace and the object are checked here. Any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/audit/audit.h"
#include "core/base/clock.h"
#include "core/base/events.h"
#include "core/base/random.h"
#include "core/base/secret.h"
#include "core/crypto/keyring.h"
#include "core/people/actor.h"
#include "core/people/limits.h"
#include "core/people/team.h"
#include "core/watch/agent.h"
#include "core/watch/agent_directory.h"
#include "core/watch/alert_runner.h"
#include "core/watch/group.h"

namespace connlog {

struct NewAgent {
  std::string name;
  std::vector<std::string> tags;
  std::optional<TeamId> team;  // absent: the team that the actor may edit for, if there is exactly one
  std::vector<GroupId> groups;
  std::int64_t interval_seconds = 10;
  std::int64_t missed_threshold = 3;
  bool authorised = false;  // "I may monitor this system": must be true, and is audited
};

struct AgentChange {  // only what is set changes
  std::optional<std::string> name;
  std::optional<std::vector<std::string>> tags;
  std::optional<TeamId> team;  // nil: no team
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
  struct Parts {
    AgentStore& agents;
    AuditLog& audit;
    AgentDirectory& directory;
    AlertRunner& runner;
    Clock& clock;
    Random& random;
    EventBus& bus;
    Key token_key;
    TeamStore& teams;
    GroupStore& groups;
    const Limits* limits = nullptr;  // null: nothing is limited
  };
  explicit AgentService(const Parts& parts) : parts_(parts) {}

  Result<AgentWithToken> add(Transaction&, const Actor&, const NewAgent&);
  // The same with a token that the caller made, for a host that enrols itself (core/agents/enrolment_keys.h).
  Result<AgentWithToken> enrol(Transaction&, const Actor&, const NewAgent&, Secret token);
  Result<Agent> change(Transaction&, const Actor&, AgentId, const AgentChange&);
  Result<AgentWithToken> rotate_token(Transaction&, const Actor&, AgentId);
  // `approve`: the waiting machine becomes the bound one. Otherwise that machine is no longer waiting, and stays
  // refused.
  Result<Agent> decide_machine(Transaction&, const Actor&, AgentId, bool approve);
  Result<void> remove(Transaction&, const Actor&, AgentId);  // leaves a tombstone: its token gets 410 for ever

 private:
  // The agent, if the actor sees it and may edit it.
  Result<Agent> find(Snapshot&, const Actor&, AgentId) const;
  // Operators edit by the grant of a team, and only what belongs to that team.
  Result<void> check_may_edit(Snapshot&, const Actor&, TeamId) const;
  Result<TeamId> team_for(Snapshot&, const Actor&, const std::optional<TeamId>& wanted) const;
  Result<std::vector<GroupId>> checked_groups(Snapshot&, const Actor&, std::vector<GroupId>) const;
  Result<void> check_limits(std::int64_t interval_seconds) const;  // the appliance's limits
  // Checks and sets what the change names; what differs then, in words for the trail. Empty: nothing.
  Result<std::string> apply(Transaction&, const Actor&, const AgentChange&, Agent&) const;
  Result<void> note_machine(Transaction&, const Actor&, const Agent&, const std::string& kind,
                            const std::string& machine);
  void publish(Transaction&, const Agent&);
  Secret mint(Agent& agent);
  void set_token(Agent& agent, const Secret& token) const;

  Parts parts_;
};

}  // namespace connlog
