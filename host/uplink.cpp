#include "host/uplink.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/wire/platform_url.h"
#include "core/wire/protocol_parse.h"
#include "core/base/text.h"

namespace connlog {
namespace {

constexpr milliseconds kRequestTimeout{10'000};
constexpr milliseconds kAttemptTimeoutMin{1'000};
constexpr int kAttemptsMax = 3;
constexpr std::array<milliseconds, 2> kRetryPauses{milliseconds(250), milliseconds(500)};
constexpr int kConfigTriesMax = 3;
constexpr milliseconds kConfigPause{5'000};
constexpr milliseconds kDisabledWait{300'000};
constexpr std::int64_t kBackoffSecondsMax = 120;
constexpr std::int64_t kRejectedSecondsMax = 3'600;
constexpr int kFailuresBeforeAssignment = 3;
constexpr int kAnswersBeforeUninstall = 3;  // of "uninstall" and of "reboot": one damaged answer must not be enough

bool is_success(int status) {
  return status >= 200 && status < 300;
}

// A status alone says nothing about this agent: proxies answer 404, 403 or 410 while the server restarts, portals 200 and
// 302. Only what connlog itself words is a verdict.
HeartbeatVerdict verdict_of(const UplinkOutcome& outcome) {
  if (outcome.status == 0) return HeartbeatVerdict::no_answer;
  if (outcome.status >= 500) return HeartbeatVerdict::server_error;
  if (!wire::is_own_refusal(outcome.status, outcome.body)) return HeartbeatVerdict::foreign;
  switch (outcome.status) {
    case 401:
      return HeartbeatVerdict::unauthorized;
    case 410:
      return HeartbeatVerdict::removed;
    case 423:
      return HeartbeatVerdict::disabled;
    case 429:
      return HeartbeatVerdict::rate_limited;
    default:
      return HeartbeatVerdict::rejected;
  }
}

// An outage: nobody refused this agent.
bool is_transient(HeartbeatVerdict verdict) {
  return verdict == HeartbeatVerdict::no_answer || verdict == HeartbeatVerdict::server_error ||
         verdict == HeartbeatVerdict::unparsable || verdict == HeartbeatVerdict::foreign;
}

}  // namespace

std::string_view to_text(HeartbeatVerdict verdict) {
  switch (verdict) {
    case HeartbeatVerdict::accepted:
      return "accepted";
    case HeartbeatVerdict::unparsable:
      return "serialization_error";
    case HeartbeatVerdict::no_answer:
      return "connection_error";
    case HeartbeatVerdict::server_error:
      return "server_error";
    case HeartbeatVerdict::rate_limited:
      return "rate_limited";
    case HeartbeatVerdict::unauthorized:
      return "unauthorized";
    case HeartbeatVerdict::removed:
      return "removed";
    case HeartbeatVerdict::disabled:
      return "disabled";
    case HeartbeatVerdict::rejected:
      return "http_rejected";
    case HeartbeatVerdict::foreign:
      return "foreign_answer";
  }
  return "http_rejected";
}

Uplink::Uplink(Options options, Random& random) : options_(std::move(options)), random_(random) {
  config_.version = 0;
  heartbeat_url_ = own_heartbeat_url();
}

std::string Uplink::take_notice() {
  return std::exchange(notice_, {});
}

std::string Uplink::take_trust() {
  return std::exchange(trust_, {});
}

UplinkStep Uplink::start(Monotonic) {
  config_tries_ = 1;
  return ask_config(State::initial_config);
}

UplinkStep Uplink::next(Monotonic now, const UplinkOutcome& outcome) {
  switch (state_) {
    case State::initial_config:
      if (adopt_config(outcome) || config_tries_ >= kConfigTriesMax) return begin_cycle(now);
      state_ = State::initial_config_pause;
      return {.kind = UplinkStep::Kind::wait, .wait = kConfigPause};
    case State::initial_config_pause:
      ++config_tries_;
      return ask_config(State::initial_config);
    case State::assignment:
      adopt_assignment(now, outcome);
      return begin_heartbeat(now);
    case State::heartbeat:
      return after_heartbeat(now, outcome);
    case State::retry_pause:
      ++attempt_;
      return attempt_heartbeat(now, false);
    case State::config_refresh:
      adopt_config(outcome);  // one attempt: if it fails, the answer to the next heartbeat asks for it again
      return wait_for_cadence(now);
    case State::waiting:
      return begin_cycle(now);
    case State::stopped:
      return stop(UplinkStep::Stop::removed);
  }
  return stop(UplinkStep::Stop::removed);
}

UplinkStep Uplink::ask_config(State state) {
  state_ = state;
  return {.kind = UplinkStep::Kind::fetch_config,
          .url = options_.base + std::string(wire::kConfigPath),
          .timeout = kRequestTimeout};
}

UplinkStep Uplink::begin_cycle(Monotonic now) {
  if (!assignment_asked_ || now >= assignment_due_ || failures_since_success_ >= kFailuresBeforeAssignment) {
    state_ = State::assignment;
    return {.kind = UplinkStep::Kind::fetch_assignment,
            .url = options_.base + std::string(wire::kAssignmentPath),
            .timeout = kRequestTimeout};
  }
  return begin_heartbeat(now);
}

UplinkStep Uplink::begin_heartbeat(Monotonic now) {
  cycle_start_ = now;
  attempt_ = 1;
  std::array<std::uint8_t, 16> bytes{};
  random_.fill(bytes);
  request_id_ = to_hex(bytes);
  return attempt_heartbeat(now, true);
}

UplinkStep Uplink::attempt_heartbeat(Monotonic now, bool first) {
  state_ = State::heartbeat;
  const auto spent = std::chrono::duration_cast<milliseconds>(now - cycle_start_);
  const milliseconds left = seconds(config_.interval_seconds) - spent;
  return {.kind = UplinkStep::Kind::heartbeat,
          .url = heartbeat_url_,
          .timeout = std::max(std::min(kRequestTimeout, left), kAttemptTimeoutMin),
          .first_attempt = first};
}

UplinkStep Uplink::after_heartbeat(Monotonic now, const UplinkOutcome& outcome) {
  if (is_success(outcome.status)) {
    const auto answer = wire::parse_heartbeat_answer(outcome.body);
    if (answer) trust_ = answer->trust;
    if (answer) return after_accepted(now, answer->config_outdated, answer->uninstall, answer->reboot);
    notice_ = answer.error().message + " " + answer.error().cause;
    last_verdict_ = HeartbeatVerdict::unparsable;
  } else {
    last_verdict_ = verdict_of(outcome);
  }

  if (is_transient(last_verdict_) && attempt_ < kAttemptsMax) {
    const milliseconds pause = kRetryPauses[static_cast<std::size_t>(attempt_ - 1)];
    const auto left = cycle_start_ + seconds(config_.interval_seconds) - (now + pause);
    if (left >= kAttemptTimeoutMin) {
      state_ = State::retry_pause;
      return {.kind = UplinkStep::Kind::wait, .wait = pause};
    }
  }

  const std::int64_t interval = config_.interval_seconds;
  switch (last_verdict_) {
    case HeartbeatVerdict::removed:
      return stop(UplinkStep::Stop::removed);
    case HeartbeatVerdict::disabled:
      unauthorized_ = errors_ = 0;
      return wait_for(kDisabledWait);
    case HeartbeatVerdict::unauthorized:
      ++unauthorized_;  // never a reason to uninstall: a server restored from an old backup may not know the token yet
      return wait_for(seconds(std::min<std::int64_t>(30 + 10 * unauthorized_, kBackoffSecondsMax)));
    default:
      break;
  }
  ++errors_;
  ++failures_since_success_;
  if (last_verdict_ == HeartbeatVerdict::rate_limited && outcome.retry_after_seconds) {
    return wait_for(
        seconds(std::clamp(*outcome.retry_after_seconds, interval, std::max(kRejectedSecondsMax, interval))));
  }
  if (last_verdict_ == HeartbeatVerdict::rejected) {
    const std::int64_t doubled = errors_ > 10 ? kRejectedSecondsMax : std::int64_t{30} << (errors_ - 1);
    return wait_for(seconds(std::min(doubled, kRejectedSecondsMax)));
  }
  return wait_for(outage_wait());
}

UplinkStep Uplink::after_accepted(Monotonic now, bool config_outdated, bool uninstall, bool reboot) {
  last_verdict_ = HeartbeatVerdict::accepted;
  unauthorized_ = errors_ = 0;
  failures_since_success_ = 0;
  uninstall_asked_ = uninstall ? uninstall_asked_ + 1 : 0;
  reboot_asked_ = reboot && !uninstall ? reboot_asked_ + 1 : 0;
  if (uninstall_asked_ >= kAnswersBeforeUninstall) return stop(UplinkStep::Stop::uninstall_asked);
  if (reboot_asked_ >= kAnswersBeforeUninstall) {
    reboot_asked_ = 0;
    notice_ = "The server asked for a reboot of this host. This installation cannot reboot; nothing was done.";
  }
  if (config_outdated) return ask_config(State::config_refresh);
  return wait_for_cadence(now);
}

// One to three intervals, two minutes at most, and of that at random the last quarter: agents that an outage cut off
// together do not all return in the same moment.
milliseconds Uplink::outage_wait() {
  const std::int64_t interval = config_.interval_seconds * 1'000;
  const std::int64_t times = std::min<std::int64_t>(errors_, 3);
  const std::int64_t longest = std::min(std::max(interval * times, interval * 5 / 4), kBackoffSecondsMax * 1'000);
  const std::int64_t shortest = interval < longest ? std::max(interval, longest * 3 / 4) : longest * 3 / 4;
  return milliseconds(shortest) +
         milliseconds(static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(longest - shortest + 1))));
}

// Waits until one jittered interval after the start of this cycle, but at least nine tenths of the interval from now.
UplinkStep Uplink::wait_for_cadence(Monotonic now) {
  const std::int64_t interval = config_.interval_seconds;
  const auto jitter = static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(interval / 10 + 1)));
  const auto until = std::chrono::duration_cast<milliseconds>(cycle_start_ + seconds(interval + jitter) - now);
  return wait_for(std::max(until, milliseconds(interval * 900)));
}

UplinkStep Uplink::wait_for(milliseconds duration) {
  state_ = State::waiting;
  return {.kind = UplinkStep::Kind::wait, .wait = duration};
}

UplinkStep Uplink::stop(UplinkStep::Stop reason) {
  state_ = State::stopped;
  return {.kind = UplinkStep::Kind::stop, .stop = reason};
}

bool Uplink::adopt_config(const UplinkOutcome& outcome) {
  if (!is_success(outcome.status)) {
    notice_ = outcome.status == 0
                  ? std::string("The config could not be fetched: no answer.")
                  : fmt::format("The config could not be fetched: the server answered {}.", outcome.status);
    return false;
  }
  auto config = wire::parse_config_answer(outcome.body);
  if (!config) {
    notice_ = config.error().message + " " + config.error().cause;
    return false;
  }
  config_ = *config;
  return true;
}

void Uplink::adopt_assignment(Monotonic now, const UplinkOutcome& outcome) {
  assignment_asked_ = true;
  assignment_due_ = now + seconds(wire::kRefreshSecondsDefault);
  // A failed fetch changes nothing: the present address stays in use. Only an assignment that the agent refuses makes
  // it return to the server's own address.
  if (!is_success(outcome.status)) return;
  const auto assignment = wire::parse_assignment_answer(outcome.body);
  if (!assignment) {
    notice_ = assignment.error().message + " " + assignment.error().cause;
    return;
  }
  failures_since_success_ = 0;
  assignment_due_ = now + seconds(assignment->refresh_after_seconds);
  if (accepts_assignment(assignment->heartbeat_url, options_.base, options_.allowed_domains)) {
    heartbeat_url_ = assignment->heartbeat_url;
  } else {
    heartbeat_url_ = own_heartbeat_url();
    notice_ =
        "The server assigned an address for heartbeats that this agent does not trust; it keeps to the server's own.";
  }
}

}  // namespace connlog
