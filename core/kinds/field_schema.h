// JSON Schemas of fields, for the document of the API. Pure; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>

#include "core/kinds/field.h"

namespace connlog {

// An object with a member for each field that people may give; the required ones are required. Fields that connlog
// makes itself are not in it.
nlohmann::json fields_schema(std::span<const Field> fields);

}  // namespace connlog
