// Holds a JSON value against a schema of the OpenAPI document: as much of JSON Schema 2020-12 as web/api/schemas uses.
// Members that the schema does not name are findings too, so that nothing leaves the server undescribed. Pure; any
// thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace connlog {

// What is wrong, each with the place where it is ("$.items[0].state"); empty: nothing.
std::vector<std::string> violations(const nlohmann::json& document, const nlohmann::json& schema,
                                    const nlohmann::json& value);

}  // namespace connlog
