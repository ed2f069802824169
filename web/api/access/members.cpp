// Members of the workspace, their roles, and its ownership.
#include <map>
#include <nlohmann/json.hpp>

#include "core/base/value_or.h"
#include "core/identity/oidc/provider_logins.h"
#include "web/api/access/handlers.h"
#include "web/api/views.h"

namespace connlog::web::access {
namespace {

using nlohmann::json;

Result<UserId> user_in_path(const Context& ctx) {
  UserId user;
  if (!UserId::parse(ctx.request().path_value("user"), user))
    return Error{ErrorCode::not_found, "There is no such member in this workspace."};
  return user;
}

// Refuses API keys, with any scope: only a person decides about themselves and the ownership of their workspace.
Result<void> by_a_person(const Context& ctx) {
  if (ctx.identified) return {};
  return Error{ErrorCode::forbidden, "This is for people who are logged in, not for API keys."};
}

// For each person: the names of the login providers that decide about their role here.
Result<std::map<UserId, std::string>> givers(const Services& services, Snapshot& snapshot, WorkspaceId workspace) {
  const LoginStore& logins = services.logins.store();
  std::map<UserId, std::string> names;
  const auto all_given = TRY(logins.given_in(snapshot, workspace));
  for (const GivenRole& given : all_given) {
    const auto provider = TRY(logins.find_provider(snapshot, given.provider));
    if (!provider) continue;
    std::string& name = names[given.user];
    name += (name.empty() ? "" : ", ") + provider->name;
  }
  return names;
}

json member_view(const Member& member, const std::vector<TeamMember>& teams,
                 const std::map<UserId, std::string>& by_provider) {
  json in = json::array();
  for (const TeamMember& each : teams) {
    if (each.user == member.user) in.push_back({{"team_id", each.team.text()}, {"may_edit", each.may_edit}});
  }
  const auto giver = by_provider.find(member.user);
  return {{"user_id", member.user.text()},
          {"name", member.name},
          {"mail", member.mail},
          {"role", to_text(member.role)},
          {"since", time_view(member.since)},
          {"last_login_at", time_view(member.last_login_at)},
          {"enabled", member.enabled},
          {"teams", std::move(in)},
          {"by_provider", giver == by_provider.end() ? json(nullptr) : json(giver->second)}};
}

}  // namespace

Result<Reply> list_members(Context& ctx) {
  const AccessServices& access = ctx.of<Services>().access;
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const auto teams = TRY(access.team_store().members(snapshot, ctx.workspace->id));
    const auto by_provider = TRY(givers(ctx.of<Services>(), snapshot, ctx.workspace->id));
    json items = json::array();
    const auto members = TRY(access.member_store().list(snapshot, ctx.workspace->id));
    for (const Member& member : members) items.push_back(member_view(member, teams, by_provider));
    return json_reply(200, {{"items", std::move(items)}, {"next", nullptr}});
  });
}

Result<Reply> change_member(Context& ctx) {
  AccessServices& access = ctx.of<Services>().access;
  const UserId user = TRY(user_in_path(ctx));
  const Body body = TRY(ctx.body());
  const Role role = TRY(body.word<Role>("role"));
  const Services& services = ctx.of<Services>();
  return ctx.write([&services, &access, actor = ctx.actor, user, role](Transaction& tx) -> Result<Reply> {
    const Member member = TRY(access.members().change_role(tx, actor, user, role));
    const auto teams = TRY(access.team_store().of_user(tx, actor.workspace, user));
    const auto by_provider = TRY(givers(services, tx, actor.workspace));
    return json_reply(200, member_view(member, teams, by_provider));
  });
}

Result<Reply> remove_member(Context& ctx) {
  AccessServices& access = ctx.of<Services>().access;
  const auto user = TRY(user_in_path(ctx));
  return ctx.write([&access, actor = ctx.actor, user](Transaction& tx) -> Result<Reply> {
    TRY(access.members().remove(tx, actor, user));
    return no_content();
  });
}

Result<Reply> leave_workspace(Context& ctx) {
  AccessServices& access = ctx.of<Services>().access;
  TRY(by_a_person(ctx));
  return ctx.write([&access, actor = ctx.actor](Transaction& tx) -> Result<Reply> {
    TRY(access.members().leave(tx, actor));
    return no_content();
  });
}

Result<Reply> change_ownership(Context& ctx) {
  AccessServices& access = ctx.of<Services>().access;
  TRY(by_a_person(ctx));
  const Body body = TRY(ctx.body());
  UserId user;
  if (const std::string text = TRY(body.text("user_id", 1, 64)); !UserId::parse(text, user))
    return invalid("user_id", "There is no such member in this workspace.");
  const bool owner = TRY(value_or(body.maybe_flag("owner"), true));
  const bool step_down = TRY(value_or(body.maybe_flag("step_down"), false));
  const Services& services = ctx.of<Services>();
  return ctx.write([&services, &access, actor = ctx.actor, user, owner, step_down](Transaction& tx) -> Result<Reply> {
    const Member member = TRY(access.members().set_owner(tx, actor, user, owner, step_down));
    const auto teams = TRY(access.team_store().of_user(tx, actor.workspace, user));
    const auto by_provider = TRY(givers(services, tx, actor.workspace));
    return json_reply(200, member_view(member, teams, by_provider));
  });
}

}  // namespace connlog::web::access
