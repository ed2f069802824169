// A monitored host as the server knows it: what makes a subject an agent. The name, tags, teams and notes are the
// subject's (core/watch/subject.h); the token, the settings that the host fetches, and what its heartbeats taught are
// here. Two tables: what people set (agent), and what heartbeats teach (agent_fact). Plain data and the interface of
// the store. The program that runs on the host is in host/, the wire between the two in core/wire. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/transaction.h"
#include "core/crypto/token.h"
#include "core/wire/frame.h"

namespace connlog {

struct Agent {
  AgentId id;  // its subject's
  WorkspaceId workspace;

  // What people set.
  TokenDigest token_digest{};
  std::string token_hint;              // "agent_5f0c…a1b2": first and last four hex digits, for people
  std::int64_t interval_seconds = 10;  // 10–86400
  std::int64_t missed_threshold = 3;   // 1–100
  wire::MetricToggles metrics;
  std::uint32_t config_version = 1;  // ≥ 1, up by one on each change of what the agent reads (agent-protocol §5)
  bool disabled = false;             // its heartbeats get 423

  // Learnt from heartbeats; written only when a value changes.
  std::string agent_version;
  std::string hostname, os, arch;  // only while the host shares them (agent-protocol §2.3)
  std::int64_t core_count = 0;     // 0: unknown
  // The interval that the agent really runs: that of the configuration which it acknowledged, not of the one just
  // saved. Silence is judged by it (agent-protocol §12.5), also after a restart of the appliance. 0: not known yet.
  std::int64_t interval_in_force_seconds = 0;
  std::string machine_id;  // the bound machine: 64 hex, or "host:<name>", or empty while unbound
  // Another machine that used the token; waits for an admin's decision. A clone that shares the bound machine's id is
  // "<bound>+host:<name>" or, where the name is not shared, "<bound>+boot:<Unix seconds>".
  std::string pending_machine_id;
};

// How long an agent may send nothing before it is silent: interval in force × (threshold + 1). Counted with the
// interval that the agent runs (agent-protocol §12.5).
microseconds silence_window(const Agent& agent);

struct MachineEvent {  // the binding's history
  AgentId agent;
  WorkspaceId workspace;
  Instant at;
  std::string kind;  // "bound", "mismatch_accepted", "mismatch_refused", "missing", "approved", "rejected", "released"
  std::string machine_id;
  std::string actor_name;
};

class AgentStore {
 public:
  virtual ~AgentStore() = default;
  virtual Result<std::vector<Agent>> all(Snapshot&) const = 0;  // start-up only: every workspace
  // The digests of the tokens of all agents that were removed: their requests get 410 for ever. Start-up only.
  virtual Result<std::vector<TokenDigest>> gone(Snapshot&) const = 0;
  virtual Result<std::optional<Agent>> find(Snapshot&, WorkspaceId, AgentId) const = 0;
  virtual Result<std::vector<Agent>> list(Snapshot&, WorkspaceId) const = 0;  // by id
  virtual Result<void> insert(Transaction&, const Agent&) = 0;  // the subject's row was inserted before
  virtual Result<void> update(Transaction&, const Agent&) = 0;  // both tables, each where it differs
  // Keeps the token's digest in gone_agent. SubjectStore::remove follows.
  virtual Result<void> remove(Transaction&, const Agent&) = 0;
  virtual Result<void> add_machine_event(Transaction&, const MachineEvent&) = 0;
  virtual Result<std::vector<MachineEvent>> machine_events(Snapshot&, WorkspaceId, AgentId, int limit) const = 0;
};

}  // namespace connlog
