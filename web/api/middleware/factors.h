// Checks of second factors before a handler runs: whether the workspace requires one that the person does not have, and
// whether the route needs a fresh proof that is missing. The interface acts upon both refusals
// (`second_factor_required`, `step_up_required`). Any worker.
#pragma once

#include "web/api/middleware/standing.h"

namespace connlog::web {

// Call after stand_in_workspace, for a session's person or the owner of a personal API key.
Result<Refusal> check_second_factor(const Context& ctx, Snapshot& snapshot, UserId user);

// The last check before the handler, for sessions only.
Result<Refusal> check_fresh_factor(const Context& ctx, const Permission& permission, Snapshot& snapshot);

}  // namespace connlog::web
