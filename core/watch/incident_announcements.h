// What core/notify tells of an incident, and the timeline's entry about each delivery. Implements the interfaces of
// core/notify/announcements.h with the incidents' store. Any thread.
#pragma once

#include "core/base/random.h"
#include "core/notify/announcements.h"
#include "core/watch/incident.h"

namespace connlog {

AnnouncedIncident announced(const Incident& incident);

class IncidentAnnouncements final : public Announcements, public Delivered {
 public:
  IncidentAnnouncements(IncidentStore& incidents, Random& random) : incidents_(incidents), random_(random) {}

  Result<std::optional<AnnouncedIncident>> find(Snapshot&, WorkspaceId, IncidentId) const override;
  Result<void> delivered(Transaction&, const Notification&, Instant at, const std::string& answer) override;

 private:
  IncidentStore& incidents_;
  Random& random_;
};

}  // namespace connlog
