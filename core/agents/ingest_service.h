// The receiver for agents: speaks agent-protocol §4–6, §11, §12. It authenticates the token from memory, validates,
// removes duplicates by request id, checks the machine binding and the rate, asks the alert engine, appends the reading
// and answers after the commit. It never answers 401 or 410 for a fault of ours: that is 503.
// Any worker thread may enter; completions run on the writer thread (or at once, for refusals).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/watch/agent_reply.h"

namespace connlog {

// What the handler took from the HTTP request; header values as received, absent ones empty.
struct HeartbeatInput {
  std::string_view authorization;
  std::string_view agent_version, protocol_version, config_version;
  std::string_view os, arch, hostname, machine_id, cpu_core_count, request_id;
  bool has_quick_action_headers = false;  // absent: a `test-heartbeat` (agent-protocol §4.1, §12.9)
  std::span<const std::uint8_t> body;
  std::string_view address;  // of the peer, for security events
};

class IngestService {
 public:
  using Done = AgentReplied;
  virtual ~IngestService() = default;

  virtual void heartbeat(const HeartbeatInput& input, Done done) = 0;
  // `address`: as in HeartbeatInput.
  virtual AgentReply config(std::string_view authorization, std::string_view address = {}) = 0;
  virtual AgentReply endpoint_assignment(std::string_view authorization, std::string_view address = {}) = 0;
};

}  // namespace connlog
