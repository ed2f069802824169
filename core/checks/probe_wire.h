// What an agent that is a probe and the server say to each other (docs/agent-protocol.md §19): one request in which the
// agent offers what its host allows and hands in results, and an answer with what it is to check. Both ends use it. The
// reader takes everything for hostile: bounded counts and lengths, unknown members ignored, unknown words refused.
// A result carries state, phases, address and reason, never a body or a header. Pure; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/id.h"
#include "core/base/result.h"
#include "core/checks/check.h"

namespace connlog {

inline constexpr std::string_view kProbePath = "/api/agents/probe";
inline constexpr std::size_t kProbeResultsMax = 500;  // in one request
inline constexpr std::size_t kProbeChecksMax = 1'000;
inline constexpr std::size_t kProbeRequestBytesMax = 1024 * 1024;
inline constexpr seconds kProbeAgeMax{600};  // older results are dropped: they say nothing about now

// What the host's own allow-list lets the agent check.
struct ProbeOffer {
  std::vector<std::string> kinds;      // words of checks
  std::vector<std::string> networks;   // CIDR
  std::vector<std::int64_t> ports;     // empty: any
  std::int64_t rate = 60;              // checks a minute
  friend bool operator==(const ProbeOffer&, const ProbeOffer&) = default;
};

struct ProbeReport {
  std::int64_t version = 0;  // of the assignment that the agent has; 0: none
  ProbeOffer offer;
  struct Entry {
    Uuid monitor;
    milliseconds age{0};  // how long ago the check ended, by the agent's monotonic clock
    CheckResult result;   // `at` is not set
  };
  std::vector<Entry> results;
};

struct ProbeOrder {
  std::int64_t version = 0;
  bool has_checks = false;  // the assignment changed: `checks` is the whole of it
  struct Check {
    Uuid monitor;
    seconds interval{60};
    std::shared_ptr<const CheckSpec> spec;
  };
  std::vector<Check> checks;
  std::int64_t ask_again_seconds = 10;
};

std::string render_probe_report(const ProbeReport& report);
Result<ProbeReport> parse_probe_report(std::string_view body);
// Has secrets of the monitors in it: never logged.
std::string render_probe_order(const ProbeOrder& order);
Result<ProbeOrder> parse_probe_order(std::string_view body);
// {"ok":false,"error":"UNKNOWN_MONITOR","monitors":[…]}: results that belong to no assignment of the agent.
std::string render_unknown_monitors(const std::vector<Uuid>& monitors);

}  // namespace connlog
