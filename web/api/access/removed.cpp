// What was removed from a workspace and can come back.
#include <nlohmann/json.hpp>

#include "core/access/removed.h"
#include "web/api/access/handlers.h"
#include "web/api/views.h"

namespace connlog::web::access {
namespace {

using nlohmann::json;

json view_of(const RemovedThings& things, const Removed& removed) {
  return {{"id", removed.id.text()},
          {"kind", to_text(removed.kind)},
          {"object_id", to_text(removed.object)},
          {"name", removed.name},
          {"removed_at", time_view(removed.at)},
          {"removed_by", removed.by},
          {"goes_at", time_view(things.goes_at(removed))}};
}

}  // namespace

Result<Reply> list_removed(Context& ctx) {
  const RemovedThings& things = ctx.of<Services>().removed;
  const PageOfList page = TRY(ctx.page());
  RemovedId after;
  if (!page.after.empty() && !RemovedId::parse(page.after, after))
    return invalid("after", "This must be the `next` of the page before.");
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const auto found = TRY(things.list(snapshot, ctx.actor, after, page.limit + 1));
    json items = json::array();
    for (const Removed& removed : found) {
      if (items.size() == static_cast<std::size_t>(page.limit)) break;
      items.push_back(view_of(things, removed));
    }
    const bool more = found.size() > items.size();
    const json next = more ? json(found[items.size() - 1].id.text()) : json(nullptr);
    return json_reply(200, {{"items", std::move(items)}, {"next", next}});
  });
}

Result<Reply> put_back_removed(Context& ctx) {
  const auto id = TRY(ctx.id<RemovedId>());
  return ctx.write([&things = ctx.of<Services>().removed, actor = ctx.actor, id](Transaction& tx) -> Result<Reply> {
    const RemovedThings::Back back = TRY(things.restore(tx, actor, id));
    return json_reply(200, {{"kind", to_text(back.removed.kind)},
                            {"object_id", to_text(back.removed.object)},
                            {"name", back.removed.name},
                            {"left_out", back.left_out}});
  });
}

Result<Reply> erase_removed(Context& ctx) {
  const auto id = TRY(ctx.id<RemovedId>());
  return ctx.write([&things = ctx.of<Services>().removed, actor = ctx.actor, id](Transaction& tx) -> Result<Reply> {
    TRY(things.erase(tx, actor, id));
    return no_content();
  });
}

}  // namespace connlog::web::access
