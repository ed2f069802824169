// Reads the server's answers on the agent's side, as strictly as the genuine agent does (docs/agent-protocol.md §4.4,
// §5, §6): wrong types, nulls where none may be, fractions and duplicate members fail the whole answer; unknown members
// are ignored. Values are clamped to the protocol's limits. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/wire/protocol.h"
#include "core/base/result.h"

namespace connlog::wire {

struct HeartbeatAnswer {
  bool config_outdated = false;
  std::optional<std::uint32_t> latest_config_version;
  bool uninstall = false;
  bool reboot = false;
  std::string trust = {};  // ours (§18); empty: not said
};
Result<HeartbeatAnswer> parse_heartbeat_answer(std::string_view body);

// Whether an error answer is worded by connlog: {"ok":false,"error":"…"} with an error that goes with the status (those
// of core/wire/protocol.h and of enrolment). Anything else was said by something between the agent and the server, or by
// another server, and means nothing but an outage.
bool is_own_refusal(int status, std::string_view body);

// The envelope must say ok.
Result<AgentConfig> parse_config_answer(std::string_view body);

struct Assignment {
  std::string heartbeat_url;
  std::int64_t refresh_after_seconds = kRefreshSecondsDefault;
};
Result<Assignment> parse_assignment_answer(std::string_view body);

}  // namespace connlog::wire
