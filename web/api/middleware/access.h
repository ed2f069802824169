// Who asks, and may they? The session behind the cookie, the CSRF token of what changes something, the workspace in the
// path, the role's rights. Refuses by default; what a person may not see does not exist for them (404), so that ids of
// other workspaces tell nothing (threats 10, 14, 16, 18). Any worker.
#pragma once

#include <optional>

#include "web/api/request_context.h"
#include "web/api/routes.h"

namespace connlog::web {

// Fills the context's actor, session and workspace. A Reply is a refusal.
std::optional<Reply> admit(Context& ctx, const Permission& permission);

}  // namespace connlog::web
