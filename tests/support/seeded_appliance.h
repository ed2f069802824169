// A data directory with a workspace, the default rules and many agents that have reported before, made through storage
// alone: what tests and benchmarks of the real program need and no person would type. The program must not run on it
// meanwhile. One thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace connlog {

struct SeedPlan {
  int agents = 1'000;
  std::int64_t interval_seconds = 60;
  bool with_default_rules = true;
  bool have_reported = true;  // bound to kSeededMachine and known: their next heartbeat teaches nothing new
  std::int64_t readings = 0;  // of the agents in turn, a minute apart for each, up to now
  // A person who owns the workspace; empty: nobody does, and the appliance waits for its set-up.
  std::string owner_mail = {}, owner_password = {};
};

// What a seeded agent would send in X-Machine-Id.
extern const std::string kSeededMachine;

// The token of the n-th seeded agent: the same in every run.
std::string seeded_token(int number);

Result<void> seed_appliance(const std::filesystem::path& data_directory, const SeedPlan& plan);

// The request ids (as text) of every reading in the file, opened with its own key.
Result<std::set<std::string>> stored_request_ids(const std::filesystem::path& data_directory);

}  // namespace connlog
