// The appliance's users and workspaces, for its administrator.
#include <nlohmann/json.hpp>

#include "core/access/administration.h"
#include "core/base/value_or.h"
#include "core/people/workspace_networks.h"
#include "web/api/access/handlers.h"
#include "web/api/views.h"

namespace connlog::web::access {
namespace {

using nlohmann::json;

constexpr std::size_t kSearchCharactersMax = 100;

json listed_view(const ListedUser& person) {
  return {{"id", person.user.id.text()},
          {"name", person.user.name},
          {"mail", person.user.mail},
          {"appliance_administrator", person.user.appliance_administrator},
          {"enabled", person.user.enabled},
          {"has_password", person.has_password},
          {"second_factor", person.second_factor},
          {"workspaces", person.workspaces},
          {"sessions", person.sessions},
          {"api_keys", person.api_keys},
          {"created_at", time_view(person.user.created_at)},
          {"last_login_at", time_view(person.user.last_login_at)},
          {"last_seen_at", time_view(person.last_seen_at)}};
}

json opening_view(const BreakGlassGrant& grant, Instant now) {
  return {{"id", grant.id.text()},
          {"administrator", grant.administrator},
          {"reason", grant.reason},
          {"opened_at", time_view(grant.opened_at)},
          {"expires_at", time_view(grant.expires_at)},
          {"ended_at", time_view(grant.ended_at)},
          {"ended_by", grant.ended_by},
          {"open", grant.is_open(now)},
          {"reads", grant.reads}};
}

Result<json> listed_view(const Services& services, Snapshot& snapshot, const ListedWorkspace& listed, UserId reader) {
  const auto grant = TRY(services.administration.break_glass().find_open(snapshot, listed.workspace.id, reader));
  const auto membership = TRY(services.workspaces.membership(snapshot, listed.workspace.id, reader));
  const bool member = membership.has_value();
  return json{{"id", listed.workspace.id.text()},
              {"slug", listed.workspace.slug},
              {"name", listed.workspace.name},
              {"enabled", listed.workspace.enabled},
              {"members", listed.members},
              {"agents", listed.agents},
              {"recipients", listed.recipients},
              {"open_incidents", listed.open_incidents},
              {"api_keys", listed.api_keys},
              {"owners", listed.owners},
              {"deletion_at", time_view(listed.deletion_at)},
              {"created_at", time_view(listed.workspace.created_at)},
              {"member", member},
              {"opening", grant ? opening_view(*grant, services.clock.believed()) : json(nullptr)}};
}

// The whole address of the link, which the administrator hands over to the person.
json with_link(const WebOptions& options, const PersonWithLink& made) {
  return {{"user", listed_view(made.person)}, {"link", options.public_url + std::string(made.path.reveal())}};
}

}  // namespace

Result<Reply> list_users(Context& ctx) {
  const PageOfList page = TRY(ctx.page());
  const std::string search = TRY(ctx.query_text("q", kSearchCharactersMax));
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    auto people =
        TRY(ctx.of<Services>().administration.directory().users(snapshot, search, page.after, page.limit + 1));
    const bool more = people.size() > static_cast<std::size_t>(page.limit);
    if (more) people.resize(static_cast<std::size_t>(page.limit));
    json items = json::array();
    for (const ListedUser& person : people) items.push_back(listed_view(person));
    return json_reply(
        200, {{"items", std::move(items)}, {"next", more ? json(people.back().user.mail_key) : json(nullptr)}});
  });
}

Result<Reply> add_user(Context& ctx) {
  const Body body = TRY(ctx.body());
  NewPerson wanted;
  wanted.name = TRY(body.text("name", 1, 80));
  wanted.mail = TRY(body.text("mail", 1, 254));
  wanted.appliance_administrator = TRY(value_or(body.maybe_flag("appliance_administrator"), false));
  wanted.send = TRY(value_or(body.maybe_flag("send"), false));
  return ctx.create([&people = ctx.of<Services>().administration.people(), &options = ctx.options(), actor = ctx.actor,
                     wanted](Transaction& tx) -> Result<Reply> {
    const auto added = TRY(people.add(tx, actor, wanted));
    return json_reply(201, with_link(options, added));
  });
}

