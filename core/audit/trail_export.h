// Rows of the trails for other programs: CSV (RFC 4180) and JSON. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "core/audit/trail.h"

namespace connlog {

// Names of the columns, and one row; each with its line end. A cell that a spreadsheet would take for a formula begins
// with an apostrophe, and control characters are spaces.
std::string csv_head();
std::string csv_row(const TrailEntry& entry);
std::string csv_cell(std::string_view text);

// One object without line end; chain values are in it, so that an export can be compared with another.
std::string json_row(const TrailEntry& entry);

}  // namespace connlog
