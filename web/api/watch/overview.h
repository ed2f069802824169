// The parts of the overview that are computed from what is in memory: bounded in size, and in time by a sort of pointers.
// Pure; any thread.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "core/watch/incident.h"
#include "core/watch/subject_directory.h"

namespace connlog::web::watch {

struct OverviewBounds {
  std::size_t fleet = 2'000;
  std::size_t groups = 100;
  std::size_t attention = 100;
};

// {counts, fleet, fleet_left_out, groups}: counts per shown state of the kinds that stand in the fleet; the most urgent
// cells of the fleet, and how many are left out; the most urgent groups.
nlohmann::json fleet_view(const std::vector<LiveSubject>& seen, const OverviewBounds& bounds);

// Incidents, and what of the fleet is down without one: what is down first, then by severity, each oldest first.
nlohmann::json attention_view(const std::vector<LiveSubject>& seen, const std::vector<Incident>& open, std::size_t most);

}  // namespace connlog::web::watch
