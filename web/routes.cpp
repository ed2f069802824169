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

    // Agents as people see them
    {"GET", "/api/v1/workspaces/{w}/agents", Action::view, list_agents, "listAgents", "Agents, by name or as sorted", {}, 200, "AgentList", "q state tag sort limit after"},
    {"POST", "/api/v1/workspaces/{w}/agents", edit_agents, add_agent, "addAgent", "Add an agent; its token is shown once", "NewAgent", 201, "AgentWithToken"},
    {"GET", "/api/v1/workspaces/{w}/agents/{id}", Action::view, show_agent, "showAgent", "One agent", {}, 200, "Agent"},
    {"PATCH", "/api/v1/workspaces/{w}/agents/{id}", edit_agents, change_agent, "changeAgent", "Rename, tag, set, disable", "AgentChange", 200, "Agent"},
    {"DELETE", "/api/v1/workspaces/{w}/agents/{id}", Action::rotate_agent_token, remove_agent, "removeAgent", "Remove it for good", {}, 204},
    {"POST", "/api/v1/workspaces/{w}/agents/{id}/token", Action::rotate_agent_token, handlers::rotate_agent_token, "rotateAgentToken", "A new token; the old one ends", {}, 200, "AgentWithToken"},
    {"POST", "/api/v1/workspaces/{w}/agents/{id}/machine", Action::rotate_agent_token, decide_machine, "decideMachine", "Approve or reject the machine that knocks", "MachineDecision", 200, "Agent"},
    {"GET", "/api/v1/workspaces/{w}/agents/{id}/machine-events", Action::view, machine_events, "listMachineEvents", "The history of its machine binding", {}, 200, "MachineEventList"},
    {"GET", "/api/v1/workspaces/{w}/agents/{id}/readings", Action::view, agent_readings, "agentReadings", "Its readings as series, gaps as null", {}, 200, "Readings", "from to points"},

    // Rules and incidents
    {"GET", "/api/v1/workspaces/{w}/rules", Action::view, list_rules, "listRules", "Alert rules", {}, 200, "RuleList"},
    {"POST", "/api/v1/workspaces/{w}/rules", edit_rules, add_rule, "addRule", "Add a rule", "NewRule", 201, "Rule"},
    {"POST", "/api/v1/workspaces/{w}/rules/preview", Action::view, preview_rule, "previewRule", "What a rule would match and would have opened", "RuleChange", 200, "RulePreview"},
    {"GET", "/api/v1/workspaces/{w}/rules/{id}", Action::view, show_rule, "showRule", "One rule", {}, 200, "Rule"},
    {"PATCH", "/api/v1/workspaces/{w}/rules/{id}", edit_rules, change_rule, "changeRule", "Change a rule", "RuleChange", 200, "Rule"},
    {"DELETE", "/api/v1/workspaces/{w}/rules/{id}", edit_rules, remove_rule, "removeRule", "Remove a rule; its incidents resolve", {}, 204},
    {"POST", "/api/v1/workspaces/{w}/rules/{id}/test", edit_rules, test_rule, "testRule", "Send a test to whom it would tell", {}, 202, "Queued"},
    {"GET", "/api/v1/workspaces/{w}/incidents", Action::view, list_incidents, "listIncidents", "Incidents, newest first", {}, 200, "IncidentList", "state agent rule limit after"},
    {"GET", "/api/v1/workspaces/{w}/incidents/{id}", Action::view, show_incident, "showIncident", "One incident with its timeline", {}, 200, "IncidentDetail"},
    {"POST", "/api/v1/workspaces/{w}/incidents/{id}/acknowledge", Action::acknowledge_incident, handlers::acknowledge_incident, "acknowledgeIncident", "I look after it", "Acknowledgement", 200, "Incident"},
    {"POST", "/api/v1/workspaces/{w}/incidents/{id}/comments", Action::acknowledge_incident, comment_incident, "commentIncident", "Say something in the timeline", "Comment", 201, "IncidentEvent"},

    // Who is told
    {"GET", "/api/v1/workspaces/{w}/recipients", Action::view, list_recipients, "listRecipients", "Recipients", {}, 200, "RecipientList"},
    {"POST", "/api/v1/workspaces/{w}/recipients", edit_recipients, add_recipient, "addRecipient", "Add a recipient; a webhook's secret is shown once", "NewRecipient", 201, "RecipientWithSecret"},
    {"PATCH", "/api/v1/workspaces/{w}/recipients/{id}", edit_recipients, change_recipient, "changeRecipient", "Change a recipient", "RecipientChange", 200, "Recipient"},
    {"DELETE", "/api/v1/workspaces/{w}/recipients/{id}", edit_recipients, remove_recipient, "removeRecipient", "Remove a recipient", {}, 204},
    {"POST", "/api/v1/workspaces/{w}/recipients/{id}/test", edit_recipients, test_recipient, "testRecipient", "Send a test and wait for the real answer", {}, 200, "TestAnswer"},
    {"GET", "/api/v1/workspaces/{w}/notifications", Action::view, list_notifications, "listNotifications", "What was said and what waits", {}, 200, "NotificationList", "state limit"},
    {"POST", "/api/v1/workspaces/{w}/notifications/{id}/retry", edit_recipients, retry_notification, "retryNotification", "Try a failed one once more", {}, 200, "Notification"},

    // The appliance
    {"GET", "/api/v1/appliance", kAppliance, appliance, "appliance", "What runs here", {}, 200, "Appliance"},
    {"GET", "/api/v1/appliance/mail", kAppliance, mail_settings, "mailSettings", "How mail leaves the appliance", {}, 200, "MailSettings"},
    {"PUT", "/api/v1/appliance/mail", kAppliance, change_mail_settings, "changeMailSettings", "Set how mail leaves the appliance", "MailSettingsChange", 200, "MailSettings"},
    {"POST", "/api/v1/appliance/mail/test", kAppliance, test_mail, "testMail", "Send a test mail and wait for the real answer", "MailTest", 200, "TestAnswer"},

    // Live, and about the API itself
    {"GET", "/api/v1/events", kSession, events, "events", "Live events over all my workspaces", {}, 200, "text/event-stream"},
    {"GET", "/api/v1/openapi.json", kAnyone, openapi, "openapi", "This document", {}, 200, "application/json"},

    // For those who run the appliance, and for programs
    {"GET", "/install.sh", kMachine, install_script, "installScript", "The script that makes a host an agent", {}, 200, "text/x-shellscript"},
    {"GET", "/download/agent/{target}", kMachine, download_agent, "downloadAgent", "The executable for a target", {}, 200, "application/octet-stream"},
    {"GET", "/healthz", kMachine, healthz, "healthz", "Whether the process answers", {}, 200, "text/plain"},
    {"GET", "/readyz", kMachine, readyz, "readyz", "Whether it can do its work", {}, 200, "text/plain"},
    {"GET", "/metrics", kMachine, metrics, "metrics", "Figures for Prometheus; on this machine or for administrators", {}, 200, "text/plain"},
    {"GET", "/.well-known/security.txt", kAnyone, security_txt, "securityTxt", "Whom to tell about a weakness (RFC 9116)", {}, 200, "text/plain"},
};

}  // namespace

std::span<const Route> routes() { return kRoutes; }

}  // namespace connlog::web
