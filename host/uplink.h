// What the agent does next: the genuine agent's scheduling and failure behaviour (docs/agent-protocol.md §4.5, §5, §6,
// §10, §11, and §18 for where ours differs) as a state machine without a socket or a clock. The runner (uplink_runner.h) performs one step, tells the
// outcome and the time, and is given the next step. All randomness comes from the Random& it was made with. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/wire/protocol.h"
#include "core/base/clock.h"
#include "core/base/random.h"

namespace connlog {

// The result of one exchange with the server.
struct UplinkOutcome {
  int status = 0;                                        // 0: no answer at all (name, connection, TLS, time-out)
  std::optional<std::int64_t> retry_after_seconds = {};  // the integer form of Retry-After; the date form is ignored
  std::string body = {};
};

enum class HeartbeatVerdict {
  accepted,
  unparsable,  // 2xx, but not an answer: as bad as no answer
  no_answer,
  server_error,  // 5xx
  rate_limited,  // 429
  unauthorized,  // 401
  removed,       // 410
  disabled,      // 423
  rejected,      // another refusal in connlog's own words
  foreign,       // an answer below 500 that is not connlog's: of a proxy, a portal, another server. An outage
};
std::string_view to_text(HeartbeatVerdict verdict);

struct UplinkStep {
  enum class Kind { fetch_config, fetch_assignment, heartbeat, wait, stop };
  enum class Stop { none, removed /* 410 */, uninstall_asked /* three answers in a row */ };

  Kind kind = Kind::wait;
  std::string url = {};          // of the request
  milliseconds timeout{10'000};  // of the request, whole
  bool first_attempt = false;    // heartbeat: a new cycle, so take new values
  milliseconds wait{0};
  Stop stop = Stop::none;
};

class Uplink {
 public:
  struct Options {
    std::string base;                               // from platform_base()
    std::vector<std::string> allowed_domains = {};  // CONNLOG_ALLOWED_ENDPOINT_DOMAINS
  };
  Uplink(Options options, Random& random);

  UplinkStep start(Monotonic now);
  // `outcome` is that of the step given last; after a wait it is ignored.
  UplinkStep next(Monotonic now, const UplinkOutcome& outcome);

  const wire::AgentConfig& config() const { return config_; }  // version 0: the built-in fallback
  std::string config_url() const { return options_.base + std::string(wire::kConfigPath); }
  const std::string& request_id() const { return request_id_; }  // of the cycle: shared by its attempts
  int attempt() const { return attempt_; }

  // About the previous step: for logs and diagnostics.
  HeartbeatVerdict last_verdict() const { return last_verdict_; }
  std::string take_notice();  // a message to log, if there is one since the last call; else empty
  std::string take_trust();   // by what the server says that it can be believed (core/wire/trust.h); else empty

 private:
  enum class State {
    initial_config,
    initial_config_pause,
    assignment,
    heartbeat,
    retry_pause,
    config_refresh,
    waiting,
    stopped
  };

  UplinkStep ask_config(State state);
  UplinkStep begin_cycle(Monotonic now);
  UplinkStep begin_heartbeat(Monotonic now);
  UplinkStep attempt_heartbeat(Monotonic now, bool first);
  UplinkStep after_heartbeat(Monotonic now, const UplinkOutcome& outcome);
  UplinkStep after_accepted(Monotonic now, bool config_outdated, bool uninstall, bool reboot);
  UplinkStep wait_for_cadence(Monotonic now);
  milliseconds outage_wait();
  UplinkStep wait_for(milliseconds duration);
  UplinkStep stop(UplinkStep::Stop reason);
  bool adopt_config(const UplinkOutcome& outcome);
  void adopt_assignment(Monotonic now, const UplinkOutcome& outcome);
  std::string own_heartbeat_url() const { return options_.base + std::string(wire::kHeartbeatPath); }

  Options options_;
  Random& random_;
  State state_ = State::waiting;
  wire::AgentConfig config_;  // the built-in fallback until one was fetched
  int config_tries_ = 0;

  std::string heartbeat_url_;
  bool assignment_asked_ = false;
  Monotonic assignment_due_;
  int failures_since_success_ = 0;  // consecutive counted failures: three of them ask for an assignment (§6)

  Monotonic cycle_start_;
  int attempt_ = 0;
  std::string request_id_;

  std::int64_t unauthorized_ = 0;  // u of §11
  std::int64_t errors_ = 0;        // e of §11
  int uninstall_asked_ = 0;
  int reboot_asked_ = 0;
  HeartbeatVerdict last_verdict_ = HeartbeatVerdict::no_answer;
  std::string notice_;
  std::string trust_;
};

}  // namespace connlog
