// What trust adds to a person's own data: the texts that they accepted.
#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "web/api/trust/handlers.h"
#include "web/api/views.h"

namespace connlog::web::trust {
namespace {

using nlohmann::json;

Result<json> acceptances_of(const Rooms& rooms, Snapshot& snapshot, const User& person) {
  json items = json::array();
  const auto acceptances = TRY(services_of<Services>(rooms).trust.legal().acceptances().of_user(snapshot, person.id));
  for (const Acceptance& acceptance : acceptances) {
    items.push_back({{"name", acceptance.name},
                     {"title", acceptance.title},
                     {"version", to_hex(acceptance.digest)},
                     {"accepted_at", time_view(acceptance.at)},
                     {"address", acceptance.address}});
  }
  return items;
}

constexpr PersonPart kOwnData[] = {{"accepted_texts", acceptances_of}};

}  // namespace

std::span<const PersonPart> own_data_parts() {
  return kOwnData;
}

}  // namespace connlog::web::trust
