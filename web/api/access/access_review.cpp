// The access review of a workspace: the list, and "done". Removing a member or key uses that object's own route.
#include <nlohmann/json.hpp>

#include "core/access/administration.h"
#include "core/base/value_or.h"
#include "web/api/access/handlers.h"
#include "web/api/views.h"

namespace connlog::web::access {
namespace {

using nlohmann::json;

Result<Reply> review_reply(const Services& services, Snapshot& snapshot, const Workspace& workspace) {
  const ReviewState state = TRY(services.administration.reviews().look(snapshot, workspace));
  const Instant now = services.clock.believed();
  json items = json::array();
  for (const AccessItem& item : state.items) {
    items.push_back({{"kind", to_text(item.kind)},
                     {"id", to_text(item.id)},
                     {"name", item.name},
                     {"address", item.address},
                     {"rights", item.rights},
                     {"teams", item.teams},
                     {"given_by", item.given_by},
                     {"since", time_view(item.since)},
                     {"last_used_at", time_view(item.last_used_at)},
                     {"ends_at", time_view(item.ends_at)},
                     {"state", item.state},
                     {"stale", is_stale(item, now)}});
  }
  json done = json::array();
  for (const AccessReview& review : state.done)
    done.push_back({{"done_at", time_view(review.done_at)}, {"done_by", review.done_by}, {"note", review.note}});
  return json_reply(200, {{"items", std::move(items)},
                          {"due_at", time_view(state.due_at)},
                          {"overdue", state.due_at.is_set() && state.due_at <= now},
                          {"interval_days", services.administration.limits().value(Limit::review_interval_days)},
                          {"done", std::move(done)}});
}

}  // namespace

Result<Reply> show_access_review(Context& ctx) {
  return ctx.read([&](Snapshot& snapshot) { return review_reply(ctx.of<Services>(), snapshot, *ctx.workspace); });
}

Result<Reply> finish_access_review(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const Body body = TRY(ctx.body());
  const std::string note = TRY(value_or(body.maybe_text("note", 0, 500, Lines::many), ""));
  return ctx.write([&services, actor = ctx.actor, workspace = *ctx.workspace, note](Transaction& tx) -> Result<Reply> {
    TRY(services.administration.reviews().done(tx, actor, note));
    return review_reply(services, tx, workspace);
  });
}

}  // namespace connlog::web::access
