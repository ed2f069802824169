// Handlers of what programs made for other systems send: Healthchecks' pings and management API, Uptime Kuma's push, Gatus'
// external endpoint. They answer under any Host and read no cookie. Any worker; answers leave after the commit.
#pragma once

#include <string>
#include <string_view>

#include "web/api/monitors/ping_services.h"
#include "web/api/request_context.h"
#include "web/api/routes.h"

namespace connlog::web::monitors {

std::span<const Route> ping_routes();

Result<Reply> ping(Context&);          // ping_endpoint.cpp
Result<Reply> kuma_push(Context&);     // kuma_push.cpp
Result<Reply> gatus(Context&);         // gatus.cpp
Result<Reply> healthchecks(Context&);  // healthchecks.cpp

// A browser asks before it sends (CORS). Nothing is recorded.
bool is_preflight(const HttpRequest& request);
Reply preflight(std::string_view headers);

// Fills what every kind of ping has in common.
void fill(PingCall& call, const HttpRequest& request);

// Who pings and waits: "Retry-After" where it says so.
Reply with_wait(Reply reply, int seconds);

}  // namespace connlog::web::monitors
