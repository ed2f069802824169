// Looks up the person's standing in the workspace of the path: role, a team's grant, sight. Only here does a membership
// or an administrator's opening become rights. Without standing the answer is that the workspace does not exist. Any
// worker.
#pragma once

#include <optional>

#include "web/api/request_context.h"
#include "web/api/routes.h"

namespace connlog::web {

// A reply that refuses, with a code that the interface acts upon. Refusals without such a code are returned as an
// Error.
using Refusal = std::optional<Reply>;

Error no_such_workspace();

// Puts the workspace of the path into the context. Does not check whether the person may see it.
Result<void> find_workspace(Context& ctx, Snapshot& snapshot);

// The same, and puts the person's standing into the actor: role, grant, sight. Without one: no_such_workspace().
Result<void> stand_in_workspace(Context& ctx, Snapshot& snapshot, UserId user);

// Refuses changes by a person who is here as an administrator of the appliance (break-glass).
Refusal check_only_looks(const Context& ctx, const Permission& permission);
// Counts what such a person read. The request does not wait for it.
void note_break_glass(const Context& ctx);

// Refuses if the workspace is disabled, and says so to its members. Routes that work_while_disabled() stay possible.
Refusal check_enabled(const Context& ctx, const Permission& permission);

}  // namespace connlog::web
