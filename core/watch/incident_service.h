// What people do with incidents. Every method runs inside the caller's transaction, writes audit log and timeline, and
// publishes events after the commit. The role was checked at the route; the workspace and the object are checked here.
// Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/audit/audit.h"
#include "core/base/clock.h"
#include "core/base/events.h"
#include "core/base/random.h"
#include "core/notify/ack_links.h"
#include "core/people/actor.h"
#include "core/watch/incident.h"
#include "core/watch/subject.h"
#include "core/watch/telling/telling_settings.h"

namespace connlog {

class Telling;  // core/watch/telling/telling.h

inline constexpr std::int64_t kAcknowledgeMinutesMax = 7 * 24 * 60;

// For how long somebody looks after an incident. Neither: as long as the workspace says.
struct AcknowledgeFor {
  std::optional<std::int64_t> minutes = {};  // 1–kAcknowledgeMinutesMax
  bool without_end = false;                  // only of what is less than critical
};

class IncidentService final : public AcknowledgesIncidents {
 public:
  // `settings` null: the standard; `telling` null: nobody is reminded.
  IncidentService(IncidentStore& incidents, const SubjectStore& subjects, AuditLog& audit, Clock& clock, Random& random,
                  EventBus& bus, const TellingSettingStore* settings = nullptr, Telling* telling = nullptr)
      : incidents_(incidents),
        subjects_(subjects),
        audit_(audit),
        clock_(clock),
        random_(random),
        bus_(bus),
        settings_(settings),
        telling_(telling) {}

  Result<Incident> acknowledge(Transaction&, const Actor&, IncidentId, const std::string& comment,
                               const AcknowledgeFor& how_long = {});
  Result<Incident> unacknowledge(Transaction&, const Actor&, IncidentId, const std::string& comment);
  Result<IncidentEvent> comment(Transaction&, const Actor&, IncidentId, const std::string& text);

  // From a mail, for as long as the workspace says.
  Result<AckedIncident> acknowledge_from_link(Transaction&, const Actor&, IncidentId) override;

 private:
  // In the actor's sight: also about a subject that was removed.
  Result<Incident> find(Snapshot&, const Actor&, IncidentId) const;
  bool is_acknowledged(const Incident&) const;  // and that has not ended
  Result<Instant> end_of(Snapshot&, const Incident&, const AcknowledgeFor&) const;
  Result<IncidentEvent> add_event(Transaction&, const Incident&, const Actor&, const std::string& kind,
                                  const std::string& text);
  void publish(Transaction&, const Incident&);

  IncidentStore& incidents_;
  const SubjectStore& subjects_;
  AuditLog& audit_;
  Clock& clock_;
  Random& random_;
  EventBus& bus_;
  const TellingSettingStore* settings_;
  Telling* telling_;
};

}  // namespace connlog
