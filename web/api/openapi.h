// The OpenAPI 3.1 document, made from web/api/routes and web/api/schemas: it always agrees with what the server does.
// Pure; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "web/api/request_context.h"

namespace connlog::web {

nlohmann::json openapi_document(const std::string& public_url);
std::string openapi_text(const std::string& public_url);  // the same as text, in one order
Result<Reply> openapi(Context&);                          // the handler of /api/v1/openapi.json

}  // namespace connlog::web
