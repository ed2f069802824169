#include "host/uplink_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/base/log.h"
#include "core/base/version.h"
#include "core/wire/trust.h"

namespace connlog {
namespace {

constexpr milliseconds kConnectTimeout{5'000};  // docs/agent-protocol.md §1

std::string_view event_name(TransportFailure::Kind kind) {
  switch (kind) {
    case TransportFailure::Kind::dns:
      return "dns_error";
    case TransportFailure::Kind::connect_timeout:
      return "connect_timeout";
    case TransportFailure::Kind::request_timeout:
      return "request_timeout";
    case TransportFailure::Kind::tls:
      return "tls_error";
    default:
      return "connection_error";
  }
}

void add_common_headers(HttpRequest& request, const AgentIdentity& identity) {
  request.headers.push_back({"Authorization", "Bearer " + std::string(identity.token.reveal())});
  request.headers.push_back({"Accept", "*/*"});
}

// Where a redirect points, for the log: as far as it is a plain address.
std::string elsewhere(const HttpAnswer& answer) {
  const std::string* location = answer.header("location");
  if (answer.status < 300 || answer.status >= 400 || location == nullptr) return {};
  const auto end = std::find_if(location->begin(), location->end(), [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7F || c == '?' || c == '#';
  });
  return fmt::format(", to {:.100}", std::string(location->begin(), end));
}

// What a person reading the log needs to know about a failed attempt.
std::string explain(HeartbeatVerdict verdict, const HttpOutcome& http) {
  if (http.failure) return http.failure->message;
  switch (verdict) {
    case HeartbeatVerdict::unauthorized:
      return "The server does not know this token. Was it rotated? Install again with the new one.";
    case HeartbeatVerdict::disabled:
      return "The server says that this agent is disabled. Enable it there.";
    case HeartbeatVerdict::removed:
      return "The server says that this agent was removed.";
    case HeartbeatVerdict::rate_limited:
      return "The server finds these heartbeats too frequent. Does a second agent use the same token?";
    case HeartbeatVerdict::unparsable:
      return "The server's answer is not an answer to a heartbeat. Is the address right?";
    case HeartbeatVerdict::foreign:
      return fmt::format(
          "The answer ({}{}) is not connlog's: a proxy, a portal or another server gave it. The agent goes on trying. If "
          "it stays so, is the address right?",
          http.answer.status, elsewhere(http.answer));
    default:
      return fmt::format("The server answered {}.", http.answer.status);
  }
}

std::int64_t whole_seconds(milliseconds duration) {
  return (duration.count() + 999) / 1'000;
}

}  // namespace

AgentIdentity identify(const HostAccess& host, Secret token, bool expose_system_info) {
  return {.token = std::move(token),
          .version = std::string(version()),
          .os = "linux",
          .arch = std::string(target()),
          .machine_id = read_machine_id(host),
          .hostname = expose_system_info ? read_hostname(host) : std::string(),
          .core_count = read_core_count(host)};
}

HttpRequest heartbeat_request(const AgentIdentity& identity, const UplinkStep& step, const Uplink& uplink,
                              const wire::FrameBytes& frame) {
  HttpRequest request{.method = "POST",
                      .url = step.url,
                      .body = std::string(reinterpret_cast<const char*>(frame.data()), frame.size()),
                      .connect_timeout = std::min(kConnectTimeout, step.timeout),
                      .timeout = step.timeout,
                      .answer_bytes_max = wire::kResponseBytesMax};
  const auto add = [&](const char* name, std::string value) { request.headers.push_back({name, std::move(value)}); };
  add("Content-Type", "application/octet-stream");
  add("X-Agent-Version", identity.version);
  add("X-Protocol-Version", "1");
  add("X-Config-Version", fmt::format("{}", uplink.config().version));
  add("X-OS", identity.os);
  add("X-Arch", identity.arch);
  if (!identity.hostname.empty()) add("X-Hostname", identity.hostname);
  if (!identity.machine_id.empty()) add("X-Machine-Id", identity.machine_id);
  if (identity.core_count > 0) add("X-Cpu-Core-Count", fmt::format("{}", identity.core_count));
  add("X-ConnLog-Request-Id", uplink.request_id());
  // These two tell the server that this is the running agent and no diagnostic (§4.1).
  add("X-Quick-Action-Polling-Enabled", "false");
  add("X-Quick-Action-Poll-Interval-Seconds", "5");
  add_common_headers(request, identity);
  return request;
}

HttpRequest query_request(const AgentIdentity& identity, const UplinkStep& step) {
  HttpRequest request{.method = "GET",
                      .url = step.url,
                      .connect_timeout = std::min(kConnectTimeout, step.timeout),
                      .timeout = step.timeout,
                      .answer_bytes_max = wire::kResponseBytesMax};
  request.headers.push_back({"Content-Type", "application/json"});
  add_common_headers(request, identity);
  return request;
}

UplinkOutcome outcome_of(const HttpOutcome& http) {
  if (http.failure) return {};
  UplinkOutcome outcome{.status = http.answer.status, .body = http.answer.body};
  if (const std::string* value = http.answer.header("retry-after")) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), number);
    if (error == std::errc() && end == value->data() + value->size() && number >= 0)
      outcome.retry_after_seconds = number;
  }
  return outcome;
}

