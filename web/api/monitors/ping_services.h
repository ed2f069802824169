// What the handlers of pings and of Healthchecks' management API use of other rooms. Nothing here is owned.
#pragma once

#include "core/access/api_keys.h"
#include "core/base/clock.h"
#include "core/base/transaction.h"
#include "core/crypto/keyring.h"
#include "core/identity/attempt_limiter.h"
#include "core/monitors/monitor_directory.h"
#include "core/monitors/monitor_service.h"
#include "core/monitors/pings.h"
#include "core/notify/notification.h"
#include "core/watch/subject.h"

namespace connlog::web::monitors {

struct PingServices {
  Stores& stores;
  Pings& pings;
  MonitorService& monitors;
  MonitorDirectory& directory;
  PingStore& ping_store;
  SubjectStore& subjects;
  RecipientStore& recipients;
  ApiKeys& keys;
  AttemptLimiter& attempts;
  const Keyring& keyring;
  const Clock& clock;
};

}  // namespace connlog::web::monitors
