// Teams of people.
#include <nlohmann/json.hpp>

#include "core/base/value_or.h"
#include "web/api/access/handlers.h"
#include "web/api/views.h"

namespace connlog::web::access {
namespace {

using nlohmann::json;

json team_view(const Team& team, const std::vector<TeamMember>& members) {
  json people = json::array();
  for (const TeamMember& member : members) {
    if (member.team != team.id) continue;
    people.push_back(
        {{"user_id", member.user.text()}, {"may_edit", member.may_edit}, {"since", time_view(member.since)}});
  }
  return {{"id", team.id.text()},         {"name", team.name},       {"subjects", team.subjects},
          {"members", std::move(people)}, {"version", team.version}, {"created_at", time_view(team.created_at)}};
}

Result<UserId> user_in_path(const Context& ctx) {
  UserId user;
  if (!UserId::parse(ctx.request().path_value("user"), user))
    return Error{ErrorCode::not_found, "There is no such member in this workspace."};
  return user;
}

}  // namespace

Result<Reply> list_teams(Context& ctx) {
  const TeamStore& teams = ctx.of<Services>().access.team_store();
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const auto members = TRY(teams.members(snapshot, ctx.workspace->id));
    json items = json::array();
    auto listed = TRY(teams.teams(snapshot, ctx.workspace->id));
    for (Team& team : listed) {
      if (!ctx.actor.sight.sees({team.id})) team.subjects = 0;  // counts tell of what the reader sees
      items.push_back(team_view(team, members));
    }
    return json_reply(200, {{"items", std::move(items)}, {"next", nullptr}});
  });
}

Result<Reply> add_team(Context& ctx) {
  AccessServices& access = ctx.of<Services>().access;
  const Body body = TRY(ctx.body());
  const auto name = TRY(body.text("name", 1, 80));
  return ctx.create([&access, actor = ctx.actor, name](Transaction& tx) -> Result<Reply> {
    const Team team = TRY(access.teams().add(tx, actor, name));
    return tagged(json_reply(201, team_view(team, {})), team.version);
  });
}

Result<Reply> change_team(Context& ctx) {
  AccessServices& access = ctx.of<Services>().access;
  const Body body = TRY(ctx.body());
  const auto id = TRY(ctx.id<TeamId>());
  const auto name = TRY(body.text("name", 1, 80));
  const auto version = TRY(ctx.if_match());
  return ctx.write([&access, actor = ctx.actor, id, name, version](Transaction& tx) -> Result<Reply> {
    const Team team = TRY(access.teams().rename(tx, actor, id, name, version));
    const auto members = TRY(access.team_store().members(tx, actor.workspace));
    return tagged(json_reply(200, team_view(team, members)), team.version);
  });
}

Result<Reply> remove_team(Context& ctx) {
  AccessServices& access = ctx.of<Services>().access;
  const auto id = TRY(ctx.id<TeamId>());
  return ctx.write([&access, actor = ctx.actor, id](Transaction& tx) -> Result<Reply> {
    TRY(access.teams().remove(tx, actor, id));
    return no_content();
  });
}

Result<Reply> put_team_member(Context& ctx) {
  AccessServices& access = ctx.of<Services>().access;
  const Body body = TRY(ctx.body());
  const auto id = TRY(ctx.id<TeamId>());
  const auto user = TRY(user_in_path(ctx));
  const bool may_edit = TRY(value_or(body.maybe_flag("may_edit"), false));
  return ctx.write([&access, actor = ctx.actor, id, user, may_edit](Transaction& tx) -> Result<Reply> {
    const TeamMember member = TRY(access.teams().put_member(tx, actor, id, user, may_edit));
    return json_reply(200,
                      {{"user_id", user.text()}, {"may_edit", member.may_edit}, {"since", time_view(member.since)}});
  });
}

Result<Reply> remove_team_member(Context& ctx) {
  AccessServices& access = ctx.of<Services>().access;
  const auto id = TRY(ctx.id<TeamId>());
  const auto user = TRY(user_in_path(ctx));
  return ctx.write([&access, actor = ctx.actor, id, user](Transaction& tx) -> Result<Reply> {
    TRY(access.teams().remove_member(tx, actor, id, user));
    return no_content();
  });
}

}  // namespace connlog::web::access
