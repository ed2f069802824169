#include "core/watch/incident_service.h"

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/watch/telling/telling.h"

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

bool IncidentService::is_acknowledged(const Incident& incident) const {
  if (!incident.acknowledged_at.is_set()) return false;
  return !incident.acknowledged_until.is_set() || incident.acknowledged_until > clock_.now();
}

Result<Instant> IncidentService::end_of(Snapshot& snapshot, const Incident& incident,
                                        const AcknowledgeFor& how_long) const {
  if (how_long.without_end) {
    if (incident.severity != Severity::critical) return Instant{};
    return invalid("minutes",
                   "A critical incident is acknowledged for a time, so that it is not forgotten. Choose how long.");
  }
  if (how_long.minutes) {
    if (*how_long.minutes >= 1 && *how_long.minutes <= kAcknowledgeMinutesMax)
      return clock_.now() + seconds(60 * *how_long.minutes);
    return invalid("minutes",
                   fmt::format("An acknowledgement lasts 1 to {} minutes (a week).", kAcknowledgeMinutesMax));
  }
  TellingSettings settings;
  if (settings_ != nullptr) settings = TRY(settings_->find(snapshot, incident.workspace));
  return clock_.now() + seconds(3'600 * settings.acknowledge_hours);
}

Result<Incident> IncidentService::acknowledge(Transaction& tx, const Actor& actor, IncidentId id,
                                              const std::string& comment, const AcknowledgeFor& how_long) {
  const std::string text = TRY(some_lines("comment", "The comment", comment, 0, kCommentCharactersMax));
  Incident incident = TRY(find(tx, actor, id));
  if (incident.resolved_at.is_set()) {
    return Error{ErrorCode::conflict, "The incident is resolved already; there is nothing to acknowledge."};
  }
  // A new end takes the place of the former one, whose ever that was.
  const bool says_end = how_long.minutes || how_long.without_end;
  if (is_acknowledged(incident) && !says_end) {
    return Error{ErrorCode::conflict, "Already acknowledged by " + incident.acknowledged_by +
                                          ". To change until when, say for how many minutes from now."};
  }
  incident.acknowledged_until = TRY(end_of(tx, incident, how_long));
  incident.acknowledged_at = clock_.now();
  incident.acknowledged_by = actor.name;
  incident.version += 1;
  TRY(incidents_.update(tx, incident));
  TRY(add_event(tx, incident, actor, "acknowledged", text));
  TRY(audit_.append(tx, actor, "incident.acknowledged", id.text(), incident.summary));
  if (telling_ != nullptr) TRY(telling_->acknowledged(tx, incident));
  publish(tx, incident);
  return incident;
}

Result<Incident> IncidentService::unacknowledge(Transaction& tx, const Actor& actor, IncidentId id,
                                                const std::string& comment) {
  const std::string text = TRY(some_lines("comment", "The comment", comment, 0, kCommentCharactersMax));
  Incident incident = TRY(find(tx, actor, id));
  if (incident.resolved_at.is_set())
    return Error{ErrorCode::conflict, "The incident is resolved already; nobody needs to look after it."};
  if (!incident.acknowledged_at.is_set())
    return Error{ErrorCode::conflict, "Nobody has acknowledged this incident."};
  incident.acknowledged_at = {};
  incident.acknowledged_by.clear();
  incident.acknowledged_until = {};
  incident.version += 1;
  TRY(incidents_.update(tx, incident));
  TRY(add_event(tx, incident, actor, "unacknowledged", text));
  TRY(audit_.append(tx, actor, "incident.unacknowledged", id.text(), incident.summary));
  if (telling_ != nullptr) TRY(telling_->acknowledged(tx, incident));
  publish(tx, incident);
  return incident;
}

Result<AckedIncident> IncidentService::acknowledge_from_link(Transaction& tx, const Actor& actor, IncidentId id) {
  AckedIncident acked;
  const auto incident = TRY(incidents_.find(tx, actor.workspace, id));
  if (!incident || incident->resolved_at.is_set()) return acked;
  if (is_acknowledged(*incident)) {
    acked.was_already = true;
    acked.until = incident->acknowledged_until;
    return acked;
  }
  const Incident now = TRY(acknowledge(tx, actor, id, {}));
  acked.is_done = true;
  acked.until = now.acknowledged_until;
  return acked;
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
