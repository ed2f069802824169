// One agent in memory, with what the receiver needs to judge a heartbeat beside the subject's entry
// (core/watch/subject_entry.h). For core/agents only; screens see copies (LiveAgent).
//
// Every member below the mutex is guarded by it. Order of locks: the agent's entry, then its subject's. No lock is held
// while calling a store, the bus, or a completion.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "core/agents/agent.h"
#include "core/agents/clone_watch.h"
#include "core/agents/heartbeat_limit.h"
#include "core/agents/request_ids.h"
#include "core/watch/subject_entry.h"

namespace connlog {

// The answer to a request of an agent program, and the callback that takes it.
struct AgentReply {
  int status = 200;
  std::string body;             // JSON
  int retry_after_seconds = 0;  // 0: no header
};

using AgentReplied = std::function<void(AgentReply)>;

struct AgentEntry {
  AgentEntry(AgentId agent_id, SubjectEntry& of) : id(agent_id), subject(of) {}
  const AgentId id;
  SubjectEntry& subject;

  std::mutex mutex;
  Agent agent;        // the row as of the last commit
  bool gone = false;  // removed: its token gets 410
  std::string trust;  // by what the agent believes this server (core/wire/trust.h); empty: not said since the start

  RequestIds request_ids;
  std::vector<std::pair<RequestId, AgentReplied>> waiting;  // duplicates of a heartbeat in flight; bounded
  HeartbeatLimit limit;
  std::uint32_t acknowledged_version = 0;
  std::array<std::pair<std::uint32_t, std::int64_t>, 4> offered{};  // configurations handed out: version, interval
  std::size_t offered_next = 0;
  std::vector<std::string> rejected_machines;  // known to be rejected by an admin; bounded
  bool missing_machine_noted = false;
  CloneWatch clones;  // hosts that share the bound machine id
};

}  // namespace connlog
