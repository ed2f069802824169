// The rows of the production check. A row looks at one part of the facts and gives what is wrong, in as many sentences as
// there are; where it gives nothing, its `good` sentence is the finding. A new check is a function and a row of its
// part's table. Pure; any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/appliance/inspection.h"

namespace connlog {

struct Problem {
  FindingSeverity severity = FindingSeverity::warning;
  std::string what, why, mend;
};
using Problems = std::vector<Problem>;

template <typename Facts>
struct InspectionRow {
  std::string_view id;
  FindingArea area;
  std::string_view good;
  Problems (*look)(const Facts& facts, Instant now);
};

std::span<const InspectionRow<SetUpFacts>> set_up_rows();     // inspection_files.cpp
std::span<const InspectionRow<SetUpFacts>> address_rows();    // inspection_address.cpp
std::span<const InspectionRow<MachineFacts>> machine_rows();  // inspection_machine.cpp
std::span<const InspectionRow<StoredFacts>> stored_rows();    // inspection_stored.cpp
std::span<const InspectionRow<RunningFacts>> running_rows();  // inspection_running.cpp

// "connlog.toml: public_url = "…"" as the mend of a setting: what to write, where, and that it counts after a restart.
std::string mend_setting(const SetUpFacts& facts, std::string_view line);
// "Ada, Eve and 3 more".
std::string names_of(const Named& named);

}  // namespace connlog
