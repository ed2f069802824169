// The production check: everything that is looked at, of the process and of the database, in one list.
#include <nlohmann/json.hpp>

#include "core/appliance/inspection_json.h"
#include "web/api/appliance/handlers.h"

namespace connlog::web::appliance {

Result<Reply> inspection(Context& ctx) {
  const InspectionService& service = ctx.of<Services>().inspection;
  InspectionFacts facts;
  if (ctx.options().inspected) facts = ctx.options().inspected();
  facts.at = service.now();
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    facts.stored = TRY(service.stored(snapshot));
    return json_reply(200, inspection_view(inspect(facts), facts.at));
  });
}

}  // namespace connlog::web::appliance
