// Decides whether a request is allowed: its session, the CSRF token if it changes something, the workspace in the path,
// and the rights of the role. Refuses by default. Objects that a person may not see are answered with 404, so that ids
// of other workspaces reveal nothing (threats 10, 14, 16, 18). Any worker.
#pragma once

#include <optional>

#include "web/api/request_context.h"
#include "web/api/routes.h"

namespace connlog::web {

// Fills the context's actor, session and workspace. A Reply is a refusal.
std::optional<Reply> admit(Context& ctx, const Permission& permission);

}  // namespace connlog::web
