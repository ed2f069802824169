// What goes over the API, described: one JSON Schema (2020-12, as OpenAPI 3.1 uses it) for each name that web/api/routes
// mentions. Tests hold real answers against them. Pure; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace connlog::web {

nlohmann::json schemas();  // an object: name → schema

// Parts of it, a file each.
nlohmann::json account_schemas();         // web/api/identity/schemas_accounts.cpp
nlohmann::json administration_schemas();  // web/api/access/schemas_administration.cpp
nlohmann::json enrolment_schemas();       // web/api/agents/schemas_enrolment.cpp
nlohmann::json login_schemas();           // web/api/identity/schemas_logins.cpp
nlohmann::json workspace_schemas();       // web/api/access/schemas_workspaces.cpp
nlohmann::json trust_schemas();           // web/api/trust/schemas_trust.cpp
nlohmann::json trail_schemas();           // web/api/audit/schemas_trails.cpp
nlohmann::json factor_schemas();          // web/api/identity/schemas_factors.cpp

}  // namespace connlog::web
