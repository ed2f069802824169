// What belongs to the trails beside the database: the anchor, the forwarding to syslog, retention, and the answers to
// "verify". One object of the appliance, between the stores and the web. Main thread, but where core's headers say more.
#pragma once

#include <string>
#include <vector>

#include "core/people/limits.h"
#include "core/audit/audit.h"
#include "core/audit/trail.h"
#include "core/audit/trail_services.h"
#include "core/base/periodic_tasks.h"
#include "storage/storage.h"

namespace connlog {

class TrailParts {
 public:
  TrailParts(storage::Storage& store, const Keyring& keys, const Clock& clock, OutboundSettings outbound,
             const std::string& public_host);

  // Before anybody writes: looks at the anchor. What does not fit is told in the appliance's trail, once per start.
  Result<void> open();
  void add_maintenance(PeriodicTasks& maintenance, const Limits& limits);
  void start();
  void stop();
  void close();  // once the database is closed: the last heads

  TrailServices& services() { return services_; }
  // For the administrator: what is wrong with the anchor, where something is.
  std::vector<std::string> warnings() const;
  std::string metrics() const;  // lines for /metrics

  // For the control socket: {"ok":true,"report":…}.
  std::string answer_verify(const Actor& actor, const std::string& head);
  std::string answer_accept(const Actor& actor, const std::string& reason);

 private:
  Result<void> note_trouble();  // of the anchor, in the appliance's trail
  bool keep_anchor();
  void prune(const Limits& limits);

  storage::Storage& store_;
  const Clock& clock_;
  TrailServices services_;
};

}  // namespace connlog
