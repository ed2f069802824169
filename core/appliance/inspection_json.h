// Findings of the production check as JSON: for the API, for `connlog check --json`, and between the command and the
// running server. Pure; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "core/appliance/inspection.h"

namespace connlog {

// {"at", "version", "findings": [{"id","area","severity","what","why","mend"}], "counts": {…}}.
nlohmann::json inspection_view(const std::vector<Finding>& findings, Instant at);
nlohmann::json view(const Finding& finding);
// Those of an array that this version understands; others (of a later one) are left out.
std::vector<Finding> read_findings(const nlohmann::json& array);

}  // namespace connlog
