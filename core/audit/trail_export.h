// Renders rows of the trails for other programs: as CSV (RFC 4180) and as JSON. Pure; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "core/audit/trail.h"

namespace connlog {

// The line of column names, and the line of one row, each with its line end. A cell that a spreadsheet would take for a
// formula gets an apostrophe in front, and control characters become spaces.
std::string csv_head();
std::string csv_row(const TrailEntry& entry);
std::string csv_cell(std::string_view text);

// One JSON object, and its text without a line end. It includes the chain value, so that two exports can be compared.
nlohmann::json json_of(const TrailEntry& entry);
std::string json_row(const TrailEntry& entry);

}  // namespace connlog
