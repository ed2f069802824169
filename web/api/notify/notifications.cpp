// What was sent, what waits, and what could not be delivered.
#include <nlohmann/json.hpp>

#include "web/api/notify/handlers.h"
#include "web/api/sight.h"
#include "web/api/notify/views.h"

namespace connlog::web::notify {

using nlohmann::json;

Result<Reply> list_notifications(Context& ctx) {
  const PageOfList page = TRY(ctx.page());
  const std::string state = TRY(ctx.query_text("state", 10));
  const auto wanted = parse_word<Notification::State>(state);
  // What is being sent is shown as queued.
  if (!state.empty() && (!wanted || *wanted == Notification::State::leased))
    return invalid("state", "This must be one of: failed, queued, sent.");
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    json items = json::array();
    const auto notifications =
        TRY(ctx.of<Services>().outbox.list(snapshot, ctx.workspace->id, wanted, page.limit, seen_by(ctx.actor)));
    for (const LoggedDelivery& notification : notifications) items.push_back(view(notification));
    return json_reply(200, {{"items", std::move(items)}, {"next", nullptr}});
  });
}

Result<Reply> retry_notification(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const auto id = TRY(ctx.id<NotificationId>());
  return ctx.write([&services, actor = ctx.actor, id](Transaction& tx) -> Result<Reply> {
    const LoggedDelivery again = TRY(services.notify_service.retry(tx, actor, id));
    const SubjectId about = again.announcement.subject;
    if (!about.is_nil() && !sees_subject(services.directory, actor, about))
      return Error{ErrorCode::not_found, "There is no such notification."};
    return json_reply(200, view(again));
  });
}

}  // namespace connlog::web::notify
