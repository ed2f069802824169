// Acknowledgements from where messages are read (core/notify/remote_acknowledge.h): each incident as by a person here,
// for as long as the workspace says, and everybody who was told of one of them is told who looks after it. Any thread
// with a transaction.
#pragma once

#include "core/notify/announcement.h"
#include "core/notify/remote_acknowledge.h"
#include "core/watch/incident.h"
#include "core/watch/incident_service.h"

namespace connlog {

class RemoteAcknowledgements final : public RemoteAcknowledge {
 public:
  RemoteAcknowledgements(IncidentStore& incidents, IncidentService& service, AnnouncementQueue& announcements)
      : incidents_(incidents), service_(service), announcements_(announcements) {}

  Result<std::int64_t> acknowledge(Transaction&, WorkspaceId, std::span<const IncidentId>, const Actor& who) override;

 private:
  Result<void> tell(Transaction&, const std::vector<Incident>& acknowledged, const Actor& who);

  IncidentStore& incidents_;
  IncidentService& service_;
  AnnouncementQueue& announcements_;
};

}  // namespace connlog
