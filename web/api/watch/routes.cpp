// Routes of the watch: subjects, rules, incidents, what needs attention, live events.
#include "web/api/rows.h"
#include "web/api/watch/handlers.h"
#include "web/api/watch/subject_query.h"

namespace connlog::web::watch {
namespace {

using namespace rows;

constexpr Route kRoutes[] = {
    // What needs attention
    get("overview", "/api/v1/workspaces/{w}/overview", view, overview, "What needs attention", answers("Overview")),

    // Subjects: whatever is watched
    get("listSubjectKinds", "/api/v1/subjects/kinds", session, list_subject_kinds,
        "The kinds of what is watched: nouns, icons, what a rule can be about", answers("SubjectKindList")),
    get("listSubjects", "/api/v1/workspaces/{w}/subjects", view, list_subjects, "Subjects: agents, groups",
        asks(kSubjectQuery), answers("SubjectList")),
    post("addSubject", "/api/v1/workspaces/{w}/subjects", edit_subjects, add_subject, "Add a group",
         takes("NewSubject"), answers("Subject", 201)),
    put("putSubjectByKey", "/api/v1/workspaces/{w}/subjects/by-key/{key}", edit_subjects, put_subject_by_key,
        "Change the subject with this key; make a group with it where there is none (201)", takes("SubjectByKey"),
        answers("Subject")),
    get("showSubject", "/api/v1/workspaces/{w}/subjects/{id}", view, show_subject, "One subject", answers("Subject")),
    patch("changeSubject", "/api/v1/workspaces/{w}/subjects/{id}", edit_subjects, change_subject,
          "Rename, tag, label, group, pause", takes("SubjectChange"), answers("Subject")),
    del("removeSubject", "/api/v1/workspaces/{w}/subjects/{id}", edit_subjects, remove_subject,
        "Remove a group that no rule names", answers(204)),
    get("showSubjectRecord", "/api/v1/workspaces/{w}/subjects/{id}/record", view, show_subject_record,
        "The changes of its state, and how much of the time it was up", asks("from to"), answers("SubjectRecord")),

    // The former paths of groups, for programs that know them
    get("listGroups", "/api/v1/workspaces/{w}/groups", view, list_groups, "Groups alone: subjects of this kind",
        asks(kSubjectQuery), answers("SubjectList")),
    post("addGroup", "/api/v1/workspaces/{w}/groups", edit_subjects, add_group, "Add a group: its kind need not be named",
         takes("Name"), answers("Subject", 201)),
    del("removeGroup", "/api/v1/workspaces/{w}/groups/{id}", edit_subjects, remove_subject,
        "Remove a group that no rule names", answers(204)),

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
        asks("state subject rule limit after"), answers("IncidentList")),
    get("showIncident", "/api/v1/workspaces/{w}/incidents/{id}", view, show_incident, "One incident with its timeline",
        answers("IncidentDetail")),
    post("acknowledgeIncident", "/api/v1/workspaces/{w}/incidents/{id}/acknowledge", Action::acknowledge_incident,
         acknowledge_incident, "I look after it", takes("Acknowledgement"), answers("Incident")),
    post("commentIncident", "/api/v1/workspaces/{w}/incidents/{id}/comments", Action::acknowledge_incident,
         comment_incident, "Say something in the timeline", takes("Comment"), answers("IncidentEvent", 201)),

    // Metrics
    get("listMetrics", "/api/v1/metrics/catalogue", session, list_metrics,
        "What can be measured: words, units, ranges, charts", answers("MetricList")),

    // Live events
    get("events", "/api/v1/events", session, events, "Live events over all my workspaces",
        answers("text/event-stream")),
};

}  // namespace

std::span<const Route> routes() {
  return kRoutes;
}

}  // namespace connlog::web::watch
