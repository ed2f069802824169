#include "web/routes.h"

#include "web/handlers/handlers.h"

namespace connlog::web {
namespace {

using namespace handlers;
constexpr Permission kAnyone = Permission::anyone();
constexpr Permission kAgent = Permission::agent();
constexpr Permission kMachine = Permission::machine();
constexpr Permission kSession = Permission::session();
constexpr Permission kAppliance = Permission::appliance();
using enum Action;

// The order is that of the look-up: agents first, as nearly every request is theirs.
const Route kRoutes[] = {
    // Agents (their own paths and shapes: agent-protocol §3)
    {"POST", "/api/agents/heartbeat", kAgent, heartbeat, "agentHeartbeat", "One reading of an agent", "AgentFrame", 200, "HeartbeatAnswer"},
    {"GET", "/api/agents/config", kAgent, agent_config, "agentConfig", "What an agent is to do", {}, 200, "AgentConfig"},
    {"GET", "/api/agents/endpoint-assignment", kAgent, endpoint_assignment, "agentEndpoint", "Where an agent sends its readings", {}, 200, "AgentEndpoint"},

    // The way in
    {"GET", "/api/v1/setup", kAnyone, setup_state, "setupState", "Whether the appliance waits for its first owner", {}, 200, "SetupState"},
    {"POST", "/api/v1/setup", kAnyone, setup, "setup", "Claim the appliance with the set-up link's token", "Setup", 201, "Me"},
    {"POST", "/api/v1/login", kAnyone, login, "login", "Open a session", "Login", 200, "Me"},
    {"POST", "/api/v1/logout", kSession, logout, "logout", "End the session", {}, 204},
    {"GET", "/api/v1/me", kSession, me, "me", "Who I am and where I belong", {}, 200, "Me"},

    // A workspace
    {"PATCH", "/api/v1/workspaces/{w}", edit_workspace, change_workspace, "changeWorkspace", "Rename it, set its machine policy", "WorkspaceChange", 200, "Workspace"},
    {"GET", "/api/v1/workspaces/{w}/overview", Action::view, overview, "overview", "What needs attention", {}, 200, "Overview"},
    {"GET", "/api/v1/workspaces/{w}/audit", view_audit, audit_log, "listAudit", "Who did what", {}, 200, "AuditEntryList", "before limit"},

    // For those who run the appliance, and for programs
    {"GET", "/healthz", kMachine, healthz, "healthz", "Whether the process answers", {}, 200, "text/plain"},
    {"GET", "/readyz", kMachine, readyz, "readyz", "Whether it can do its work", {}, 200, "text/plain"},
    {"GET", "/metrics", kMachine, metrics, "metrics", "Figures for Prometheus; on this machine or for administrators", {}, 200, "text/plain"},
    {"GET", "/.well-known/security.txt", kAnyone, security_txt, "securityTxt", "Whom to tell about a weakness (RFC 9116)", {}, 200, "text/plain"},
};

}  // namespace

std::span<const Route> routes() { return kRoutes; }

}  // namespace connlog::web
