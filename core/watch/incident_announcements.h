// What core/notify asks of an incident when it sends, and the timeline's entry about each delivery. Implements the
// interfaces of core/notify/announcement.h with the incidents' store. Any thread that has a snapshot may ask;
// `delivered` is called on the writer thread.
#pragma once

#include "core/base/random.h"
#include "core/notify/announcement.h"
#include "core/watch/incident.h"

namespace connlog {

class IncidentAnnouncements final : public IncidentStandings, public Delivered {
 public:
  explicit IncidentAnnouncements(IncidentStore& incidents) : incidents_(incidents) {}

  Result<std::optional<IncidentStanding>> standing(Snapshot&, WorkspaceId, IncidentId) const override;
  // One entry in the timeline of each incident that the announcement tells of. The same outcome for the same recipient
  // writes it once; "failed", then sent after somebody tried once more, are two entries.
  Result<void> delivered(Transaction&, const Announcement&, RecipientId, const Outcome&) override;

 private:
  IncidentStore& incidents_;
};

}  // namespace connlog
