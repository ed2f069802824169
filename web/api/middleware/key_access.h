// API keys at the door: `Authorization: Bearer cl_…` instead of a session. A request that carries such a header is the
// key's and nobody else's: its cookie is not looked at, and no CSRF token is asked for, as no browser sends this header by
// itself. Keys work on the routes of workspaces and on GET /me; the routes about a person or the appliance are for people with
// a browser. Any worker.
#pragma once

#include <optional>

#include "web/server/reply.h"
#include "web/api/request_context.h"
#include "web/api/routes.h"

namespace connlog::web {

// Whether the request brings a bearer token, well-formed or not: then no cookie counts. (Basic is a proxy's business.)
bool brings_bearer(const HttpRequest& request);

// Fills the context's actor, key and workspace. A Reply is a refusal.
std::optional<Reply> admit_key(Context& ctx, const Permission& permission);

}  // namespace connlog::web
