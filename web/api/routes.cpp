#include "web/api/routes.h"

#include <vector>

#include "web/api/access/handlers.h"
#include "web/api/agents/handlers.h"
#include "web/api/appliance/handlers.h"
#include "web/api/audit/handlers.h"
#include "web/api/identity/handlers.h"
#include "web/api/monitors/event_handlers.h"
#include "web/api/monitors/handlers.h"
#include "web/api/monitors/ping_handlers.h"
#include "web/api/notify/handlers.h"
#include "web/api/trust/handlers.h"
#include "web/api/watch/handlers.h"

namespace connlog::web {
namespace {

// Agents first, because nearly all requests come from agents.
std::vector<Route> rows_of_all_rooms() {
  std::vector<Route> all;
  for (const std::span<const Route> room : {agents::routes(), watch::routes(), monitors::routes(), notify::routes(), identity::routes(),
                                            access::routes(), audit::routes(), trust::routes(), appliance::routes(),
                                            monitors::ping_routes(), monitors::event_door_routes()}) {
    all.insert(all.end(), room.begin(), room.end());
  }
  return all;
}

}  // namespace

std::span<const Route> routes() {
  static const std::vector<Route> all = rows_of_all_rooms();
  return all;
}

const Route* find_route(std::string_view method, std::string_view path) {
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  const Route* other = nullptr;
  for (const Route& route : routes()) {
    if (!path_matches(route.path, path)) continue;
    if (route.method == wanted) return &route;
    if (other == nullptr) other = &route;
  }
  return other;
}

}  // namespace connlog::web
