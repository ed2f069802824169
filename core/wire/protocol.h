// The wire between agent and server, as `docs/agent-protocol.md` describes it: the header values, the JSON that the
// server answers, and every limit; the 32-byte frame is in frame.h. Shared by both ends: ingest decodes and renders,
// the agent program encodes and (protocol_parse.h) reads. Pure functions over bytes; any thread.
//
// The values here are on the wire of agents that we do not build: nothing may be renumbered, renamed or reordered.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/wire/frame.h"

namespace connlog::wire {

inline constexpr std::string_view kHeartbeatPath = "/api/agents/heartbeat";
inline constexpr std::string_view kEnrolPath = "/api/agents/enrol";  // ours (§17)
inline constexpr std::string_view kConfigPath = "/api/agents/config";
inline constexpr std::string_view kAssignmentPath = "/api/agents/endpoint-assignment";
inline constexpr std::string_view kMaintenancePath = "/api/agents/maintenance";  // ours (§20)
inline constexpr std::string_view kTokenPrefix = "agent_";

// Limits of the protocol (§5, §6). A server never sends what the agent would clamp.
inline constexpr std::int64_t kIntervalSecondsMin = 10, kIntervalSecondsMax = 86'400;
inline constexpr std::int64_t kMissedThresholdMin = 1, kMissedThresholdMax = 100;
inline constexpr std::int64_t kPayloadKbMax = 1'024;
inline constexpr std::int64_t kRefreshSecondsMin = 300, kRefreshSecondsMax = 604'800, kRefreshSecondsDefault = 86'400;
inline constexpr std::size_t kResponseBytesMax = 1024 * 1024;
inline constexpr std::size_t kMaintenanceBytesMax = 2'048, kMaintenanceReasonMax = 200;
inline constexpr std::int64_t kMaintenanceMinutesMax = 240;

// ── Request headers (§4.1) ──

// The token of "Bearer agent_<64 hex>", as sent; nothing when the header is anything else.
std::optional<std::string_view> bearer_token(std::string_view authorization);

// Exactly "1". Everything else, absence too, is answered with 400 (§4.2).
bool is_protocol_version(std::string_view value);

// Decimal u32. Nothing when absent or malformed; treat that as 0, "on its fallback": the agent then fetches its config.
std::optional<std::uint32_t> config_version(std::string_view value);

// As sent when it is a plausible version (1–32 of [0-9A-Za-z.+-]), else empty.
std::string agent_version(std::string_view value);

// 64 hex digits, in lower case; empty when absent, malformed, or no machine's (§2.2).
std::string machine_id(std::string_view value);

// Whether this value of X-Machine-Id says nothing, as many hosts send it: zeros, "uninitialized", and what agents make of
// a machine id that is empty, "uninitialized" or zeros. It counts as absent.
bool is_no_machine_id(std::string_view value);

// "linux", "x86_64": 1–32 of [0-9A-Za-z._-], else empty.
std::string system_word(std::string_view value);

// Logical CPUs, 1–65535; 0 when absent or malformed.
std::int64_t cpu_core_count(std::string_view value);

// 1–255 bytes without control characters (C0, DEL, C1); otherwise empty. Invalid UTF-8 and characters that are not seen but
// turn or join others (bidi marks, zero-width) become U+FFFD. It is still a text from outside: escape it wherever it is
// shown.
std::string hostname(std::string_view value);

// The key for de-duplication, as it is stored with the reading: nothing → kind 0; 32 lower-case hex → 1; "hb" and 32
// hex → 2 (the agent's own fallback, §4.1); any other text → 3, its BLAKE2b-128.
std::array<std::uint8_t, 17> request_id(std::string_view value);
// The text of kinds 1 and 2; "#" and hex for 3; empty for 0.
std::string request_id_text(const std::array<std::uint8_t, 17>& id);

// ── Answers ──

struct AgentConfig {
  std::uint32_t version = 1;  // ≥ 1 from a server; 0 is the agent's built-in fallback
  std::int64_t interval_seconds = 60;
  std::int64_t missed_threshold = 3;
  MetricToggles metrics = {};
  std::int64_t max_payload_kb = 32;  // 0: unlimited; the agent only warns
  friend bool operator==(const AgentConfig&, const AgentConfig&) = default;
};

// GET config (§5): enveloped, camelCase. Quick Actions are off: this server has none to hand out, and agents of
// 1.8.5–1.15.1 would poll for them.
std::string render_config(const AgentConfig& config);

// GET endpoint-assignment (§6): enveloped. `base_url` is the public address; its trailing slashes do not matter.
std::string render_assignment(std::string_view base_url);

// POST heartbeat (§4.4): flat, snake_case; no null where the agent's parser forbids it.
struct HeartbeatReply {
  Instant server_time;
  std::int64_t expected_interval_seconds = 60;
  bool config_outdated = false;  // X-Config-Version is not the current one
  std::uint32_t latest_config_version = 1;
  std::string trust = {};  // ours (§18): by what this server can be believed from now on; empty: not said
};
std::string render_heartbeat_reply(const HeartbeatReply& reply);

// Error bodies (§15.2): {"ok":false,"error":"…"}. Agents log some of them: never a secret.
inline constexpr std::string_view kErrorUnauthorized = "UNAUTHORIZED";             // 401
inline constexpr std::string_view kErrorDisabled = "AGENT_DISABLED";               // 423
inline constexpr std::string_view kErrorRemoved = "AGENT_REMOVED";                 // 410, tombstones only
inline constexpr std::string_view kErrorProtocol = "UNSUPPORTED_PROTOCOL";         // 400
inline constexpr std::string_view kErrorFrame = "INVALID_FRAME";                   // 400, not 32 bytes
inline constexpr std::string_view kErrorRateLimited = "RATE_LIMITED";              // 429, with Retry-After
inline constexpr std::string_view kErrorMachine = "MACHINE_MISMATCH";              // 403
inline constexpr std::string_view kErrorUnavailable = "TEMPORARILY_UNAVAILABLE";   // 503: our own trouble
inline constexpr std::string_view kErrorHeader = "INVALID_HEADER";                 // 400
inline constexpr std::string_view kErrorMaintenanceNotAllowed = "MAINTENANCE_NOT_ALLOWED";  // 403
inline constexpr std::string_view kErrorMaintenanceUsedUp = "MAINTENANCE_USED_UP";          // 403
inline constexpr std::string_view kErrorMaintenanceNone = "MAINTENANCE_NONE";               // 409
inline constexpr std::string_view kErrorWorkspaceDisabled = "WORKSPACE_DISABLED";  // 423
std::string render_error(std::string_view code);

}  // namespace connlog::wire
