// Incidents that another system says (core/monitors/sources): no rule of people opens them, and no state of a rule is kept. What
// follows of them is the same as of any incident: the timeline, the pipeline of messages, live events.
#include <algorithm>
#include <utility>

#include "core/watch/watch.h"

namespace connlog {
namespace {

// In the transaction of a pause or a removal. A source may have ten thousand: the rest ends in slices of its own
// (core/monitors/sources/event_time.cpp), so that nobody waits for the writer meanwhile.
constexpr int kEndedAtOnce = 20;

}  // namespace

// How a subject is shown depends on how many of its events are open.
void Watch::count_event(Transaction& tx, SubjectId subject, int by) {
  tx.after_commit([this, subject, by] { parts_.directory.impl().count_event(subject, by); });
}

Result<Incident> Watch::open_event(Transaction& tx, const Subject& subject, const SaidEvent& said) {
  const auto standing = TRY(parts_.incidents.open_of(tx, subject.workspace, said.rule, subject.id, 0));
  if (standing) {
    auto known = TRY(parts_.incidents.find(tx, subject.workspace, *standing));
    if (known) return *std::move(known);
    return Error{ErrorCode::conflict, "Another version of connlog opened an incident of this event."};
  }
  const Instant now = parts_.clock.now();
  Incident incident;
  incident.id = IncidentId::make(now, parts_.random);
  incident.workspace = subject.workspace;
  incident.rule = said.rule;
  incident.subject = subject.id;
  incident.subject_kind = subject.kind;
  incident.subject_name = subject.name;
  incident.rule_sentence = said.sentence;
  incident.kind = RuleKind::event;
  incident.severity = said.severity;
  incident.summary = said.summary;
  incident.opened_at = now;
  TRY(parts_.incidents.insert(tx, incident));
  TRY(add_said(tx, incident, "opened", said.by, said.summary));
  if (!said.details.empty()) TRY(add_said(tx, incident, "commented", said.by, said.details));
  if (parts_.telling != nullptr) TRY(parts_.telling->opened(tx, incident, rule_of_event(incident), subject));
  count_event(tx, subject.id, 1);
  publish(tx, EventName::incident_opened, incident);
  return incident;
}

Result<void> Watch::add_said(Transaction& tx, const Incident& incident, const std::string& kind, const std::string& by,
                             const std::string& text) {
  const Instant now = parts_.clock.now();
  return parts_.incidents.add_event(tx, {.id = IncidentEventId::make(now, parts_.random),
                                         .incident = incident.id,
                                         .workspace = incident.workspace,
                                         .at = now,
                                         .kind = kind,
                                         .actor_name = by,
                                         .text = text});
}

Result<bool> Watch::resolve_event(Transaction& tx, WorkspaceId workspace, IncidentId id, Resolution resolution,
                                  const std::string& actor_name) {
  const auto incident = TRY(parts_.incidents.find(tx, workspace, id));
  if (!incident || incident->resolved_at.is_set()) return false;
  TRY(resolve_incident(tx, *incident, resolution, actor_name));
  count_event(tx, incident->subject, -1);
  return true;
}

Result<void> Watch::end_events(Transaction& tx, const Subject& subject, Resolution resolution,
                               const std::string& actor_name) {
  if (subject.kind != SubjectKind::source) return {};
  IncidentStore::Filter open;
  open.state = IncidentStore::Filter::State::open;
  open.subject = subject.id;
  open.limit = kEndedAtOnce;
  const auto page = TRY(parts_.incidents.list(tx, subject.workspace, open));
  for (const Incident& incident : page) {
    if (incident.kind != RuleKind::event) continue;
    TRY(resolve_incident(tx, incident, resolution, actor_name));
    count_event(tx, subject.id, -1);
  }
  return {};
}

}  // namespace connlog
