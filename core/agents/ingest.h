// The receiver for agents: speaks agent-protocol §4–6, §11, §12. It authenticates the token from memory, validates,
// removes duplicates by request id, checks the machine binding and the rate, asks the watch what the observation would
// change (core/watch/watch.h), hands it over, and answers after the commit. It never answers 401 or 410 for a fault of
// the appliance: that is 503. Any worker thread may enter; completions run on the writer thread (or at once, for
// refusals).
//
// Two ways for a heartbeat:
//
//   quick   nothing changes but the log: judged from memory under the agent's lock and its subject's, rendered,
//           submitted to the reading log without a closure. One allocation of its own; no JSON library, no lock that two
//           agents share.
//   whole   something is learnt (another version, another machine), the observed state changes (first contact, back
//           from silence) or an incident may open or resolve: a closure reads the row again, decides, and writes
//           everything together (whole_heartbeat.cpp).
//
// Either way the answer waits for the commit, and a heartbeat that cannot be stored gets 503, never a verdict about the
// agent.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/agents/agent.h"
#include "core/agents/agent_directory.h"
#include "core/agents/agent_entry.h"
#include "core/agents/machine_binding.h"
#include "core/agents/machine_letter.h"
#include "core/audit/audit.h"
#include "core/base/clock.h"
#include "core/base/events.h"
#include "core/base/transaction.h"
#include "core/crypto/keyring.h"
#include "core/identity/attempt_limiter.h"
#include "core/watch/observation.h"
#include "core/watch/watch.h"

namespace connlog {

// What a heartbeat says beside its frame, validated.
struct HeartbeatFacts {
  std::uint32_t config_version = 0;
  std::string agent_version, hostname, os, arch;
  std::string machine_id;  // 64 hex, or empty
  std::string clone;       // OfferedMachine::clone
  std::int64_t core_count = 0;
  bool is_diagnostic = false;  // a `test-heartbeat`: no daemon behind it
  std::string trust = {};      // core/wire/trust.h; empty: not said

  OfferedMachine machine() const {
    return {.machine_id = machine_id, .hostname = hostname, .is_diagnostic = is_diagnostic, .clone = clone};
  }
};

// What the handler took from the HTTP request; header values as received, absent ones empty.
struct HeartbeatInput {
  std::string_view authorization;
  std::string_view agent_version, protocol_version, config_version;
  std::string_view os, arch, hostname, machine_id, cpu_core_count, request_id;
  bool has_quick_action_headers = false;  // absent: a `test-heartbeat` (agent-protocol §4.1, §12.9)
  std::span<const std::uint8_t> body;
  std::string_view address;             // of the peer, for security events
  std::string_view trust = {};          // X-Connlog-Trust: only agents of ours send it
  std::string_view trust_to_tell = {};  // by what this server can be believed over such a connection; empty: not known
};

class Ingest {
 public:
  struct Parts {
    Stores& stores;
    AgentStore& agents;
    AuditLog& audit;
    AgentDirectory& directory;
    Watch& watch;
    Clock& clock;
    EventBus& bus;
    Key token_key;
    std::string public_url;
    bool limit_heartbeats = true;
    AttemptLimiter* attempts = nullptr;  // for wrong tokens; null: none are counted
    // To the owners, when another machine uses a token; null: nobody is told.
    const MachineLetter* machine_letter = nullptr;
  };

  using Done = AgentReplied;

  explicit Ingest(Parts parts);

  void heartbeat(const HeartbeatInput& input, Done done);
  // `address`: as in HeartbeatInput.
  AgentReply config(std::string_view authorization, std::string_view address = {});
  AgentReply endpoint_assignment(std::string_view authorization, std::string_view address = {});
  // The agent of this token, for requests of agents that another room answers (probes). Nothing: `refusal` is the answer.
  struct Known {
    WorkspaceId workspace;
    AgentId agent;
  };
  std::optional<Known> whose(std::string_view authorization, std::string_view address, AgentReply& refusal) const;

 private:
  struct Flight;
  enum class Way {
    answer,  // at once, with the flight's reply: refused, or stored before
    wait,    // a duplicate of one that is under way: that one's commit answers it
    quick,
    whole,
  };

  // The agent of this token, or the refusal.
  AgentEntry* authenticate(std::string_view authorization, std::string_view address, AgentReply& refusal) const;
  AgentReply refuse_stranger(std::string_view address, const TokenDigest& token) const;
  // The steps of a heartbeat in memory.
  Way judge(Flight& flight);
  static void take_values(Flight& flight);
  void judge_observation(Flight& flight, const MachineVerdict& machine);
  void submit_quick(std::unique_ptr<Flight> flight);
  void submit_whole(std::unique_ptr<Flight> flight);
  Result<void> save(Transaction& tx, const Agent& row);
  Result<void> write_whole(Transaction& tx, Flight& flight);
  Result<void> answer_missing(Transaction& tx, Flight& flight) const;
  Result<MachineVerdict> judge_stored(Transaction& tx, const Flight& flight, const Agent& row) const;
  Result<void> note_machine(Transaction& tx, const Flight& flight, const Agent& row, const MachineVerdict& verdict);
  void land(std::unique_ptr<Flight> flight, const Result<void>& outcome);
  // What waited for this heartbeat's commit, when it is known. Needs the entry's lock.
  static std::vector<Done> take_waiters(AgentEntry& entry, const RequestId& id);
  void log_failure(const Error& error);

  Parts parts_;
  std::atomic<std::int64_t> failure_logged_{0};
};

// Whether this heartbeat would change the agent's row (would_learn), and the change itself (learn). A heartbeat of a
// second machine with the same token tells nothing about the bound one; it only shows that the token is in use. Pure.
bool would_learn(const Agent& row, const HeartbeatFacts& facts, bool is_other_machine);
void learn(Agent& row, const HeartbeatFacts& facts, bool is_other_machine);

}  // namespace connlog
