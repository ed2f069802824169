// Everything about agents and alerts, wired: the directory, the receiver, the engine's runner, the scheduler, and the
// services that handlers call. main (and each test) builds one of these over the stores.
//
// Order at start: construct → load() → workers and listeners → listening() → start(). At stop: stop(), then close the stores
// (what still waits for its commit is answered through this), then destroy.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/people/team.h"
#include "core/people/workspace.h"
#include "core/access/workspace_service.h"
#include "core/watch/agent.h"
#include "core/agents/agent_service.h"
#include "core/watch/alert_runner.h"
#include "core/watch/alert_service.h"
#include "core/watch/incident.h"
#include "core/watch/rule.h"
#include "core/watch/scheduler.h"
#include "core/audit/audit.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/transaction.h"
#include "core/crypto/keyring.h"
#include "core/base/events.h"
#include "core/watch/reading.h"
#include "core/identity/attempt_limiter.h"
#include "core/watch/agent_directory.h"
#include "core/agents/ingest_service.h"
#include "core/notify/notification.h"

namespace connlog {

struct AlertStores {
  Stores& stores;
  WorkspaceStore& workspaces;
  AgentStore& agents;
  ReadingStore& readings;
  RuleStore& rules;
  IncidentStore& incidents;
  RecipientStore& recipients;
  OutboxStore& outbox;
  AuditLog& audit;
  TeamStore& teams;
};

class Limits;  // core/people/limits.h

struct AlertSettings {
  std::string public_url;              // "https://monitor.example.org": endpoint assignment, message ids
  Key token_key{};                     // Keyring::derive(key_purpose::kTokenDigest)
  std::function<void()> wake_outbox;   // NotifyService::wake; may be empty
  const Limits* limits = nullptr;      // of the appliance; none: nothing is limited
  AttemptLimiter* attempts = nullptr;  // for wrong tokens of agents; null: none are counted
  // Tells the owners of a workspace that a token is used by another machine (core/agents/machine_letter.h); may be empty.
  std::function<Result<void>(Transaction&, const Agent&, std::string_view event, const std::string& address)>
      tell_machine = {};
  bool limit_heartbeats = true;  // off only for benchmarks, whose agents beat as fast as they can
};

class AlertServices {
 public:
  AlertServices(const AlertStores& stores, Clock& clock, Random& random, EventBus& bus, const AlertSettings& settings);
  ~AlertServices();

  // Fills the memory from the database: workspaces, rules, agents, states, newest readings, request ids.
  Result<void> load();
  // The listeners are bound: silence counts from now, not from when we were last here.
  void listening();
  void start() { scheduler_->start(); }
  void stop() { scheduler_->stop(); }

  AgentDirectory& directory() { return directory_; }
  IngestService& ingest() { return *ingest_; }
  AgentService& agents() { return *agents_; }
  RuleService& rules() { return *rules_; }
  IncidentService& incidents() { return *incidents_; }
  WorkspaceService& workspaces() { return *workspaces_; }
  AlertRunner& runner() { return *runner_; }
  Scheduler& scheduler() { return *scheduler_; }

 private:
  AlertStores stores_;
  Clock& clock_;
  AgentDirectory directory_;
  std::unique_ptr<AlertRunner> runner_;
  std::unique_ptr<IngestService> ingest_;
  std::unique_ptr<AgentService> agents_;
  std::unique_ptr<RuleService> rules_;
  std::unique_ptr<IncidentService> incidents_;
  std::unique_ptr<WorkspaceService> workspaces_;
  std::unique_ptr<Scheduler> scheduler_;
};

}  // namespace connlog
