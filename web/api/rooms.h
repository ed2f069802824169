// The services of core/ that the web needs, by room. cli/appliance_web fills the struct, and each handler reads the
// part of its own room (Context::of). The references must outlive the WebApp. Nothing here is owned.
#pragma once

#include "web/api/access/services.h"
#include "web/api/agents/services.h"
#include "web/api/appliance/services.h"
#include "web/api/audit/services.h"
#include "web/api/identity/services.h"
#include "web/api/live_events.h"
#include "web/api/middleware/services.h"
#include "web/api/monitors/event_services.h"
#include "web/api/monitors/ping_services.h"
#include "web/api/monitors/services.h"
#include "web/api/notify/services.h"
#include "web/api/request_context.h"
#include "web/api/trust/services.h"
#include "web/api/watch/services.h"

namespace connlog::web {

struct Rooms {
  Context::Services context;
  LiveEvents::Services live;
  middleware::Services middleware;
  agents::Services agents;
  watch::Services watch;
  notify::Services notify;
  identity::Services identity;
  access::Services access;
  audit::Services audit;
  trust::Services trust;
  appliance::Services appliance;
  monitors::Services monitors;
  monitors::PingServices pings;
  monitors::EventServices events;
};

}  // namespace connlog::web
