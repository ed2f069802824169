// IncidentService over the stores; see core/watch/alert_service.h.
#pragma once

#include "core/watch/alert_service.h"
#include "core/audit/audit.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/events.h"

namespace connlog {

class StoredIncidents final : public IncidentService {
 public:
  StoredIncidents(IncidentStore& incidents, const AgentStore& agents, AuditLog& audit, Clock& clock, Random& random,
                  EventBus& bus)
      : incidents_(incidents), agents_(agents), audit_(audit), clock_(clock), random_(random), bus_(bus) {}

  Result<Incident> acknowledge(Transaction&, const Actor&, IncidentId, const std::string& comment) override;
  Result<IncidentEvent> comment(Transaction&, const Actor&, IncidentId, const std::string& text) override;

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
