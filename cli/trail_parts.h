// What belongs to the trails beside the database: the anchor, the forwarding to syslog, retention, and the answers to
// "verify". One object of the appliance, between the stores and the web. Main thread, except where the headers of
// core/audit allow more.
#pragma once

#include <string>
#include <vector>

#include "core/appliance/retention.h"
#include "core/people/retention_plan.h"
#include "core/audit/audit.h"
#include "core/audit/trail.h"
#include "core/audit/trail_services.h"
#include "core/base/periodic_tasks.h"
#include "core/base/recovery_mode.h"
#include "storage/storage.h"

namespace connlog {

class TrailParts {
 public:
  TrailParts(storage::Storage& store, const Keyring& keys, const Clock& clock, OutboundOptions outbound,
             const std::string& public_host, const RecoveryMode& recovery);

  // Called before anything writes: checks the anchor. A contradiction is written to the appliance's trail, once per
  // start.
  Result<void> open();
  // An error where the database does not fit the anchor beside it. Asked where nobody owns the appliance: otherwise an
  // incomplete copy would let the next person who asks set it up.
  Result<void> refuse_misfit() const;
  // Rows are pruned by the plan, while `retention` may delete by date.
  void add_maintenance(PeriodicTasks& maintenance, const RetentionPlan& plan, const Retention& retention);
  void start();
  void stop();
  void close();  // called once the database is closed: keeps the last heads

  TrailServices& services() { return services_; }
  // For the administrator: what is wrong with the anchor; empty if nothing is.
  std::vector<std::string> warnings() const;
  std::string metrics() const;  // lines for /metrics

  // For the control socket: {"ok":true,"report":…}.
  std::string answer_verify(const Actor& actor, const std::string& head);
  std::string answer_accept(const Actor& actor, const std::string& reason);

 private:
  Result<void> note_trouble();  // writes the anchor's trouble to the appliance's trail
  bool keep_anchor();
  void prune(const RetentionPlan& plan);

  storage::Storage& store_;
  const Clock& clock_;
  const RecoveryMode& recovery_;
  TrailServices services_;
};

}  // namespace connlog
