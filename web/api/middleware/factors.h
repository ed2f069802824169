// Second factors at the door: whether the workspace asks for one that this person does not have, and whether what is asked
// wants a proof that is still fresh. The interface acts upon both refusals (`second_factor_required`, `step_up_required`).
// Any worker.
#pragma once

#include "web/api/middleware/standing.h"

namespace connlog::web {

// After the standing in a workspace; for the person of a session or of a personal API key.
Result<Refusal> check_second_factor(const Context& ctx, Snapshot& snapshot, UserId user);

// The last check of a session's request.
Result<Refusal> check_fresh_factor(const Context& ctx, const Permission& permission, Snapshot& snapshot);

}  // namespace connlog::web
