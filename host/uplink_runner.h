// Carries out what the uplink decides: performs its requests, waits, collects values for each cycle, and writes what
// happened to the log and to the delivery diagnostics. It decides nothing itself. The network and the waiting are
// parameters. One thread.
#pragma once

#include <functional>
#include <string>

#include "host/collectors.h"
#include "host/delivery_log.h"
#include "host/uplink.h"
#include "core/base/clock.h"
#include "core/base/secret.h"
#include "core/net/http_client.h"

namespace connlog {

// What the agent says of itself with each heartbeat (docs/agent-protocol.md §4.1).
struct AgentIdentity {
  Secret token;
  std::string version;
  std::string os = "linux";
  std::string arch;
  std::string machine_id;       // empty: unknown
  std::string hostname;         // empty: not shared
  std::int64_t core_count = 0;  // 0: unknown
};
// Computed once per process.
AgentIdentity identify(const HostAccess& host, Secret token, bool expose_system_info);

HttpRequest heartbeat_request(const AgentIdentity& identity, const UplinkStep& step, const Uplink& uplink,
                              const wire::FrameBytes& frame);
// GET config and endpoint assignment.
HttpRequest query_request(const AgentIdentity& identity, const UplinkStep& step);

// The parts of an exchange that the uplink looks at; Retry-After only in its integer form.
UplinkOutcome outcome_of(const HttpOutcome& http);

struct UplinkSurroundings {
  std::function<HttpOutcome(const HttpRequest&)> perform;
  std::function<bool(milliseconds)> sleep;  // false: asked to stop
  std::function<bool()> stopping;
  const Clock& clock;
  std::function<std::string()> trust = {};  // the value of X-Connlog-Trust; absent: it is not sent
  // What the server told about that, with a request to try it; absent: it is ignored.
  std::function<void(const std::string& told, const HttpRequest& probe)> learn_trust = {};
};

enum class UplinkEnd { stopped, removed };

UplinkEnd run_uplink(const AgentIdentity& identity, Uplink& uplink, Collector& collector, DeliveryLog& deliveries,
                     const UplinkSurroundings& surroundings);

}  // namespace connlog
