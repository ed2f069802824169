// What people and programs change of monitors: add, change, clone, remove, the state of one that is set by hand, and several
// alike.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/value_or.h"
#include "web/api/monitors/monitor_answer.h"
#include "web/api/monitors/monitor_body.h"

namespace connlog::web::monitors {
namespace {

using nlohmann::json;

constexpr std::size_t kAtOnce = 500;  // monitors that are changed in one transaction
constexpr std::size_t kIdCharactersMax = 64;

Around around_of(const Context& ctx) {
  return {ctx.of<Services>(), ctx.of<watch::Services>()};
}

// What is done alike to several.
struct Alike {
  std::optional<bool> paused;
  std::vector<std::string> tags_add, tags_remove;
  std::vector<GroupId> groups_add;
  TimingChange own;
};

Result<Alike> alike_of(const Body& body) {
  const auto change = TRY(body.maybe_object("change"));
  if (!change) return invalid("change", "This is required.");
  Alike alike;
  alike.paused = TRY(change->maybe_flag("paused"));
  alike.tags_add = TRY(value_or(change->maybe_texts("tags_add", kTagsMax, kTagCharactersMax), std::vector<std::string>()));
  alike.tags_remove =
      TRY(value_or(change->maybe_texts("tags_remove", kTagsMax, kTagCharactersMax), std::vector<std::string>()));
  alike.own = TRY(timing_change_of(*change));
  const auto groups =
      TRY(value_or(change->maybe_texts("groups_add", kGroupsOfSubjectMax, kIdCharactersMax), std::vector<std::string>()));
  for (const std::string& text : groups) {
    if (!GroupId::parse(text, alike.groups_add.emplace_back()))
      return invalid("change.groups_add", "There is no such group.");
  }
  return alike;
}

MonitorChange change_of(const Alike& alike, const Subject& subject) {
  MonitorChange change;
  change.paused = alike.paused;
  change.settings.own = alike.own;
  if (!alike.tags_add.empty() || !alike.tags_remove.empty()) {
    std::vector<std::string> tags = subject.tags;
    std::erase_if(tags, [&](const std::string& tag) {
      return std::ranges::find(alike.tags_remove, tag) != alike.tags_remove.end();
    });
    for (const std::string& tag : alike.tags_add) {
      if (std::ranges::find(tags, tag) == tags.end()) tags.push_back(tag);
    }
    change.tags = std::move(tags);
  }
  if (!alike.groups_add.empty()) {
    std::vector<GroupId> groups = subject.groups;
    for (const GroupId& group : alike.groups_add) {
      if (std::ranges::find(groups, group) == groups.end()) groups.push_back(group);
    }
    change.groups = std::move(groups);
  }
  return change;
}

// Whether the refusal is about this one, and the others may still be changed.
bool is_about_one(const Error& error) {
  return error.code == ErrorCode::invalid_input || error.code == ErrorCode::forbidden ||
         error.code == ErrorCode::not_found || error.code == ErrorCode::conflict;
}

Result<void> change_one(Transaction& tx, const Services& services, const Actor& actor, MonitorId id, const Alike& alike) {
  const MonitorAndSubject known = TRY(services.monitor_service.find_to_edit(tx, actor, id));
  TRY(services.monitor_service.change(tx, actor, id, change_of(alike, known.subject)));
  return {};
}

}  // namespace

Result<Reply> add_monitor(Context& ctx) {
  const Body body = TRY(ctx.body());
  NewMonitor wanted = TRY(new_monitor_of(body));
  return ctx.create([around = around_of(ctx), actor = ctx.actor, wanted = std::move(wanted)](
                        Transaction& tx) -> Result<Reply> {
    const MonitorAndSubject made = TRY(around.services.monitor_service.add(tx, actor, wanted));
    return answer(tx, around, actor, 201, made.monitor);
  });
}

Result<Reply> change_monitor(Context& ctx) {
  const MonitorId id = TRY(ctx.id<MonitorId>());
  const std::int64_t expected = TRY(ctx.if_match());
  const Body body = TRY(ctx.body());
  MonitorChange change = TRY(monitor_change_of(body));
  return ctx.write([around = around_of(ctx), actor = ctx.actor, id, expected, change = std::move(change)](
                       Transaction& tx) -> Result<Reply> {
    const MonitorAndSubject now = TRY(around.services.monitor_service.change(tx, actor, id, change, expected));
    return answer(tx, around, actor, 200, now.monitor);
  });
}

Result<Reply> remove_monitor(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const MonitorId id = TRY(ctx.id<MonitorId>());
  return ctx.write([&services, actor = ctx.actor, id](Transaction& tx) -> Result<Reply> {
    TRY(services.monitor_service.remove(tx, actor, id));
    return no_content();
  });
}

Result<Reply> clone_monitor(Context& ctx) {
  const MonitorId id = TRY(ctx.id<MonitorId>());
  const Body body = TRY(ctx.body());
  const std::string name = TRY(body.text("name", 1, 80));
  return ctx.create([around = around_of(ctx), actor = ctx.actor, id, name](Transaction& tx) -> Result<Reply> {
    const MonitorAndSubject made = TRY(around.services.monitor_service.clone(tx, actor, id, name));
    return answer(tx, around, actor, 201, made.monitor);
  });
}

Result<Reply> set_monitor_state(Context& ctx) {
  const MonitorId id = TRY(ctx.id<MonitorId>());
  const Body body = TRY(ctx.body());
  const State state = TRY(body.word<State>("state"));
  const std::string detail = TRY(value_or(body.maybe_text("detail", 0, 300), std::string()));
  return ctx.write([around = around_of(ctx), actor = ctx.actor, id, state, detail](Transaction& tx) -> Result<Reply> {
    TRY(around.services.monitor_service.set_state(tx, actor, id, state, detail));
    const MonitorAndSubject now = TRY(around.services.monitor_service.find(tx, actor, id));
    return answer(tx, around, actor, 200, now.monitor);
  });
}

Result<Reply> change_monitors(Context& ctx) {
  const Body body = TRY(ctx.body());
  const auto texts = TRY(body.maybe_texts("ids", kAtOnce, kIdCharactersMax));
  if (!texts || texts->empty()) return invalid("ids", "This is required: name at least one monitor.");
  std::vector<MonitorId> ids;
  for (const std::string& text : *texts) {
    if (!MonitorId::parse(text, ids.emplace_back())) return invalid("ids", "There is no such monitor.");
  }
  const Alike alike = TRY(alike_of(body));
  return ctx.write([&services = ctx.of<Services>(), actor = ctx.actor, ids, alike](Transaction& tx) -> Result<Reply> {
    std::int64_t changed = 0;
    json failed = json::array();
    for (const MonitorId& id : ids) {
      const auto done = change_one(tx, services, actor, id, alike);
      if (done) {
        ++changed;
        continue;
      }
      if (!is_about_one(done.error())) return done.error();
      failed.push_back({{"id", id.text()}, {"detail", done.error().message}});
    }
    return json_reply(200, {{"changed", changed}, {"failed", std::move(failed)}});
  });
}

}  // namespace connlog::web::monitors
