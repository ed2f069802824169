// Joins the pure engine to the stores. It reads rules and states again inside the transaction, decides, and writes
// incident, timeline, state and outbox rows together. After the commit it brings the directory up to date, publishes
// events and wakes the outbox. It opens no transaction itself: ingest, scheduler and services do.
//
// Engine time is the wall clock as it was at construction plus monotonic time since (core/watch/engine.h).
//
// Threads: might_change from any worker; everything with a Transaction on the writer thread.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/people/actor.h"
#include "core/watch/engine.h"
#include "core/watch/incident.h"
#include "core/watch/reading.h"
#include "core/watch/rule.h"
#include "core/audit/audit.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/events.h"
#include "core/watch/agent_directory.h"
#include "core/notify/notification.h"

namespace connlog {

struct AgentEntry;

class AlertRunner {
 public:
  struct Parts {
    AgentStore& agents;
    RuleStore& rules;
    IncidentStore& incidents;
    RecipientStore& recipients;
    OutboxStore& outbox;
    AgentDirectory& directory;
    Clock& clock;
    Random& random;
    EventBus& bus;
    std::string public_host;            // right of the @ in message ids
    std::function<void()> wake_outbox;  // called after a commit that queued a notification; quick
  };

  explicit AlertRunner(Parts parts);

  Instant engine_now() const;

  // What a reading could change, judged from memory alone. The caller chooses by it how the reading is written.
  enum class Effect {
    none,      // the reading only joins the log
    state,     // a state changes, nobody is told: the write may wait for the commit window
    incident,  // an incident opens or resolves: written at once
  };
  // Needs the entry's lock.
  Effect might_change(const AgentEntry& entry, const Reading& reading, bool after_gap) const;

  // A heartbeat arrived. `agent` is its row as it will be after the commit. Resolves silence incidents and judges the
  // metric rules.
  Result<void> on_reading(Transaction& tx, const Agent& agent, const Reading& reading, bool after_gap);

  // The agent is silent past its deadline. `silent_for` is shown in the incident's summary. Returns when to ask again
  // because of a cooldown (monotonic), or nothing.
  Result<std::optional<Monotonic>> on_silence(Transaction& tx, const Agent& agent, seconds silent_for);

  // Ends an incident for a reason that lies outside the engine. `actor_name` is shown in the timeline. A pending state
  // becomes ok. Does nothing if the state is ok.
  Result<void> end_incident(Transaction& tx, const RuleState& state, Resolution resolution,
                            const std::string& actor_name);

  // Ends the incidents and states of rules that were about the agent before the change and no longer are, or no longer
  // can be judged (a removed or disabled agent, a metric that is switched off).
  Result<void> agent_changed(Transaction& tx, const Agent& before, const Agent& after, const std::string& actor_name);
  // The same for one rule over all agents. `after` absent: deleted.
  Result<void> rule_changed(Transaction& tx, const Rule& before, const std::optional<Rule>& after,
                            const std::string& actor_name);

  // The recipients that the rule would tell now: enabled, with consent.
  Result<std::vector<Recipient>> recipients_of(Snapshot& snapshot, const Rule& rule) const;
  Result<void> queue(Transaction& tx, const Recipient& recipient, IncidentId incident, Notification::Kind kind,
                     WorkspaceId workspace);

 private:
  Result<void> open(Transaction& tx, const Rule& rule, const Agent& agent, RuleState next, const std::string& summary);
  Result<void> resolve(Transaction& tx, const RuleState& before, RuleState next, Resolution resolution,
                       const std::string& actor_name);
  Result<RuleState> state_of(Snapshot& snapshot, const Rule& rule, AgentId agent) const;
  Result<void> save_state(Transaction& tx, const RuleState& state);
  void announce(Transaction& tx, EventName name, const Incident& incident);

  Parts parts_;
  Instant engine_base_;
  Monotonic engine_start_;
};

}  // namespace connlog
