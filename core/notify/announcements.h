// What notifications tell of. The outbox knows ids only: it asks for the text through Announcements when it sends, and says
// through Delivered what became of it. core/watch implements both; notify knows nothing of rules and incidents.
#pragma once

#include <optional>
#include <string>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/transaction.h"
#include "core/notify/notification.h"

namespace connlog {

// An incident as mails and webhooks tell of it.
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
  Instant acknowledged_at;  // not set: by nobody yet
  std::string acknowledged_by;
  Instant resolved_at;  // not set: open
  std::string resolution;
};

class Announcements {
 public:
  virtual ~Announcements() = default;
  // As it is now, not as it was when the notification was queued. Nothing: it does not exist any more.
  virtual Result<std::optional<AnnouncedIncident>> find(Snapshot&, WorkspaceId, IncidentId) const = 0;
};

class Delivered {
 public:
  virtual ~Delivered() = default;
  // Called in the transaction that marks `notification` as sent or failed for good; it tells of an incident. `answer` is
  // for people: "Mail to ops@example.com: 250 2.0.0 Ok". The closure may run again.
  virtual Result<void> delivered(Transaction&, const Notification& notification, Instant at,
                                 const std::string& answer) = 0;
};

}  // namespace connlog
