// The doors for events of other systems (docs/events.md): Alertmanager's webhook (Grafana's too), PagerDuty's Events API v2 and
// plain JSON. They answer under any Host and read no cookie; a source's key comes as a bearer token, as the password of Basic
// authentication, as X-Api-Key, or as PagerDuty's routing_key, and never in an address. Any worker; answers leave after the
// commit.
#pragma once

#include "web/api/monitors/event_services.h"
#include "web/api/request_context.h"
#include "web/api/routes.h"

namespace connlog::web::monitors {

std::span<const Route> event_door_routes();

// event_door.cpp
Result<Reply> take_alertmanager(Context&);
Result<Reply> take_pagerduty(Context&);
Result<Reply> take_plain_events(Context&);

}  // namespace connlog::web::monitors
