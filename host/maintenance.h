// `connlog agent maintenance 30m [--reason TEXT]` and `--end`: asks the server for quiet about this host alone, or ends
// that (docs/agent-protocol.md §20). One request; the network is a parameter. One thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/net/http_client.h"
#include "host/uplink_runner.h"

namespace connlog {

struct MaintenanceAsk {
  std::string duration;  // "30m", "2h", "1h30m"; empty with `end`
  std::string reason;
  bool end = false;
};

// Minutes: "45m", "2h", "1h30m", and "45" alone. invalid_input for anything else, and beyond four hours.
Result<std::int64_t> maintenance_minutes(std::string_view text);

// `base`: of the server. The sentence of its answer, for the terminal. Errors say what the person can do.
Result<std::string> ask_for_maintenance(const std::string& base, const AgentIdentity& identity,
                                        const MaintenanceAsk& ask,
                                        const std::function<HttpOutcome(const HttpRequest&)>& perform);

}  // namespace connlog
