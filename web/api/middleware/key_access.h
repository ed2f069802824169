// Requests with an API key: `Authorization: Bearer cl_…` instead of a session. If a request has such a header, only the
// key counts: the cookie is ignored, and no CSRF token is needed, because browsers never add this header by themselves.
// Every other Authorization (Basic, Negotiate, a bearer token of another kind) is that of a proxy or of another
// application on the same name: it is as if it were not there, and counts as no attempt.
// Keys work on the routes of workspaces and on GET /me; the routes about a person or the appliance are for people with
// a browser. Any worker.
#pragma once

#include <optional>

#include "web/server/reply.h"
#include "web/api/request_context.h"
#include "web/api/routes.h"

namespace connlog::web {

// Whether the request brings a bearer token that begins as our API keys do, well-formed or not. If so, no cookie counts.
bool brings_api_key(const HttpRequest& request);

// Fills the context's actor, key and workspace. A Reply is a refusal.
std::optional<Reply> admit_key(Context& ctx, const Permission& permission);

}  // namespace connlog::web
