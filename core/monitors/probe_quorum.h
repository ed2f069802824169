// k of n: what several probes together say of one monitor. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "core/checks/check.h"

namespace connlog {

// What one probe says: its settled verdict, or nothing where it has no fresh result, or none that is confirmed.
struct ProbeVoice {
  std::string name;  // of the agent
  std::optional<CheckVerdict> says;
  std::string text;  // of its newest result
};

struct Quorum {
  CheckVerdict verdict = CheckVerdict::unknown;
  CheckReason reason = CheckReason::too_few_probes;
  std::string text;  // "2 of 3 probes: fra-1 and ams-2 say timed out"
};
// Down where `needed` fresh probes say so; else up where `needed` say that it answers, degraded where fewer than `needed` of
// these are up; else unknown, with the names of those that are missing or do not agree.
Quorum quorum_of(std::span<const ProbeVoice> voices, std::int64_t needed);

}  // namespace connlog
