// Routes for programs made for other systems (docs/pings.md). They stand in no OpenAPI document: their own systems' do.
#include "web/api/monitors/ping_handlers.h"
#include "web/api/rows.h"

namespace connlog::web::monitors {
namespace {

using namespace rows;

constexpr Permission ping_address = Permission::machine().by_address().from_any_page().any_body();
constexpr Permission push_address = Permission::machine().by_address().any_body();
constexpr Permission checks_api = Permission::machine().from_any_page().any_body();

constexpr Route kRoutes[] = {
    any("/ping/*", ping_address, ping),
    any("/api/push/*", push_address, kuma_push),
    any("/api/v1/endpoints/*", push_address, gatus),
    any("/api/v1/checks", checks_api, healthchecks),
    any("/api/v1/checks/*", checks_api, healthchecks),
    any("/api/v1/channels/*", checks_api, healthchecks),
    any("/api/v1/badges/*", checks_api, healthchecks),
    any("/api/v1/status/*", checks_api, healthchecks),
    any("/api/v2/*", checks_api, healthchecks),
    any("/api/v3/*", checks_api, healthchecks),
};

}  // namespace

std::span<const Route> ping_routes() {
  return kRoutes;
}

}  // namespace connlog::web::monitors
