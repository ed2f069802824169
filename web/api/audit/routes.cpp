// Routes of the trails: what happened, who did it, and how it is kept.
#include "web/api/rows.h"
#include "web/api/audit/handlers.h"

namespace connlog::web::audit {
namespace {

using namespace rows;

constexpr Route kRoutes[] = {
    // What happened in a workspace
    get("listAudit", "/api/v1/workspaces/{w}/audit", view_own_audit, list_audit,
        "Who did what in the workspace; their own acts to those who may not see all",
        asks("actor act text from to limit after"), answers("TrailPage")),
    get("listSecurityEvents", "/api/v1/workspaces/{w}/security-events", view_own_audit, list_security_events,
        "Security events of the workspace; those about themselves to those who may not see all",
        asks("actor act text from to limit after"), answers("TrailPage")),

    // Files, forwarding, and what belongs to no workspace
    get("exportAudit", "/api/v1/workspaces/{w}/audit/export", view_own_audit, export_audit, "The audit log as a file",
        asks("format actor act text from to"), answers("application/octet-stream")),
    get("exportSecurityEvents", "/api/v1/workspaces/{w}/security-events/export", view_own_audit, export_security_events,
        "The security events as a file", asks("format actor act text from to"), answers("application/octet-stream")),
    get("exportApplianceTrail", "/api/v1/appliance/trail/export", administrator, export_appliance_trail,
        "The appliance's trail as a file", asks("trail format actor act text from to"),
        answers("application/octet-stream")),
    post("verifyTrails", "/api/v1/appliance/audit/verify", administrator, verify_trails,
         "Compute every chain anew and compare it with the anchor", takes("TrailCheck"), answers("TrailReport")),
    get("syslogSettings", "/api/v1/appliance/syslog", administrator, syslog_settings,
        "Where the trails are forwarded to, and how it goes", answers("SyslogSettings")),
    put("changeSyslogSettings", "/api/v1/appliance/syslog", administrator, change_syslog_settings,
        "Set where the trails are forwarded to", takes("SyslogSettingsChange"), answers("SyslogSettings")),
    get("applianceTrail", "/api/v1/appliance/trail", administrator, appliance_trail,
        "The appliance's administration, or the security events that belong to no workspace",
        asks("trail actor act text from to limit after"), answers("TrailPage")),
    get("mySecurityEvents", "/api/v1/account/security-events", session, my_security_events,
        "What happened around my own account", asks("text from to limit after"), answers("TrailPage")),
};

}  // namespace

std::span<const Route> routes() {
  return kRoutes;
}

}  // namespace connlog::web::audit