UplinkEnd run_uplink(const AgentIdentity& identity, Uplink& uplink, Collector& collector, DeliveryLog& deliveries,
                     const UplinkSurroundings& surroundings) {
  bool was_accepted = false;
  wire::FrameBytes frame{};
  UplinkStep step = uplink.start(surroundings.clock.monotonic());
  while (!surroundings.stopping()) {
    switch (step.kind) {
      case UplinkStep::Kind::stop:
        log_warning("agent.removed",
                    {{"reason", step.stop == UplinkStep::Stop::removed
                                    ? "The server says that this agent was removed."
                                    : "The server asked for the removal of this agent, three times in a row."}});
        return UplinkEnd::removed;

      case UplinkStep::Kind::wait:
        if (!surroundings.sleep(step.wait)) return UplinkEnd::stopped;
        step = uplink.next(surroundings.clock.monotonic(), {});
        break;

      case UplinkStep::Kind::fetch_config:
      case UplinkStep::Kind::fetch_assignment: {
        const HttpOutcome http = surroundings.perform(query_request(identity, step));
        const auto before = uplink.config();
        step = uplink.next(surroundings.clock.monotonic(), outcome_of(http));
        if (const std::string notice = uplink.take_notice(); !notice.empty()) {
          log_warning("agent.notice",
                      {{"text", notice}, {"reason", http.failure ? http.failure->message : std::string()}});
        }
        if (uplink.config() != before) {
          log_info("agent.config",
                   {{"version", uplink.config().version}, {"interval_seconds", uplink.config().interval_seconds}});
        }
        break;
      }

      case UplinkStep::Kind::heartbeat: {
        if (step.first_attempt) frame = wire::encode_frame(collector.collect(uplink.config().metrics));
        const int attempt = uplink.attempt();
        HttpRequest request = heartbeat_request(identity, step, uplink, frame);
        if (surroundings.trust) request.headers.push_back({std::string(wire::kTrustHeader), surroundings.trust()});
        const HttpOutcome http = surroundings.perform(request);
        if (surroundings.stopping()) return UplinkEnd::stopped;
        step = uplink.next(surroundings.clock.monotonic(), outcome_of(http));

        const HeartbeatVerdict verdict = uplink.last_verdict();
        const bool accepted = verdict == HeartbeatVerdict::accepted;
        const std::int64_t wait = step.kind == UplinkStep::Kind::wait ? whole_seconds(step.wait) : 0;
        const std::string detail = accepted ? std::string() : explain(verdict, http);
        deliveries.append({.at = surroundings.clock.now(),
                           .event = std::string(http.failure ? event_name(http.failure->kind) : to_text(verdict)),
                           .status = http.failure ? 0 : http.answer.status,
                           .attempt = attempt,
                           .wait_seconds = wait,
                           .detail = detail});
        if (!accepted) {
          log_warning("agent.heartbeat_failed", {{"reason", detail}, {"attempt", attempt}, {"wait_seconds", wait}});
        } else if (!was_accepted) {
          log_info("agent.heartbeat_accepted", {{"wait_seconds", wait}});
        }
        was_accepted = accepted;
        if (const std::string told = uplink.take_trust(); !told.empty() && surroundings.learn_trust) {
          const UplinkStep probe{.kind = UplinkStep::Kind::fetch_config, .url = uplink.config_url()};
          surroundings.learn_trust(told, query_request(identity, probe));
        }
        if (const std::string notice = uplink.take_notice(); !notice.empty())
          log_warning("agent.notice", {{"text", notice}});
        break;
      }
    }
  }
  return UplinkEnd::stopped;
}

}  // namespace connlog
