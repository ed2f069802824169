// Bodies for the writes that need nothing beforehand but what TestApp::populate makes, and which routes these are. What
// needs a story of its own is told in tests/web/api/write_schemas_test.cpp. Immutable; any thread.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>

#include "web/api/routes.h"

namespace connlog {

const std::map<std::string_view, nlohmann::json>& sample_bodies();  // by the name of the schema
// Whether a write can be sent as it stands.
bool has_sample(const web::Route& route);

}  // namespace connlog
