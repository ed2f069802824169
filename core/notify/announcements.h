// The incidents that notifications report. The outbox knows ids only: it asks Announcements for the facts when it
// sends, and reports the outcome through Delivered. core/watch implements both; notify knows nothing of rules and
// incidents. Any thread that has a snapshot may ask; Delivered is called on the writer thread.
#pragma once

#include <optional>
#include <string>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/transaction.h"
#include "core/notify/notification.h"

namespace connlog {

// An incident as mails and webhooks show it.
struct AnnouncedIncident {
  IncidentId id;
  AgentId agent;
  std::string agent_name;  // as it was when the incident opened
  RuleId rule;
  std::string rule_sentence;  // as it was when the incident opened
  std::string kind;           // "silence", "metric"
  std::string severity;       // "warning", "critical"
  std::string summary;
  Instant opened_at;
  Instant acknowledged_at;  // not set: nobody has yet
  std::string acknowledged_by;
  Instant resolved_at;  // not set: open
  std::string resolution;
};

class Announcements {
 public:
  virtual ~Announcements() = default;
  // The incident as it is now, not as it was when the notification was queued. Nothing: it no longer exists.
  virtual Result<std::optional<AnnouncedIncident>> find(Snapshot&, WorkspaceId, IncidentId) const = 0;
};

class Delivered {
 public:
  virtual ~Delivered() = default;
  // Called in the transaction that marks `notification` as sent or as failed for good, if it is about an incident.
  // `answer` is for people: "Mail to ops@example.com: 250 2.0.0 Ok". The transaction's closure may run again.
  virtual Result<void> delivered(Transaction&, const Notification& notification, Instant at,
                                 const std::string& answer) = 0;
};

}  // namespace connlog
