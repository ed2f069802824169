// Routes of the watch: rules, incidents, what needs attention, live events.
#include "web/api/rows.h"
#include "web/api/watch/handlers.h"

namespace connlog::web::watch {
namespace {

using namespace rows;

constexpr Route kRoutes[] = {
    // What needs attention
    get("overview", "/api/v1/workspaces/{w}/overview", view, overview, "What needs attention", answers("Overview")),

    // Rules and incidents
    get("listRules", "/api/v1/workspaces/{w}/rules", view, list_rules, "Alert rules", answers("RuleList")),
    post("addRule", "/api/v1/workspaces/{w}/rules", edit_rules, add_rule, "Add a rule", takes("NewRule"),
         answers("Rule", 201)),
    post("previewRule", "/api/v1/workspaces/{w}/rules/preview", view, preview_rule,
         "What a rule would match and would have opened", takes("RuleChange"), answers("RulePreview")),
    get("showRule", "/api/v1/workspaces/{w}/rules/{id}", view, show_rule, "One rule", answers("Rule")),
    patch("changeRule", "/api/v1/workspaces/{w}/rules/{id}", edit_rules, change_rule, "Change a rule",
          takes("RuleChange"), answers("Rule")),
    del("removeRule", "/api/v1/workspaces/{w}/rules/{id}", edit_rules, remove_rule,
        "Remove a rule; its incidents resolve", answers(204)),
    post("testRule", "/api/v1/workspaces/{w}/rules/{id}/test", edit_rules, test_rule,
         "Send a test to whom it would tell", answers("Queued", 202)),
    get("listIncidents", "/api/v1/workspaces/{w}/incidents", view, list_incidents, "Incidents, newest first",
        asks("state agent rule limit after"), answers("IncidentList")),
    get("showIncident", "/api/v1/workspaces/{w}/incidents/{id}", view, show_incident, "One incident with its timeline",
        answers("IncidentDetail")),
    post("acknowledgeIncident", "/api/v1/workspaces/{w}/incidents/{id}/acknowledge", Action::acknowledge_incident,
         acknowledge_incident, "I look after it", takes("Acknowledgement"), answers("Incident")),
    post("commentIncident", "/api/v1/workspaces/{w}/incidents/{id}/comments", Action::acknowledge_incident,
         comment_incident, "Say something in the timeline", takes("Comment"), answers("IncidentEvent", 201)),

    // Metrics
    get("listMetrics", "/api/v1/metrics/catalogue", session, list_metrics,
        "What can be measured: words, units, ranges, charts", answers("MetricList")),

    // Groups of agents
    get("listGroups", "/api/v1/workspaces/{w}/groups", view, list_groups, "Groups of agents", answers("GroupList")),
    post("addGroup", "/api/v1/workspaces/{w}/groups", manage_members, add_group, "Add a group", takes("Name"),
         answers("Group", 201)),
    patch("changeGroup", "/api/v1/workspaces/{w}/groups/{id}", manage_members, change_group, "Rename a group",
          takes("Name"), answers("Group")),
    del("removeGroup", "/api/v1/workspaces/{w}/groups/{id}", manage_members, remove_group,
        "Remove a group that no rule names", answers(204)),

    // Live events
    get("events", "/api/v1/events", session, events, "Live events over all my workspaces",
        answers("text/event-stream")),
};

}  // namespace

std::span<const Route> routes() {
  return kRoutes;
}

}  // namespace connlog::web::watch
