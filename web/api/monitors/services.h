// What the handlers of web/api/monitors use of other rooms. Nothing here is owned. What pings need stands in
// ping_services.h.
#pragma once

#include "core/agents/ingest.h"
#include "core/audit/audit.h"
#include "core/base/clock.h"
#include "core/base/recovery_mode.h"
#include "core/base/transaction.h"
#include "core/checks/check_loop.h"
#include "core/crypto/keyring.h"
#include "core/monitors/check_now_limit.h"
#include "core/monitors/monitor.h"
#include "core/monitors/monitor_directory.h"
#include "core/monitors/monitor_service.h"
#include "core/monitors/monitor_uptimes.h"
#include "core/monitors/monitor_work.h"
#include "core/monitors/probe_offers.h"
#include "core/watch/reading.h"
#include "core/watch/subject.h"

namespace connlog::web::monitors {

struct Services {
  Stores& stores;
  MonitorStore& monitors;
  PingStore& pings;
  SubjectStore& subjects;
  const ReadingStore& readings;
  MonitorService& monitor_service;
  MonitorDirectory& directory;
  MonitorUptimes& uptimes;
  MonitorWork& work;
  Ingest& ingest;
  ProbeOffers& probe_offers;
  CheckNowLimit& check_now;
  AuditLog& audit;
  const Keyring& keyring;
  const Clock& clock;
  CheckLoop* checks = nullptr;             // null: nothing can be checked now
  const RecoveryMode* recovery = nullptr;  // while it is on, nothing is checked
};

}  // namespace connlog::web::monitors
