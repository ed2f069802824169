// The parts of the appliance. cli/appliance opens and ends them in order; the services, the web room and the
// maintenance are wired in files of their own. Main thread only, except where a member says otherwise.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "cli/appliance.h"
#include "cli/appliance_services.h"
#include "cli/check_facts.h"
#include "cli/control_socket.h"
#include "cli/public_address.h"
#include "cli/trail_parts.h"
#include "core/base/clock_watch.h"
#include "core/base/loop_beat.h"
#include "core/base/periodic_tasks.h"
#include "core/base/recovery_mode.h"
#include "core/base/version.h"
#include "core/trust/key_rotation.h"
#include "storage/storage.h"
#include "web/server/certificates.h"
#include "web/server/tls_server.h"
#include "web/web_app.h"

namespace connlog {

// Members are declared in the order in which they are constructed, so they are destroyed in reverse.
class Appliance::Parts {
 public:
  Parts(const Settings& given, Clock& the_clock, Random& the_random)
      : settings(given),
        watch(the_clock, {Instant{built_on() * 1'000'000}, boot_of_machine()}),
        clock(watch),
        random(the_random) {}

  const Settings settings;
  ClockWatch watch;
  Clock& clock;  // the same
  Random& random;
  std::string public_url;
  RecoveryMode recovery_mode;  // set once the services are open
  std::optional<Keyring> keys;
  std::unique_ptr<storage::Storage> store;
  std::unique_ptr<KeyRotation> rotation;
  std::unique_ptr<TrailParts> trails;
  EventBus events;
  std::unique_ptr<ApplianceServices> services;
  std::unique_ptr<web::Certificates> certificates;  // absent without an https listener
  std::unique_ptr<web::TlsServer> tls;
  std::unique_ptr<PublicAddress> public_address;  // likewise
  std::unique_ptr<web::WebApp> app;
  std::unique_ptr<web::ConnectionLoop> loop;
  std::unique_ptr<PeriodicTasks> maintenance;
  std::unique_ptr<ControlServer> control;
  std::atomic<bool> started{false};
  std::size_t agents_at_risk = 0;  // used by the maintenance thread
  mutable std::mutex unknown_words_mutex;
  std::vector<std::string> unknown_words;  // under the mutex: rows that are left out, as sentences
  mutable PublicHostLook public_host;
  bool stopped = false;

  Result<void> open_services();
  Result<void> open_certificates();
  Result<void> open_web();
  void add_maintenance();
  void watch_storage();
  void hold_outage_audience();
  std::vector<LoopSign> signs() const;  // of every loop of the appliance
  Result<void> remember_clock();
  void keep_clock_memory();
  std::vector<std::string> findings() const;  // what an administrator must look at; any thread
  std::vector<PartFinding> troubles() const;  // any thread
  std::optional<PartFinding> disk_finding() const;
  std::vector<PartFinding> part_findings() const;  // any thread
  void count_unknown_words();
  void look_after_health();
  void give_space_back();
  RunningFacts running_facts() const;                   // any thread
  InspectionFacts inspected() const;                    // all but what the database says; any thread
  Result<std::vector<Finding>> inspect_served() const;  // all but settings and files; any thread
  Result<void> ready() const;
  std::string database_metrics() const;
  std::string check_metrics() const;
  void look_after_certificates();
  std::vector<std::string> certificate_warnings() const;
  std::string answer_certificates(const std::vector<std::string>& pins, bool given) const;
  Result<std::vector<std::string>> greeting();
  Result<void> end_recovery(const Actor& actor);
  Result<void> note_drill(const Actor& actor, const std::string& evidence);
};

}  // namespace connlog
