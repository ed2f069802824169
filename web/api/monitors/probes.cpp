// Agents whose hosts let them be probes, as each said last: the form of a monitor chooses among them.
#include <nlohmann/json.hpp>

#include "web/api/monitors/handlers.h"
#include "web/api/views.h"
#include "web/api/watch/subjects_in_sight.h"

namespace connlog::web::monitors {

using nlohmann::json;

Result<Reply> list_probes(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const Instant now = services.clock.now();
  json items = json::array();
  for (const LiveSubject& live : subjects_in_sight(ctx)) {
    if (live.row->kind != SubjectKind::agent) continue;
    const auto offered = services.probe_offers.of(AgentId::of(live.id()), now);
    if (!offered) continue;
    items.push_back({{"id", live.id().text()},
                     {"name", live.row->name},
                     {"kinds", offered->offer.kinds},
                     {"networks", offered->offer.networks},
                     {"ports", offered->offer.ports},
                     {"rate", offered->offer.rate},
                     {"seen_at", time_view(offered->at)}});
  }
  return json_reply(200, {{"items", std::move(items)}});
}

}  // namespace connlog::web::monitors
