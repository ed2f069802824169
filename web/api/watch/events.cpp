// One stream of live events over all workspaces of the person.
#include "web/api/watch/handlers.h"
#include "web/api/live_events.h"

namespace connlog::web::watch {
namespace {

// Proxies must pass each event on at once: nginx and its kin obey X-Accel-Buffering, others compress (and so hold back)
// what is not marked no-transform.
Reply stream_head() {
  Reply head{.status = 200, .content_type = "text/event-stream"};
  head.headers.emplace_back("Cache-Control", "no-store, no-transform");
  head.headers.emplace_back("X-Accel-Buffering", "no");
  return head;
}

}  // namespace

Result<Reply> events(Context& ctx) {
  const Services& services = ctx.of<Services>();
  if (!ctx.live().has_room(ctx.identified->session)) {
    return Error{ErrorCode::rate_limited, "Too many live streams are open. Close some tabs.", {}, {}, 15};
  }
  LiveEvents::Subscriber subscriber{*ctx.identified, ctx.session_token, {}};
  const auto read = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
    subscriber.workspaces = TRY(LiveEvents::watchable(ctx.of<LiveEvents::Services>(), snapshot, ctx.actor.user));
    return {};
  });
  if (!read) return read.error();
  // Last-Event-ID is ignored: after reconnecting, a page reads its data again.
  Exchange exchange = ctx.park();
  if (exchange.rendering().head_only) {
    exchange.send(stream_head());
    return Reply::answered_later();
  }
  auto stream = exchange.stream(stream_head());
  ctx.live().add(std::move(subscriber), std::move(stream));
  return Reply::answered_later();
}

}  // namespace connlog::web::watch