Result<Reply> change_user(Context& ctx) {
  const UserId id = TRY(ctx.id<UserId>());
  const Body body = TRY(ctx.body());
  PersonChange change;
  change.name = TRY(body.maybe_text("name", 1, 80));
  change.enabled = TRY(body.maybe_flag("enabled"));
  change.appliance_administrator = TRY(body.maybe_flag("appliance_administrator"));
  return ctx.write([&people = ctx.of<Services>().administration.people(), actor = ctx.actor, id,
                    change](Transaction& tx) -> Result<Reply> {
    const auto changed = TRY(people.change(tx, actor, id, change));
    return json_reply(200, listed_view(changed));
  });
}

Result<Reply> delete_user(Context& ctx) {
  const auto id = TRY(ctx.id<UserId>());
  return ctx.write(
      [&people = ctx.of<Services>().administration.people(), actor = ctx.actor, id](Transaction& tx) -> Result<Reply> {
        TRY(people.remove(tx, actor, id));
        return no_content();
      });
}

Result<Reply> make_reset_link(Context& ctx) {
  const Body body = TRY(ctx.body());
  const bool send = TRY(value_or(body.maybe_flag("send"), false));
  const auto id = TRY(ctx.id<UserId>());
  return ctx.write([&people = ctx.of<Services>().administration.people(), &options = ctx.options(), actor = ctx.actor,
                    send, id](Transaction& tx) -> Result<Reply> {
    const auto link = TRY(people.reset_link(tx, actor, id, send));
    return json_reply(200, with_link(options, link));
  });
}

Result<Reply> end_sessions_of_user(Context& ctx) {
  const auto id = TRY(ctx.id<UserId>());
  return ctx.write(
      [&people = ctx.of<Services>().administration.people(), actor = ctx.actor, id](Transaction& tx) -> Result<Reply> {
        TRY(people.end_sessions(tx, actor, id));
        return no_content();
      });
}

Result<Reply> reset_second_factor_of_user(Context& ctx) {
  const auto id = TRY(ctx.id<UserId>());
  return ctx.write(
      [&people = ctx.of<Services>().administration.people(), actor = ctx.actor, id](Transaction& tx) -> Result<Reply> {
        TRY(people.reset_second_factor(tx, actor, id));
        return no_content();
      });
}

Result<Reply> list_all_workspaces(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const PageOfList page = TRY(ctx.page());
  const std::string search = TRY(ctx.query_text("q", kSearchCharactersMax));
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    auto listed = TRY(services.administration.directory().workspaces(snapshot, search, page.after, page.limit + 1));
    const bool more = listed.size() > static_cast<std::size_t>(page.limit);
    if (more) listed.resize(static_cast<std::size_t>(page.limit));
    json items = json::array();
    for (const ListedWorkspace& each : listed) {
      json shown = TRY(listed_view(services, snapshot, each, ctx.actor.user));
      items.push_back(std::move(shown));
    }
    return json_reply(
        200, {{"items", std::move(items)}, {"next", more ? json(listed.back().workspace.slug) : json(nullptr)}});
  });
}

Result<Reply> administer_workspace(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const WorkspaceId id = TRY(ctx.id<WorkspaceId>());
  const Body body = TRY(ctx.body());
  const auto enabled = TRY(body.maybe_flag("enabled"));
  const auto owner = TRY(body.maybe_text("owner", 1, 254));
  if (!enabled && !owner) return invalid("enabled", "Say what is to change: enabled, or owner.");
  return ctx.write([&services, actor = ctx.actor, id, enabled, owner](Transaction& tx) -> Result<Reply> {
    ApplianceWorkspaces& workspaces = services.administration.workspaces();
    std::optional<ListedWorkspace> changed;
    if (owner) changed = TRY(workspaces.assign_owner(tx, actor, id, *owner));
    if (enabled) changed = TRY(workspaces.set_enabled(tx, actor, id, *enabled));
    auto shown = TRY(listed_view(services, tx, *changed, actor.user));
    return json_reply(200, std::move(shown));
  });
}

