// Decides whether a request is allowed: its session, the CSRF token if it changes something, the workspace in the path,
// and the rights of the role. Refuses by default. Objects that a person may not see are answered with 404, so that ids
// of other workspaces reveal nothing (threats 10, 14, 16, 18). Any worker.
#pragma once

#include <string>
#include <string_view>

#include "web/api/request_context.h"
#include "web/api/routes.h"

namespace connlog::web {

// Fills the context's actor, session and workspace. A Reply is a refusal.
std::optional<Reply> admit(Context& ctx, const Permission& permission);

// "__Host-connlog" over TLS. Browsers refuse that prefix over plain http, so the name there is another one.
std::string_view session_cookie_name(bool tls);
std::string session_cookie(bool tls, std::string_view token, seconds lifetime);
std::string ended_session_cookie(bool tls);
// The session token that the browser sent; empty: none.
std::string cookie_token(const HttpRequest& request);

}  // namespace connlog::web
