#include "core/watch/incident_service.h"

#include <fmt/format.h>

#include "core/base/text.h"

namespace connlog {

Result<Incident> IncidentService::find(Snapshot& snapshot, const Actor& actor, IncidentId id) const {
  const Error not_there{ErrorCode::not_found, "There is no such incident."};
  auto found = TRY(incidents_.find(snapshot, actor.workspace, id));
  if (!found) return not_there;
  if (!actor.sight.all) {
    const auto subject = TRY(subjects_.find(snapshot, actor.workspace, found->subject));
    if (!subject || !actor.sight.sees(subject->teams)) return not_there;
  }
  return *std::move(found);
}

Result<IncidentEvent> IncidentService::add_event(Transaction& tx, const Incident& incident, const Actor& actor,
                                                 const std::string& kind, const std::string& text) {
  IncidentEvent event;
  event.at = clock_.now();
  event.id = IncidentEventId::make(event.at, random_);
  event.incident = incident.id;
  event.workspace = incident.workspace;
  event.kind = kind;
  event.actor_name = actor.name;
  event.text = text;
  TRY(incidents_.add_event(tx, event));
  return event;
}

void IncidentService::publish(Transaction& tx, const Incident& incident) {
  tx.after_commit([bus = &bus_, workspace = incident.workspace, subject = incident.subject,
                   data = fmt::format(R"({{"workspace_id":"{}","incident_id":"{}","subject_id":"{}"}})",
                                      incident.workspace.text(), incident.id.text(), incident.subject.text())] {
    bus->publish({workspace, EventScope::about(subject), EventName::incident_changed, data});
  });
}

Result<Incident> IncidentService::acknowledge(Transaction& tx, const Actor& actor, IncidentId id,
                                              const std::string& comment) {
  const std::string text = TRY(some_lines("comment", "The comment", comment, 0, kCommentCharactersMax));
  Incident incident = TRY(find(tx, actor, id));
  if (incident.resolved_at.is_set()) {
    return Error{ErrorCode::conflict, "The incident is resolved already; there is nothing to acknowledge."};
  }
  if (incident.acknowledged_at.is_set()) {
    return Error{ErrorCode::conflict, "Already acknowledged by " + incident.acknowledged_by + "."};
  }
  incident.acknowledged_at = clock_.now();
  incident.acknowledged_by = actor.name;
  incident.version += 1;
  TRY(incidents_.update(tx, incident));
  TRY(add_event(tx, incident, actor, "acknowledged", text));
  TRY(audit_.append(tx, actor, "incident.acknowledged", id.text(), incident.summary));
  publish(tx, incident);
  return incident;
}

Result<IncidentEvent> IncidentService::comment(Transaction& tx, const Actor& actor, IncidentId id,
                                               const std::string& comment) {
  const std::string text = TRY(some_lines("text", "The comment", comment, 1, kCommentCharactersMax));
  const Incident incident = TRY(find(tx, actor, id));
  IncidentEvent event = TRY(add_event(tx, incident, actor, "commented", text));
  TRY(audit_.append(tx, actor, "incident.commented", id.text()));
  publish(tx, incident);
  return event;
}

}  // namespace connlog
