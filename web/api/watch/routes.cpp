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

    // Dependencies: what else goes down with it
    get("showParents", "/api/v1/workspaces/{w}/subjects/{id}/parents", view, show_parents,
        "On which other subjects it depends", answers("Parents")),
    put("putParents", "/api/v1/workspaces/{w}/subjects/{id}/parents", edit_subjects, put_parents,
        "Say on which others it depends: while one is down, its own openings are held", takes("Parents"),
        answers("Parents")),
    get("listDependencies", "/api/v1/workspaces/{w}/dependencies", view, list_dependencies,
        "What depends on what", answers("DependencyList")),

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
    post("drillRule", "/api/v1/workspaces/{w}/rules/{id}/drill", edit_rules, drill_rule,
         "Open an incident that is marked as a drill, and walk the whole way of its messages", answers("Incident", 201)),
    get("showRuleTelling", "/api/v1/workspaces/{w}/rules/{id}/telling", view, show_rule_telling,
        "Whom the rule would tell now, and how", answers("RuleTelling")),
    get("listTellingStages", "/api/v1/workspaces/{w}/telling/stages", view, list_telling_stages,
        "The stages between an incident and a message, in order", answers("TellingStageList")),
    get("listIncidents", "/api/v1/workspaces/{w}/incidents", view, list_incidents, "Incidents, newest first",
        asks("state subject rule limit after"), answers("IncidentList")),
    get("showIncident", "/api/v1/workspaces/{w}/incidents/{id}", view, show_incident, "One incident with its timeline",
        answers("IncidentDetail")),
    post("acknowledgeIncident", "/api/v1/workspaces/{w}/incidents/{id}/acknowledge", Action::acknowledge_incident,
         acknowledge_incident, "I look after it", takes("Acknowledgement"), answers("Incident")),
    post("unacknowledgeIncident", "/api/v1/workspaces/{w}/incidents/{id}/unacknowledge", Action::acknowledge_incident,
         unacknowledge_incident, "I no longer look after it: reminders begin again", takes("Unacknowledgement"),
         answers("Incident")),
    get("showIncidentTelling", "/api/v1/workspaces/{w}/incidents/{id}/telling", view, show_incident_telling,
        "Why it was told, or not", answers("IncidentTelling")),
    post("endDrill", "/api/v1/workspaces/{w}/incidents/{id}/end-drill", edit_rules, end_drill, "End a drill",
         answers("Incident")),
    post("commentIncident", "/api/v1/workspaces/{w}/incidents/{id}/comments", Action::acknowledge_incident,
         comment_incident, "Say something in the timeline", takes("Comment"), answers("IncidentEvent", 201)),

    // Quiet
    get("listQuiet", "/api/v1/workspaces/{w}/quiet", view, list_quiet,
        "Maintenances, mutes and snoozes that are not over, and what is quiet now; past=1: those that are over too",
        asks("past"), answers("QuietList")),
    post("addQuiet", "/api/v1/workspaces/{w}/quiet", edit_subjects, add_quiet,
         "Plan a maintenance, or mute; what is wide is asked once more (409 confirm_wide)", takes("NewQuiet"),
         answers("Quiet", 201)),
    post("previewQuiet", "/api/v1/workspaces/{w}/quiet/preview", edit_subjects, preview_quiet,
         "How many subjects it would cover, and when", takes("NewQuiet"), answers("QuietPreview")),
    get("quietCalendar", "/api/v1/workspaces/{w}/quiet/calendar", view, quiet_calendar,
        "The windows of a stretch, of everything that repeats or not", asks("from to"), answers("QuietCalendar")),
    get("showQuiet", "/api/v1/workspaces/{w}/quiet/{id}", view, show_quiet, "One maintenance, mute or snooze",
        answers("Quiet")),
    patch("changeQuiet", "/api/v1/workspaces/{w}/quiet/{id}", edit_subjects, change_quiet,
          "Change one; of what has begun its name, reason and end", takes("QuietChange"), answers("Quiet")),
    post("endQuiet", "/api/v1/workspaces/{w}/quiet/{id}/end", edit_subjects, end_quiet,
         "End it now; only_window: what repeats goes on with its next window", takes("QuietEnd"), answers("Quiet")),
    post("snoozeIncident", "/api/v1/workspaces/{w}/incidents/{id}/snooze", Action::acknowledge_incident, snooze_incident,
         "Tell nobody of it for a while; 0 minutes: end that", takes("Snooze"), answers("Quiet", 201)),
    get("showTellingSettings", "/api/v1/workspaces/{w}/telling-settings", view, show_telling_settings,
        "How messages are grouped, how long an acknowledgement lasts, what hosts may ask for", answers("TellingSettings")),
    put("putTellingSettings", "/api/v1/workspaces/{w}/telling-settings", edit_workspace, put_telling_settings,
        "Change that", takes("TellingSettingsChange"), answers("TellingSettings")),

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
