// Handlers of the room audit: pages and files of the trails, verifying their chains, forwarding.
// Any worker; what runs inside `ctx.write` runs on the writer thread.
#pragma once

#include "web/api/parts.h"
#include "web/api/request_context.h"
#include "web/api/routes.h"
#include "web/api/audit/services.h"

namespace connlog::web::audit {

std::span<const Route> routes();
std::span<const WorkspaceSection> workspace_sections();
std::span<const PersonPart> own_data_parts();

// trails.cpp
Result<Reply> list_audit(Context&);
Result<Reply> list_security_events(Context&);
Result<Reply> my_security_events(Context&);
Result<Reply> appliance_trail(Context&);
// trail_exports.cpp
Result<Reply> export_audit(Context&);
Result<Reply> export_security_events(Context&);
Result<Reply> export_appliance_trail(Context&);
// trail_keeping.cpp
Result<Reply> verify_trails(Context&);
Result<Reply> syslog_settings(Context&);
Result<Reply> change_syslog_settings(Context&);

}  // namespace connlog::web::audit
