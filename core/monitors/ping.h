// Pings: a job tells connlog that it ran (Healthchecks' ping endpoint, Uptime Kuma's push, Gatus' external endpoint). Plain
// data, the pure functions that decide what a ping means and when the next is due, and the interface of the store. The
// order of decisions is that of Healthchecks (docs/pings.md), the body being decoded leniently. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/transaction.h"
#include "core/base/words.h"
#include "core/crypto/token.h"
#include "core/kinds/field.h"

namespace connlog {

// The unguessable addresses of a push monitor. They are secrets: sealed, for people who may edit the monitor.
struct PingAddress {
  TokenDigest uuid_digest{};   // of the 36 characters, lower case
  TokenDigest token_digest{};  // of the 32 letters and digits of /api/push/<token>, and of Gatus' bearer
  std::string sealed_uuid, sealed_token;  // under "monitor.ping_uuid", "monitor.ping_token"
  std::string slug;                       // [a-z0-9_-]{0,100}; not unique
};

enum class PingKind : std::uint8_t { success, start, fail, log, ignored };
template <>
inline constexpr auto kWords<PingKind> = words_for<PingKind>({
    {PingKind::success, "success"},
    {PingKind::start, "start"},
    {PingKind::fail, "fail"},
    {PingKind::log, "log"},
    {PingKind::ignored, "ign"},
});

// What the fields of the kind "push" say (core/checks/kinds/push.cpp), parsed.
struct PingSettings {
  seconds period{86'400}, grace{3'600};
  std::string schedule;  // cron (five parts) or OnCalendar; empty: by period
  std::string zone = "UTC";
  bool post_only = false, manual_resume = false;
  bool filter_body = false, filter_default_fail = false;
  std::string success_words, fail_words, start_words;  // comma-separated
  std::int64_t keep = 20;            // pings kept
  std::int64_t body_bytes = 10'000;  // kept of a body; at most 100,000
};
PingSettings ping_settings(const FieldValues& fields);

// One ping as it came.
struct Ping {
  MonitorId monitor;
  WorkspaceId workspace;
  std::int64_t n = 0;  // per monitor, from 1
  Instant at;
  PingKind kind = PingKind::success;
  std::string scheme, method, address, user_agent;
  std::string body;  // masked, cut
  std::optional<Uuid> rid;
  std::optional<std::int64_t> exit_status;
  std::optional<microseconds> duration;
  bool from_new_address = false;  // earlier pings never came from there
};

// What is known of a push monitor beside its observed state; as of the last commit.
struct PingState {
  std::int64_t pings = 0;
  Instant last_ping;   // the last success or fail; not set: none
  Instant last_start;  // of the newest open run; not set: no run is open
  std::optional<Uuid> last_start_rid;
  std::optional<microseconds> last_duration;
  bool is_down = false, is_new = true;
  std::vector<std::string> addresses;  // from which pings came, newest last; at most 8
};

// The request of a ping, before it is decided what it means.
struct PingRequest {
  PingKind asked = PingKind::success;
  std::optional<std::int64_t> exit_status;
  std::string method, scheme, address, user_agent, body;
  std::optional<Uuid> rid;
  bool is_paused = false;
  bool is_preview = false;  // a known link-preview agent (threats 36)
};

// What a ping means: its kind as it is recorded (steps 1–5 of Healthchecks).
PingKind decided_kind(const PingSettings& settings, const PingRequest& request);

// The state after the ping, and the run's duration where one ended.
struct PingStep {
  PingState state;
  std::optional<microseconds> duration;
};
PingStep after_ping(const PingSettings& settings, PingState before, PingKind kind, const std::optional<Uuid>& rid,
                    Instant at);

// The state once a pause has ended: as of a new one, the last ping forgotten.
PingState after_resume(PingState before);

// When the next ping is due, and when it is down without one (due + grace). Nothing: nothing is expected (new, paused).
struct PingDue {
  Instant due, down_at;
};
std::optional<PingDue> due_of(const PingSettings& settings, const PingState& state);

class PingStore {
 public:
  virtual ~PingStore() = default;
  virtual Result<std::vector<std::pair<MonitorId, PingState>>> all_states(Snapshot&) const = 0;  // start-up only
  // Appends the ping, writes the state, and deletes all but the newest `keep`: one closure of the writer's quick way.
  // not_found: the monitor is gone.
  virtual Result<void> append(Transaction&, const Ping&, const PingState&, std::int64_t keep) = 0;
  virtual Result<void> put_state(Transaction&, WorkspaceId, MonitorId, const PingState&) = 0;
  // The checks of this slug.
  virtual Result<std::vector<MonitorId>> by_slug(Snapshot&, WorkspaceId, std::string_view slug) const = 0;
  // Newest first, from before number `before_n` (0: the newest).
  virtual Result<std::vector<Ping>> list(Snapshot&, WorkspaceId, MonitorId, std::int64_t before_n, int limit) const = 0;
  virtual Result<std::optional<Ping>> find(Snapshot&, WorkspaceId, MonitorId, std::int64_t n) const = 0;
};

}  // namespace connlog
