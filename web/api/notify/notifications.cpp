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
  NotificationId before;
  if (!page.after.empty() && !NotificationId::parse(page.after, before))
    return invalid("after", "This is not a cursor of this list.");
  RecipientId recipient;
  const std::string of = TRY(ctx.query_text("recipient", 36));
  if (!of.empty() && !RecipientId::parse(of, recipient)) return invalid("recipient", "This is no recipient's id.");
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    json items = json::array();
    const auto notifications = TRY(ctx.of<Services>().outbox.list(snapshot, ctx.workspace->id, wanted, page.limit,
                                                                  seen_by(ctx.actor), before, recipient));
    for (const LoggedDelivery& notification : notifications) items.push_back(view(notification));
    json next = nullptr;
    if (static_cast<int>(notifications.size()) == page.limit) next = notifications.back().notification.id.text();
    return json_reply(200, {{"items", std::move(items)}, {"next", std::move(next)}});
  });
}

Result<Reply> retry_notification(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const auto id = TRY(ctx.id<NotificationId>());
  const std::string address = ctx.origin().address, account = ctx.actor.user.text();
  TRY(services.attempts.admit(Attempt::webhook_test, {.address = address, .account = account}));
  return ctx.write([&services, actor = ctx.actor, id](Transaction& tx) -> Result<Reply> {
    const LoggedDelivery again = TRY(services.notify_service.retry(tx, actor, id));
    const SubjectId about = again.announcement.subject;
    if (!about.is_nil() && !sees_subject(services.directory, actor, about))
      return Error{ErrorCode::not_found, "There is no such notification."};
    // Of many at once: some may be about subjects that the actor does not see.
    if (about.is_nil() && !again.announcement.incidents.empty() && !actor.sight.all)
      return Error{ErrorCode::forbidden, "It tells of several subjects. Who sees all of them can send it again."};
    return json_reply(200, view(again));
  });
}

}  // namespace connlog::web::notify
