// What people do with agents: add, change, disable, rotate the token, decide about a machine, remove. What every
// subject has (name, tags, teams, pause, …) is SubjectService's, and so are sight, the right to edit and the line in
// the audit log; what only agents have is here. Every method runs inside the caller's transaction, and updates the
// directories after the commit. The role was checked at the route; the workspace and the object are checked here. Any
// thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/agents/agent.h"
#include "core/agents/agent_directory.h"
#include "core/audit/audit.h"
#include "core/base/clock.h"
#include "core/base/events.h"
#include "core/base/random.h"
#include "core/base/secret.h"
#include "core/crypto/keyring.h"
#include "core/people/actor.h"
#include "core/people/limits.h"
#include "core/people/removed.h"
#include "core/watch/subject_service.h"
#include "core/watch/watch.h"

namespace connlog {

struct NewAgent : NewSubject {  // `kind` is set here
  std::int64_t interval_seconds = 10;
  std::int64_t missed_threshold = 3;
  bool authorised = false;  // "I may monitor this system": must be true, and is audited
};

struct AgentChange : SubjectChange {  // only what is set changes
  std::optional<std::int64_t> interval_seconds, missed_threshold;
  std::optional<wire::MetricToggles> metrics;
  std::optional<bool> disabled;
};

struct AgentAndSubject {
  Agent agent;
  Subject subject;
};

struct AgentWithToken {
  Agent agent;
  Subject subject;
  Secret token;  // shown once
};

class AgentService final : public PutsBack {
 public:
  struct Parts {
    AgentStore& agents;
    SubjectService& subjects;
    AuditLog& audit;
    AgentDirectory& directory;
    Watch& watch;
    Clock& clock;
    Random& random;
    EventBus& bus;
    Key token_key;
    const Limits* limits = nullptr;   // null: nothing is limited
    RemovedStore* removed = nullptr;  // null: a removed agent is gone for good
  };
  explicit AgentService(const Parts& parts) : parts_(parts) {}

  Result<AgentWithToken> add(Transaction&, const Actor&, const NewAgent&);
  // The same with a token that the caller made, for a host that enrols itself (core/agents/enrolment_keys.h).
  Result<AgentWithToken> enrol(Transaction&, const Actor&, const NewAgent&, Secret token);
  // `expected_version` is the subject's: 0: unconditional; another one: conflict.
  Result<AgentAndSubject> change(Transaction&, const Actor&, AgentId, const AgentChange&,
                                 std::int64_t expected_version = 0);
  Result<AgentWithToken> rotate_token(Transaction&, const Actor&, AgentId);
  // `approve`: the waiting machine becomes the bound one. Otherwise that machine is no longer waiting, and stays
  // refused.
  Result<AgentAndSubject> decide_machine(Transaction&, const Actor&, AgentId, bool approve);
  // Its token gets 410 from then on, for ever unless it comes back.
  Result<void> remove(Transaction&, const Actor&, AgentId);
  // A removed agent, with its number, its history and its token, which works again.
  Result<std::vector<std::string>> put_back(Transaction&, const Actor&, const Removed&) override;

 private:
  // The agent, if the actor sees it and may edit it.
  Result<AgentAndSubject> find(Snapshot&, const Actor&, AgentId) const;
  Result<void> check_limits(std::int64_t interval_seconds) const;  // the appliance's limits
  Result<void> check_room(const Actor&) const;                     // for one more agent in the workspace
  // Checks and sets what the change names of the agent's own; what differs then, in words for the trail. Empty:
  // nothing.
  Result<std::string> apply(const AgentChange&, Agent&) const;
  // What follows from another configuration: states and open incidents that nothing would end any more.
  Result<void> tell_watch(Transaction&, const Actor&, const Agent& before, const AgentAndSubject& after);
  Result<void> note_machine(Transaction&, const Actor&, const Agent&, const std::string& kind,
                            const std::string& machine);
  void put(Transaction&, const Agent&);      // into the directory, after the commit
  void publish(Transaction&, const Agent&);  // the same, and screens look again
  Secret mint(Agent& agent);
  void set_token(Agent& agent, const Secret& token) const;

  Parts parts_;
};

}  // namespace connlog