// ---- break-glass ----

Result<Reply> show_workspace_networks(Context& ctx) {
  const WorkspaceId id = TRY(ctx.id<WorkspaceId>());
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const auto networks = TRY(ctx.of<Services>().administration.network_changes().of(snapshot, id));
    return json_reply(200, {{"networks", networks}});
  });
}

Result<Reply> change_workspace_networks(Context& ctx) {
  const WorkspaceId id = TRY(ctx.id<WorkspaceId>());
  const Body body = TRY(ctx.body());
  const auto given = TRY(body.maybe_texts("networks", kNetworksMax, kNetworkCharactersMax));
  if (!given) return invalid("networks", "Give the list of networks; an empty one leaves public addresses alone.");
  return ctx.write([&administration = ctx.of<Services>().administration, actor = ctx.actor, id,
                    networks = *given](Transaction& tx) -> Result<Reply> {
    const auto changed = TRY(administration.network_changes().change(tx, actor, id, networks));
    return json_reply(200, {{"networks", changed}});
  });
}

Result<Reply> open_workspace(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const WorkspaceId id = TRY(ctx.id<WorkspaceId>());
  const Body body = TRY(ctx.body());
  const std::string reason = TRY(body.text("reason", 10, 500));
  const std::int64_t minutes = TRY(body.integer("minutes", kBreakGlassMinutesMin, kBreakGlassMinutesMax));
  return ctx.write([&services, actor = ctx.actor, id, reason, minutes](Transaction& tx) -> Result<Reply> {
    const BreakGlassGrant grant = TRY(services.administration.break_glass().open(tx, actor, id, reason, minutes));
    return json_reply(201, opening_view(grant, services.clock.believed()));
  });
}

Result<Reply> close_workspace(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const auto id = TRY(ctx.id<WorkspaceId>());
  return ctx.write([&services, actor = ctx.actor, id](Transaction& tx) -> Result<Reply> {
    BreakGlass& break_glass = services.administration.break_glass();
    const auto grant = TRY(break_glass.find_open(tx, id, actor.user));
    if (!grant) return Error{ErrorCode::not_found, "You do not have this workspace open."};
    TRY(break_glass.end(tx, actor, id, grant->id));
    return no_content();
  });
}

Result<Reply> list_openings(Context& ctx) {
  const Services& services = ctx.of<Services>();
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    json items = json::array();
    const auto grants = TRY(services.administration.break_glass().list(snapshot, ctx.workspace->id));
    for (const BreakGlassGrant& grant : grants) {
      json item = opening_view(grant, services.clock.believed());
      json places = json::array();
      const auto reads = TRY(services.administration.break_glass().reads_of(snapshot, ctx.workspace->id, grant.id));
      for (const BreakGlassRead& read : reads)
        places.push_back({{"place", read.operation}, {"reads", read.reads}, {"last_at", time_view(read.last_at)}});
      item["places"] = std::move(places);
      items.push_back(std::move(item));
    }
    return json_reply(200, {{"items", std::move(items)}, {"next", nullptr}});
  });
}

Result<Reply> end_opening(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const auto id = TRY(ctx.id<BreakGlassId>());
  return ctx.write([&services, actor = ctx.actor, workspace = ctx.workspace->id, id](Transaction& tx) -> Result<Reply> {
    TRY(services.administration.break_glass().end(tx, actor, workspace, id));
    return no_content();
  });
}

}  // namespace connlog::web::access
