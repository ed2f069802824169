// One monitor as an answer, for handlers of this room: with its uptime and what stands around it, as this reader sees it. Any
// worker; what takes a Snapshot runs inside the caller's.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/people/actor.h"
#include "web/api/monitors/handlers.h"
#include "web/api/watch/services.h"

namespace connlog::web::monitors {

Error no_such_monitor();
// The monitor of the path, as the reader sees it.
Result<LiveMonitor> live_monitor(const Context& ctx);
// Where several services meet after the request's context is gone.
struct Around {
  const Services& services;
  const watch::Services& watched;
};
// All of it, as it is now.
Result<nlohmann::json> shown(Snapshot&, const Around&, const Actor&, const LiveMonitor&);
// As it will be after the commit of the transaction that changed it: the answer with its ETag.
Result<Reply> answer(Snapshot&, const Around&, const Actor&, int status, const Monitor&);

}  // namespace connlog::web::monitors
