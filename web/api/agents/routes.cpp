// Routes of agents: for agents and hosts, and for people who manage agents.
#include "web/api/rows.h"
#include "web/api/agents/handlers.h"

namespace connlog::web::agents {
namespace {

using namespace rows;

constexpr Route kRoutes[] = {
    // The agents' protocol (docs/agent-protocol.md §3). First, because nearly all requests come from agents.
    post("agentHeartbeat", "/api/agents/heartbeat", agent, heartbeat, "One reading of an agent", takes("AgentFrame"),
         answers("HeartbeatAnswer")),
    get("agentConfig", "/api/agents/config", agent, agent_config, "What an agent is to do", answers("AgentConfig")),
    get("agentEndpoint", "/api/agents/endpoint-assignment", agent, endpoint_assignment,
        "Where an agent sends its readings", answers("AgentEndpoint")),
    post("enrolAgent", "/api/agents/enrol", agent, enrol_agent,
         "A host makes an agent of itself, with an enrolment key", takes("AgentEnrolment"),
         answers("EnrolledAnswer", 201)),
    post("agentMaintenance", "/api/agents/maintenance", agent, agent_maintenance,
         "A host asks for quiet about itself, or ends that", takes("HostMaintenance"), answers("HostMaintenanceAnswer")),
    any("/api/agents/*", agent, unknown_agent_path),
    any("/api/agents", agent, unknown_agent_path),

    // Agents as people see them
    get("listAgents", "/api/v1/workspaces/{w}/agents", view, list_agents, "Agents, by name or as sorted",
        asks("q state tag label group team sort limit after"), answers("AgentList")),
    post("addAgent", "/api/v1/workspaces/{w}/agents", edit_subjects, add_agent, "Add an agent; its token is shown once",
         takes("NewAgent"), answers("AgentWithToken", 201)),
    get("showAgent", "/api/v1/workspaces/{w}/agents/{id}", view, show_agent, "One agent", answers("Agent")),
    patch("changeAgent", "/api/v1/workspaces/{w}/agents/{id}", edit_subjects, change_agent,
          "Rename, tag, label, pause, set, disable", takes("AgentChange"), answers("Agent")),
    del("removeAgent", "/api/v1/workspaces/{w}/agents/{id}", Action::rotate_agent_token, remove_agent,
        "Remove it for good", answers(204)),
    post("rotateAgentToken", "/api/v1/workspaces/{w}/agents/{id}/token", Action::rotate_agent_token, rotate_agent_token,
         "A new token; the old one ends", answers("AgentWithToken")),
    post("decideMachine", "/api/v1/workspaces/{w}/agents/{id}/machine", Action::rotate_agent_token, decide_machine,
         "Approve or reject the machine that knocks", takes("MachineDecision"), answers("Agent")),
    get("listMachineEvents", "/api/v1/workspaces/{w}/agents/{id}/machine-events", view, machine_events,
        "The history of its machine binding", answers("MachineEventList")),
    get("agentReadings", "/api/v1/workspaces/{w}/agents/{id}/readings", view, agent_readings,
        "Its readings as series, gaps as null", asks("from to points"), answers("Readings")),

    // Enrolment keys
    get("listEnrolmentKeys", "/api/v1/workspaces/{w}/enrolment-keys", manage_enrolment_keys, list_enrolment_keys,
        "Keys with which hosts make agents of themselves, and who came by them", answers("EnrolmentKeyList")),
    post("addEnrolmentKey", "/api/v1/workspaces/{w}/enrolment-keys", manage_enrolment_keys, add_enrolment_key,
         "A key for hosts; it is shown once", takes("NewEnrolmentKey"), answers("EnrolmentKeyWithToken", 201)),
    del("revokeEnrolmentKey", "/api/v1/workspaces/{w}/enrolment-keys/{id}", manage_enrolment_keys, revoke_enrolment_key,
        "End a key; agents that came by it stay", answers(204)),

    // For hosts that are to become agents
    get("installScript", "/install.sh", machine, install_script, "The script that makes a host an agent",
        answers("text/x-shellscript")),
    get("downloadAgent", "/download/agent/{target}", machine, download_agent, "The executable for a target",
        answers("application/octet-stream")),
    any("/download/*", machine, unknown_download),
};

}  // namespace

std::span<const Route> routes() {
  return kRoutes;
}

}  // namespace connlog::web::agents
