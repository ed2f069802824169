// The recipients that a person reads: when they are told of what is less than critical.
#include <nlohmann/json.hpp>

#include "web/api/notify/handlers.h"
#include "web/api/notify/views.h"

namespace connlog::web::notify {
namespace {

using nlohmann::json;

// Absent: as it was; null: none.
Result<std::optional<int>> minute_in(const Body& body, const char* name) {
  if (body.is_null(name)) return std::optional<int>(-1);
  const auto text = TRY(body.maybe_text(name, 1, 5));
  if (!text) return std::optional<int>{};
  const int minute = TRY(minute_of_day(name, *text));
  return std::optional<int>(minute);
}

}  // namespace

Result<ReaderHours> read_hours(const Body& body) {
  ReaderHours hours;
  hours.zone = TRY(body.maybe_text("zone", 1, 64));
  hours.quiet_from = TRY(minute_in(body, "quiet_from"));
  hours.quiet_to = TRY(minute_in(body, "quiet_to"));
  hours.digest_at = TRY(minute_in(body, "digest_at"));
  hours.weekly = TRY(body.maybe_flag("weekly"));
  return hours;
}

Result<Reply> list_own_recipients(Context& ctx) {
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    json items = json::array();
    const auto own = TRY(ctx.of<Services>().notify_service.readers().list(snapshot, ctx.identified->user));
    for (const RecipientReaders::Own& one : own) items.push_back(view(one));
    return json_reply(200, {{"items", std::move(items)}, {"next", nullptr}});
  });
}

Result<Reply> change_own_recipient_hours(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const auto id = TRY(ctx.id<RecipientId>());
  const Body body = TRY(ctx.body());
  const ReaderHours hours = TRY(read_hours(body));
  return ctx.write([&services, actor = ctx.actor, user = ctx.identified->user, id,
                    hours](Transaction& tx) -> Result<Reply> {
    const RecipientReaders::Own changed = TRY(services.notify_service.readers().change(tx, actor, user, id, hours));
    return json_reply(200, view(changed));
  });
}

}  // namespace connlog::web::notify
