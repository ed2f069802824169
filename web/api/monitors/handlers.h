// Handlers of the room monitors: monitors as people see and set them, checks that are made once, pings as people see them,
// and agents that are probes. What programs of other systems send: ping_handlers.h.
// Any worker; what runs inside `ctx.write` runs on the writer thread.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "web/api/monitors/services.h"
#include "web/api/parts.h"
#include "web/api/request_context.h"
#include "web/api/routes.h"

namespace connlog::web::monitors {

std::span<const Route> routes();
std::span<const WorkspaceSection> workspace_sections();
// Gives the schema of a new monitor one form for each kind of check.
void add_check_kinds(nlohmann::json& schemas);

// check_kinds.cpp
Result<Reply> list_check_kinds(Context&);
// monitors.cpp
Result<Reply> list_monitors(Context&);
Result<Reply> show_monitor(Context&);
Result<Reply> monitor_readings(Context&);
Result<Reply> monitor_states(Context&);
Result<Reply> monitor_answers(Context&);
// monitor_changes.cpp
Result<Reply> add_monitor(Context&);
Result<Reply> change_monitor(Context&);
Result<Reply> remove_monitor(Context&);
Result<Reply> clone_monitor(Context&);
Result<Reply> set_monitor_state(Context&);
Result<Reply> change_monitors(Context&);
// monitor_import.cpp
Result<Reply> propose_monitors(Context&);
Result<Reply> import_monitors(Context&);
// check_now.cpp
Result<Reply> check_monitor(Context&);
Result<Reply> try_monitor(Context&);
// check_defaults.cpp
Result<Reply> show_check_defaults(Context&);
Result<Reply> put_check_defaults(Context&);
// ping_address.cpp
Result<Reply> show_ping_address(Context&);
Result<Reply> renew_ping_address(Context&);
Result<Reply> list_pings(Context&);
Result<Reply> show_ping_body(Context&);
// event_sources.cpp
Result<Reply> list_event_sources(Context&);
Result<Reply> show_event_source(Context&);
Result<Reply> add_event_source(Context&);
Result<Reply> change_event_source(Context&);
Result<Reply> remove_event_source(Context&);
Result<Reply> renew_event_key(Context&);
Result<Reply> try_event_source(Context&);
// probe.cpp
Result<Reply> probe_exchange(Context&);
// probes.cpp
Result<Reply> list_probes(Context&);

}  // namespace connlog::web::monitors
