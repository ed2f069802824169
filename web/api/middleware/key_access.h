// Requests with an API key: `Authorization: Bearer cl_…` instead of a session. If a request has such a header, only the
// key counts: the cookie is ignored, and no CSRF token is needed, because browsers never add this header by themselves.
// Keys work on the routes of workspaces and on GET /me; the routes about a person or the appliance are for people with
// a browser. Any worker.
#pragma once

#include <optional>

#include "web/server/reply.h"
#include "web/api/request_context.h"
#include "web/api/routes.h"

namespace connlog::web {

// Whether the request brings a bearer token, well-formed or not. If so, no cookie counts. (Basic authentication is left
// to proxies.)
bool brings_bearer(const HttpRequest& request);

// Fills the context's actor, key and workspace. A Reply is a refusal.
std::optional<Reply> admit_key(Context& ctx, const Permission& permission);

}  // namespace connlog::web
