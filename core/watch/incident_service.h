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
#include "core/watch/agent.h"
#include "core/watch/incident.h"

namespace connlog {

class IncidentService {
 public:
  IncidentService(IncidentStore& incidents, const AgentStore& agents, AuditLog& audit, Clock& clock, Random& random,
                  EventBus& bus)
      : incidents_(incidents), agents_(agents), audit_(audit), clock_(clock), random_(random), bus_(bus) {}

  Result<Incident> acknowledge(Transaction&, const Actor&, IncidentId, const std::string& comment);
  Result<IncidentEvent> comment(Transaction&, const Actor&, IncidentId, const std::string& text);

 private:
  Result<Incident> find(Snapshot&, const Actor&, IncidentId) const;  // in the actor's sight
  Result<IncidentEvent> add_event(Transaction&, const Incident&, const Actor&, const std::string& kind,
                                  const std::string& text);
  void publish(Transaction&, const Incident&);

  IncidentStore& incidents_;
  const AgentStore& agents_;
  AuditLog& audit_;
  Clock& clock_;
  Random& random_;
  EventBus& bus_;
};

}  // namespace connlog
