#include "core/watch/incident_announcements.h"

namespace connlog {

AnnouncedIncident announced(const Incident& incident) {
  return {.id = incident.id,
          .agent = incident.agent,
          .agent_name = incident.agent_name,
          .rule = incident.rule,
          .rule_sentence = incident.rule_sentence,
          .kind = std::string(to_text(incident.kind)),
          .severity = std::string(to_text(incident.severity)),
          .summary = incident.summary,
          .opened_at = incident.opened_at,
          .acknowledged_at = incident.acknowledged_at,
          .acknowledged_by = incident.acknowledged_by,
          .resolved_at = incident.resolved_at,
          .resolution = incident.resolution};
}

Result<std::optional<AnnouncedIncident>> IncidentAnnouncements::find(Snapshot& snapshot, WorkspaceId workspace,
                                                                     IncidentId id) const {
  const auto incident = TRY(incidents_.find(snapshot, workspace, id));
  if (!incident) return std::optional<AnnouncedIncident>{};
  return std::optional<AnnouncedIncident>(announced(*incident));
}

Result<void> IncidentAnnouncements::delivered(Transaction& tx, const Notification& notification, Instant at,
                                              const std::string& answer) {
  IncidentEvent event;
  event.id = IncidentEventId::make(at, random_);
  event.incident = notification.incident;
  event.workspace = notification.workspace;
  event.at = at;
  event.kind = notification.state == Notification::State::sent ? "notified" : "notify_failed";
  event.actor_name = "connlog";
  event.text = answer;
  return incidents_.add_event(tx, event);
}

}  // namespace connlog
