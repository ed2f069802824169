// On what a subject depends, and what depends on what in the workspace.
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "core/base/value_or.h"
#include "web/api/watch/handlers.h"
#include "web/api/watch/subjects_in_sight.h"

namespace connlog::web::watch {
namespace {

using nlohmann::json;

constexpr std::size_t kIdCharactersMax = 64;

json parents_view(const std::vector<SubjectId>& parents) {
  json ids = json::array();
  for (const SubjectId& parent : parents) ids.push_back(parent.text());
  return {{"parents", std::move(ids)}};
}

// What makes most of the workspace quiet behind one subject is asked once more. Nothing was written.
Reply ask_again(const Error& why) {
  const json body = {{"type", "about:blank"},     {"title", "Confirm that so much is to depend on one"},
                     {"status", 409},             {"code", "confirm_wide"},
                     {"field", "confirm_wide"},   {"detail", why.message}};
  return Reply{.status = 409, .content_type = "application/problem+json", .body = dump(body)};
}

}  // namespace

Result<Reply> show_parents(Context& ctx) {
  const SubjectId id = TRY(ctx.id<SubjectId>());
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const auto parents = TRY(ctx.of<Services>().subject_service.parents(snapshot, ctx.actor, id));
    return json_reply(200, parents_view(parents));
  });
}

Result<Reply> put_parents(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const SubjectId id = TRY(ctx.id<SubjectId>());
  const Body body = TRY(ctx.body());
  const auto texts = TRY(body.maybe_texts("parents", kParentsMax, kIdCharactersMax));
  if (!texts) return invalid("parents", "This is required: the ids of the subjects on which it depends; none is [].");
  std::vector<SubjectId> parents;
  for (const std::string& text : *texts) {
    if (!SubjectId::parse(text, parents.emplace_back())) return invalid("parents", "There is no such subject.");
  }
  const bool confirmed = TRY(value_or(body.maybe_flag("confirm_wide"), false));
  return ctx.write([&services, actor = ctx.actor, id, parents, confirmed](Transaction& tx) -> Result<Reply> {
    const auto set = services.subject_service.set_parents(tx, actor, id, parents, confirmed);
    if (!set && set.error().field == "confirm_wide") return ask_again(set.error());
    if (!set) return set.error();
    return json_reply(200, parents_view(*set));
  });
}

// Only what the reader sees: a dependency of which they see one end is left out.
Result<Reply> list_dependencies(Context& ctx) {
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const auto all = TRY(ctx.of<Services>().dependencies.list(snapshot, ctx.workspace->id));
    json items = json::array(), nodes = json::array();
    std::set<SubjectId> shown;
    const auto show = [&](const LiveSubject& live) {
      if (!shown.insert(live.id()).second) return;
      nodes.push_back({{"id", live.id().text()},
                       {"kind", to_text(live.row->kind)},
                       {"name", live.row->name},
                       {"shown", to_text(live.shown)}});
    };
    for (const Dependency& each : all) {
      const auto subject = subject_in_sight(ctx, each.subject);
      const auto parent = subject_in_sight(ctx, each.parent);
      if (!subject || !parent) continue;
      show(*subject);
      show(*parent);
      items.push_back({{"subject", each.subject.text()}, {"parent", each.parent.text()}});
    }
    return json_reply(200, {{"items", std::move(items)}, {"nodes", std::move(nodes)}, {"next", nullptr}});
  });
}

}  // namespace connlog::web::watch
