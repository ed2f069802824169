// What the handlers of the trails share: whose rows a person may see, the filter of the query, and a row in JSON.
// Any worker.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/audit/trail.h"
#include "web/api/request_context.h"

namespace connlog::web::audit {

nlohmann::json view(const TrailEntry& entry);

// Whether this person may see what everybody did in the workspace, and not only what they did themselves.
bool sees_whole_trail(const Context& ctx);
Result<TrailFilter> trail_filter(const Context& ctx);            // from the query
Result<TrailFilter> workspace_trail_filter(const Context& ctx);  // the same; only own rows unless sees_whole_trail
Result<TrailScope> appliance_trail_scope(const Context& ctx);    // ?trail=appliance|security

}  // namespace connlog::web::audit
