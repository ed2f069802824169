// What people do with incidents. Every method runs inside the caller's transaction, writes audit log and timeline, and
// publishes events after the commit. The role was checked at the route; the workspace and the object are checked here.
// Any thread.
#pragma once

#include <string>

#include "core/audit/audit.h"
#include "core/base/clock.h"
#include "core/base/events.h"
#include "core/base/random.h"
#include "core/people/actor.h"
#include "core/watch/incident.h"
#include "core/watch/subject.h"

namespace connlog {

class IncidentService {
 public:
  IncidentService(IncidentStore& incidents, const SubjectStore& subjects, AuditLog& audit, Clock& clock, Random& random,
                  EventBus& bus)
      : incidents_(incidents), subjects_(subjects), audit_(audit), clock_(clock), random_(random), bus_(bus) {}

  Result<Incident> acknowledge(Transaction&, const Actor&, IncidentId, const std::string& comment);
  Result<IncidentEvent> comment(Transaction&, const Actor&, IncidentId, const std::string& text);

 private:
  // In the actor's sight: also about a subject that was removed.
  Result<Incident> find(Snapshot&, const Actor&, IncidentId) const;
  Result<IncidentEvent> add_event(Transaction&, const Incident&, const Actor&, const std::string& kind,
                                  const std::string& text);
  void publish(Transaction&, const Incident&);

  IncidentStore& incidents_;
  const SubjectStore& subjects_;
  AuditLog& audit_;
  Clock& clock_;
  Random& random_;
  EventBus& bus_;
};

}  // namespace connlog
