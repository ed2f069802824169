// The standing of the person who asks in the workspace of the path: the one place where a membership (or another right to
// enter) becomes a role, a team's grant and a sight. To a person without standing the workspace does not exist.
// Any worker.
#pragma once

#include <optional>

#include "web/api/request_context.h"
#include "web/api/routes.h"

namespace connlog::web {

// A reply that refuses, with a code that the interface acts upon. Refusals without such a code are returned as an Error.
using Refusal = std::optional<Reply>;

Error no_such_workspace();

// The workspace of the path, into the context. Says nothing about who may see it.
Result<void> find_workspace(Context& ctx, Snapshot& snapshot);

// The same, and puts the person's standing there into the actor: role, grant, sight. Without one: no_such_workspace().
Result<void> stand_in_workspace(Context& ctx, Snapshot& snapshot, UserId user);

// Nothing is changed by a person who looks in as an administrator of the appliance (break-glass).
Refusal check_only_looks(const Context& ctx, const Permission& permission);
// What they read is counted, beside the request.
void note_break_glass(const Context& ctx);

// Refuses if the workspace is disabled, and says so to its members. Routes that work_while_disabled() stay possible.
Refusal check_enabled(const Context& ctx, const Permission& permission);

}  // namespace connlog::web
