// Routes of monitors, for people and their programs, and of agents that are probes.
#include "web/api/monitors/handlers.h"
#include "web/api/rows.h"

namespace connlog::web::monitors {
namespace {

using namespace rows;

constexpr Route kRoutes[] = {
    // Agents that are probes
    post("probeExchange", "/api/agents/probe", agent, probe_exchange,
         "What an agent found as a probe, and what it is to check", takes("ProbeReport"), answers("ProbeOrder")),

    // Monitors
    get("listCheckKinds", "/api/v1/check-kinds", session, list_check_kinds,
        "The kinds of checks, and what each asks for", answers("CheckKindList")),
    get("listMonitors", "/api/v1/workspaces/{w}/monitors", view, list_monitors, "Monitors, the most urgent first",
        asks("q kind state tag label group team sort limit after"), answers("MonitorList")),
    post("addMonitor", "/api/v1/workspaces/{w}/monitors", edit_subjects, add_monitor,
         "Add a monitor; 409 confirm_host asks whether you may monitor a foreign host", takes("NewMonitor"),
         answers("Monitor", 201)),
    post("changeMonitors", "/api/v1/workspaces/{w}/monitors/bulk", edit_subjects, change_monitors,
         "Change several monitors alike", takes("MonitorsChange"), answers("MonitorsChanged")),
    post("proposeMonitors", "/api/v1/workspaces/{w}/monitors/propose", edit_subjects, propose_monitors,
         "What pasted addresses could be checked as", takes("PastedText"), answers("MonitorProposals")),
    post("importMonitors", "/api/v1/workspaces/{w}/monitors/import", edit_subjects, import_monitors,
         "Add monitors from a list: one address a line, or CSV", takes("MonitorImport"), answers("MonitorsImported")),
    post("tryMonitor", "/api/v1/workspaces/{w}/monitors/try", edit_subjects, try_monitor,
         "Make a check once that is not saved", takes("TriedMonitor"), answers("CheckMade")),
    get("showMonitor", "/api/v1/workspaces/{w}/monitors/{id}", view, show_monitor, "One monitor", answers("Monitor")),
    patch("changeMonitor", "/api/v1/workspaces/{w}/monitors/{id}", edit_subjects, change_monitor,
          "Change, pause, tag, group", takes("MonitorChange"), answers("Monitor")),
    del("removeMonitor", "/api/v1/workspaces/{w}/monitors/{id}", edit_subjects, remove_monitor,
        "Remove it; it can be put back for a while", answers(204)),
    post("cloneMonitor", "/api/v1/workspaces/{w}/monitors/{id}/clone", edit_subjects, clone_monitor,
         "The same once more, under another name", takes("Name"), answers("Monitor", 201)),
    post("checkMonitor", "/api/v1/workspaces/{w}/monitors/{id}/check", edit_subjects, check_monitor,
         "Check it now; the result is shown and not stored", answers("CheckMade")),
    post("setMonitorState", "/api/v1/workspaces/{w}/monitors/{id}/state", edit_subjects, set_monitor_state,
         "The state of a monitor that is set by hand", takes("MonitorState"), answers("Monitor")),
    get("listMonitorAnswers", "/api/v1/workspaces/{w}/monitors/{id}/answers", edit_subjects, monitor_answers,
        "What its target answered when it turned down, masked, for 30 days", answers("MonitorAnswers")),
    get("monitorReadings", "/api/v1/workspaces/{w}/monitors/{id}/readings", view, monitor_readings,
        "Its readings as series, gaps as null", asks("from to points"), answers("Readings")),
    get("listMonitorStates", "/api/v1/workspaces/{w}/monitors/{id}/states", view, monitor_states,
        "The changes of its state", asks("from to"), answers("MonitorStates")),

    // What groups and tags set for the monitors in them
    get("showCheckDefaults", "/api/v1/workspaces/{w}/check-defaults", edit_subjects, show_check_defaults,
        "What groups and tags set for their monitors", answers("CheckDefaults")),
    put("putCheckDefaults", "/api/v1/workspaces/{w}/check-defaults", edit_subjects, put_check_defaults,
        "Set it anew, in place of all that was set", takes("CheckDefaultsChange"), answers("CheckDefaults")),

    // Pings as people see them
    get("showPingAddress", "/api/v1/workspaces/{w}/monitors/{id}/ping-address", edit_subjects, show_ping_address,
        "The addresses by which a job pings, and lines to copy", answers("PingAddress")),
    post("renewPingAddress", "/api/v1/workspaces/{w}/monitors/{id}/ping-address", edit_subjects, renew_ping_address,
         "New addresses; the old ones end", answers("PingAddress")),
    get("listPings", "/api/v1/workspaces/{w}/monitors/{id}/pings", view, list_pings, "Its pings, newest first",
        asks("before limit"), answers("PingList")),
    get("showPingBody", "/api/v1/workspaces/{w}/monitors/{id}/pings/{n}/body", view, show_ping_body,
        "What a ping brought along, masked", answers("text/plain")),

    // Events of other systems: what people set. The doors themselves: event_door.cpp
    get("listEventSources", "/api/v1/workspaces/{w}/event-sources", view, list_event_sources,
        "Systems whose events become incidents", answers("EventSourceList")),
    post("addEventSource", "/api/v1/workspaces/{w}/event-sources", edit_subjects, add_event_source,
         "Add one; its key is in this answer and nowhere else", takes("NewEventSource"), answers("EventSourceWithKey", 201)),
    get("showEventSource", "/api/v1/workspaces/{w}/event-sources/{id}", view, show_event_source, "One event source",
        answers("EventSource")),
    patch("changeEventSource", "/api/v1/workspaces/{w}/event-sources/{id}", edit_subjects, change_event_source,
          "Change, pause, tag", takes("EventSourceChange"), answers("EventSource")),
    del("removeEventSource", "/api/v1/workspaces/{w}/event-sources/{id}", edit_subjects, remove_event_source,
        "Remove it; it can be put back for a while", answers(204)),
    post("renewEventKey", "/api/v1/workspaces/{w}/event-sources/{id}/key", edit_subjects, renew_event_key,
         "A new key; the old one ends", answers("EventSourceWithKey")),
    post("tryEventSource", "/api/v1/workspaces/{w}/event-sources/{id}/test", edit_subjects, try_event_source,
         "Open an event for five minutes that shows who is told", answers("EventSourceTried")),

    // Who could look from elsewhere
    get("listProbes", "/api/v1/workspaces/{w}/probes", view, list_probes,
        "Agents whose hosts let them check, and what each allows", answers("ProbeList")),
};

}  // namespace

std::span<const Route> routes() {
  return kRoutes;
}

}  // namespace connlog::web::monitors
