// Letters, as the appliance's administrator sees them: whether they arrived, but never their links.
#include <nlohmann/json.hpp>

#include "core/base/value_or.h"
#include "core/identity/identity_service.h"
#include "core/notify/letter_store.h"
#include "web/api/notify/handlers.h"
#include "web/api/views.h"

namespace connlog::web::notify {

using nlohmann::json;

Result<Reply> list_letters(Context& ctx) {
  const auto limit = TRY(value_or(ctx.query_integer("limit", 1, 200), 50));
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    json items = json::array();
    const auto letters = TRY(ctx.of<Services>().letters.list(snapshot, static_cast<int>(limit)));
    for (const PostedLetter& letter : letters) {
      const bool waits = letter.state == Notification::State::queued;
      items.push_back({{"id", id_view(letter.id)},
                       {"kind", letter.kind},
                       {"to", letter.to_address},
                       {"subject", letter.headline},
                       {"state", to_text(letter.state)},
                       {"attempts", letter.attempts},
                       {"created_at", time_view(letter.created_at)},
                       {"next_attempt_at", waits ? time_view(letter.next_attempt_at) : json(nullptr)},
                       {"sent_at", time_view(letter.sent_at)},
                       {"last_error", letter.last_error}});
    }
    return json_reply(200, {{"items", std::move(items)}, {"next", nullptr}});
  });
}

}  // namespace connlog::web::notify
