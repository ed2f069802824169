// What the appliance tells the web: its address, its listeners, and facts that only other rooms know. Immutable.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/appliance/inspection.h"
#include "core/base/result.h"
#include "web/server/connection_loop.h"

namespace connlog::web {

class Certificates;  // web/server/certificates.h

struct WebOptions {
  std::string public_url = {};                 // "https://monitor.example.org:8443", without a slash at the end
  bool public_url_is_set = true;               // false: made from the machine's name, and perhaps not how people come
  std::vector<std::string> public_names = {};  // further names and addresses of this appliance
  std::vector<Listener> listeners = {};        // for the Host check, and shown to the administrator
  const Certificates* certificates = nullptr;  // for pins and HSTS; none: no TLS listener
  std::filesystem::path data_directory = {};
  // Where executables for other architectures may lie, beside <data>/agents.
  std::vector<std::filesystem::path> agent_directories = {"/usr/lib/connlog/agents"};
  // Addresses and networks whose X-Forwarded-… and Forwarded are believed (web/api/middleware/proxies.h).
  std::vector<std::string> trusted_proxies = {};
  std::vector<std::string> warnings = {};                        // found at start, shown to the administrator
  std::function<std::vector<std::string>()> more_warnings = {};  // likewise, as they are now
  // Whether our own certificate answers at the public address (cli/public_address.h). Absent: unless proxies are named.
  std::function<bool()> own_certificate_outside = {};
  // Requests of one address (an IPv6 /64), agents' heartbeats excepted: a burst, then so many a second.
  double requests_burst = 600;
  double requests_per_second = 100;

  // Facts that other rooms know; each may be absent.
  std::function<LoopCounters()> loop_counters = {};
  std::function<std::uint64_t()> database_bytes = {};
  std::function<std::vector<std::string>()> findings = {};  // found while it runs
  std::function<std::string()> backups_hold = {};           // until when backups hold what is erased now, in words
  // What only the process knows, for the production check; absent: the check looks at the database alone.
  std::function<InspectionFacts()> inspected = {};
  std::function<Result<void>()> ready = {};                 // an error says what does not work (/readyz)
  // Lines for /metrics from other rooms, in Prometheus text form.
  std::function<std::string()> more_metrics = {};
};

}  // namespace connlog::web
