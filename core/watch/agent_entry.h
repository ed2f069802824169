// One agent in memory, with everything that a heartbeat needs to be judged without a look at the database. For
// core/watch and core/agents only; screens see copies (LiveAgent). On loan from core/agents, together with the agent's
// row (agent.h), directory, reply, request ids and heartbeat limit: they are kept here until core/watch knows subjects
// instead of agents.
//
// Every member below a mutex is guarded by it. Order of locks: workspace, then entry, then the due queue of the
// directory. No lock is held while calling a store, the bus, or a completion.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/people/workspace.h"
#include "core/watch/agent.h"
#include "core/watch/incident.h"
#include "core/watch/rule.h"
#include "core/watch/reading.h"
#include "core/watch/agent_directory.h"
#include "core/watch/clone_watch.h"
#include "core/watch/heartbeat_limit.h"
#include "core/watch/request_ids.h"

namespace connlog {

// The answer to a request of an agent program, and the callback that takes it.
struct AgentReply {
  int status = 200;
  std::string body;             // JSON
  int retry_after_seconds = 0;  // 0: no header
};

using AgentReplied = std::function<void(AgentReply)>;

struct AgentEntry;
using RuleList = std::vector<std::shared_ptr<const Rule>>;

struct WorkspaceLive {
  explicit WorkspaceLive(WorkspaceId workspace) : id(workspace) {}
  const WorkspaceId id;
  std::atomic<bool> enabled{true};
  std::atomic<MachinePolicy> machine_policy{MachinePolicy::warn};

  std::mutex mutex;
  std::vector<AgentEntry*> agents;
  RuleList rules;  // enabled or not
};

// A rule that is about this agent, and the last committed state of that rule for it. The database decides: code that
// writes reads the state again inside its transaction.
struct ActiveRule {
  std::shared_ptr<const Rule> rule;
  RuleState state;
};

struct AgentEntry {
  AgentEntry(AgentId agent_id, WorkspaceLive& of) : id(agent_id), workspace(of) {}
  const AgentId id;
  WorkspaceLive& workspace;

  std::mutex mutex;
  Agent agent;           // the row as of the last commit
  Instant last_seen_at;  // committed readings
  std::string trust;     // by what the agent believes this server (core/wire/trust.h); empty: not said since the start
  std::optional<Reading> newest;
  int open_incidents = 0;
  std::vector<ActiveRule> rules;  // enabled ones only

  // Liveness: when a heartbeat arrived, whether it could be stored or not. A fault of the appliance must never look
  // like the agent's silence (threats 29).
  Monotonic heard{};
  bool heard_here = false;      // by this process
  Monotonic silence_from{};     // silence counts from here at the earliest
  std::int64_t queued_for = 0;  // when the due queue will look at it, monotonic microseconds; 0: not queued

  // Judging a heartbeat.
  RequestIds request_ids;
  std::vector<std::pair<RequestId, AgentReplied>> waiting;  // duplicates of a heartbeat in flight; bounded
  HeartbeatLimit limit;
  std::uint32_t acknowledged_version = 0;
  std::array<std::pair<std::uint32_t, std::int64_t>, 4> offered{};  // configurations handed out: version, interval
  std::size_t offered_next = 0;
  int engine_in_flight =
      0;  // writes under way that may change `rules`: until they end, every heartbeat asks the database
  std::vector<std::string> rejected_machines;  // known to be rejected by an admin; bounded
  bool missing_machine_noted = false;
  CloneWatch clones;  // hosts that share the bound machine id
  Monotonic event_published{};
  bool event_seen = false;
};

// How long an agent may send nothing before it is silent: interval in force × (threshold + 1). Counted with the
// interval that the agent runs (agent-protocol §12.5).
// Needs the entry's lock.
microseconds silence_window(const AgentEntry& entry);

class AgentDirectory::Impl {
 public:
  AgentEntry* by_digest(const TokenDigest& digest) const;
  AgentEntry* by_id(AgentId id) const;
  WorkspaceLive& workspace(WorkspaceId id);
  std::vector<AgentEntry*> entries(WorkspaceId id);
  std::vector<AgentEntry*> all();

  // Inserts or replaces the row; keeps the live values. Returns the entry. Takes the entry's lock.
  AgentEntry* put(const Agent& agent);
  void put_workspace(const Workspace& workspace);
  void put_rule(const Rule& rule);
  void remove_rule(WorkspaceId workspace, RuleId rule);
  void set_state(const RuleState& state);  // takes over a committed state; counts open incidents anew

  // ── Who is due ──
  // From now on silence counts. Agents that were seen before are first looked at one silence window after `now`.
  void listening_since(Monotonic now);
  Monotonic listening() const { return Monotonic{listening_.load(std::memory_order_acquire)}; }
  bool is_listening() const { return listening_.load(std::memory_order_acquire) != 0; }
  // While nothing can be stored, states are unknown and nobody is judged silent. Once it can, silence counts anew for
  // everyone, as after a start: an outage of ours is not theirs.
  void storing_stopped(Monotonic now);
  void storing_again(Monotonic now);
  bool is_storing() const { return not_storing_since_.load(std::memory_order_acquire) == 0; }
  Monotonic not_storing_since() const { return Monotonic{not_storing_since_.load(std::memory_order_acquire)}; }  // or 0
  // Whether the agent can fall silent at all: seen once, not disabled, not removed. Needs the entry's lock.
  static bool can_fall_silent(const AgentEntry& entry);
  // When the agent counts as silent, by what is known now. Needs the entry's lock.
  Monotonic silence_deadline(const AgentEntry& entry) const;
  // Sees to it that the queue looks at the entry at `at` or earlier. Needs the entry's lock.
  void look_at(AgentEntry& entry, Monotonic at);
  // The same at its silence deadline. Does nothing for an agent that is known to be silent. Needs the entry's lock.
  void plan_look(AgentEntry& entry);
  // After a rule about silence was added: agents that are silent already are judged again. Locks inside.
  void look_at_silent_ones(WorkspaceId workspace, Monotonic now);
  // At most `limit` agents whose deadline has passed; they leave the queue until planned again.
  std::vector<AgentEntry*> take_due(Monotonic now, std::size_t limit);
  std::optional<Monotonic> next_look() const;

 private:
  static constexpr std::size_t kShards = 64;
  struct DigestHash {
    std::size_t operator()(const TokenDigest& digest) const;
  };
  struct DigestShard;
  struct IdShard;
  struct Look {
    std::int64_t at;
    AgentEntry* entry;
    bool operator>(const Look& other) const { return at > other.at; }
  };

  DigestShard& shard_of(const TokenDigest& digest) const;
  IdShard& shard_of(AgentId id) const;
  void refresh_rules(AgentEntry& entry, const RuleList& rules);  // needs workspace's and entry's lock

  std::unique_ptr<DigestShard[]> by_digest_;
  std::unique_ptr<IdShard[]> by_id_;

  mutable std::mutex workspaces_mutex_;
  std::map<WorkspaceId, std::unique_ptr<WorkspaceLive>> workspaces_;

  std::atomic<std::int64_t> listening_{0};
  std::atomic<std::int64_t> not_storing_since_{0};

  mutable std::mutex due_mutex_;
  std::vector<Look> looks_;  // a heap, earliest first

 public:
  Impl();
  ~Impl();
};

}  // namespace connlog
