// Handlers of the room agents: the agents' protocol, enrolment of hosts, and agents as people see them.
// Any worker; what runs inside `ctx.write` runs on the writer thread.
#pragma once

#include "web/api/parts.h"
#include "web/api/request_context.h"
#include "web/api/routes.h"
#include "web/api/agents/services.h"

namespace connlog::web::agents {

std::span<const Route> routes();
std::span<const WorkspaceSection> workspace_sections();

// agents.cpp
Result<Reply> list_agents(Context&);
Result<Reply> add_agent(Context&);
Result<Reply> show_agent(Context&);
Result<Reply> change_agent(Context&);
Result<Reply> remove_agent(Context&);
Result<Reply> rotate_agent_token(Context&);
Result<Reply> decide_machine(Context&);
Result<Reply> machine_events(Context&);
Result<Reply> agent_readings(Context&);
// agent_protocol.cpp
Result<Reply> heartbeat(Context&);
Result<Reply> agent_config(Context&);
Result<Reply> endpoint_assignment(Context&);
Result<Reply> unknown_agent_path(Context&);
// enrolment.cpp
Result<Reply> list_enrolment_keys(Context&);
Result<Reply> add_enrolment_key(Context&);
Result<Reply> revoke_enrolment_key(Context&);
Result<Reply> enrol_agent(Context&);
// maintenance.cpp
Result<Reply> agent_maintenance(Context&);
// install.cpp
Result<Reply> install_script(Context&);
Result<Reply> download_agent(Context&);
Result<Reply> unknown_download(Context&);

}  // namespace connlog::web::agents
