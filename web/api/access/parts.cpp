// What access adds to the exports: members, teams and invitations of a workspace, and the networks that it may reach; of a person, their workspaces with their
// teams there, the invitations that they made, and their API keys.
#include <nlohmann/json.hpp>

#include "core/access/administration.h"
#include "web/api/access/handlers.h"
#include "web/api/views.h"

namespace connlog::web::access {
namespace {

using nlohmann::json;

json person_view(const Member& member) {
  return {{"user_id", member.user.text()},
          {"name", member.name},
          {"mail", member.mail},
          {"role", to_text(member.role)},
          {"since", time_view(member.since)}};
}

json invitation_view(const Invitation& invitation) {
  return {{"mail", invitation.mail},
          {"role", to_text(invitation.role)},
          {"inviter_name", invitation.inviter_name},
          {"expires_at", time_view(invitation.expires_at)}};
}

Result<void> write_members(Context& ctx, Section& section) {
  const Services& services = ctx.of<Services>();
  json items = json::array();
  const auto read = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
    const auto members = TRY(services.access.member_store().list(snapshot, ctx.workspace->id));
    for (const Member& member : members) items.push_back(person_view(member));
    return {};
  });
  TRY(read);
  return section.items(items);
}

Result<void> write_teams(Context& ctx, Section& section) {
  const Services& services = ctx.of<Services>();
  json items = json::array();
  const auto read = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
    const auto people = TRY(services.access.team_store().members(snapshot, ctx.workspace->id));
    const auto teams = TRY(services.access.team_store().teams(snapshot, ctx.workspace->id));
    for (const Team& team : teams) {
      json in = json::array();
      for (const TeamMember& member : people) {
        if (member.team == team.id) in.push_back({{"user_id", member.user.text()}, {"may_edit", member.may_edit}});
      }
      items.push_back({{"id", team.id.text()}, {"name", team.name}, {"members", std::move(in)}});
    }
    return {};
  });
  TRY(read);
  return section.items(items);
}

Result<void> write_invitations(Context& ctx, Section& section) {
  const Services& services = ctx.of<Services>();
  json items = json::array();
  const auto read = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
    const auto invitations = TRY(services.access.invitations().list(snapshot, ctx.workspace->id));
    for (const Invitation& invitation : invitations) items.push_back(invitation_view(invitation));
    return {};
  });
  TRY(read);
  return section.items(items);
}

Result<void> write_networks(Context& ctx, Section& section) {
  const Services& services = ctx.of<Services>();
  json items = json::array();
  const auto read = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
    const auto networks = TRY(services.administration.network_changes().of(snapshot, ctx.workspace->id));
    for (const std::string& network : networks) items.push_back({{"network", network}});
    return {};
  });
  TRY(read);
  return section.items(items);
}

constexpr Column kMemberColumns[] = {
    {"user_id", ColumnType::id, "The person"},
    {"name", ColumnType::text, "Their name"},
    {"mail", ColumnType::text, "Their mail address"},
    {"role", ColumnType::text, "Their role in the workspace"},
    {"since", ColumnType::time, "Since when they are a member"},
};

constexpr Column kTeamColumns[] = {
    {"id", ColumnType::id, "The team"},
    {"name", ColumnType::text, "Its name"},
    {"members", ColumnType::list, "Its people: user_id, may_edit"},
};

constexpr Column kInvitationColumns[] = {
    {"mail", ColumnType::text, "The invited mail address"},
    {"role", ColumnType::text, "The role that the invitation gives"},
    {"inviter_name", ColumnType::text, "Who invited"},
    {"expires_at", ColumnType::time, "Until when the invitation can be accepted"},
};

constexpr Column kNetworkColumns[] = {
    {"network", ColumnType::text, "The network, such as 192.168.1.0/24"},
};

constexpr WorkspaceSection kSections[] = {
    {"members", "A person of the workspace.", kMemberColumns, write_members},
    {"teams", "A team with its people.", kTeamColumns, write_teams},
    {"invitations", "An invitation that nobody has accepted yet.", kInvitationColumns, write_invitations},
    {"networks", "A private network that the workspace's checks and webhooks may reach.", kNetworkColumns, write_networks},
};

Result<json> workspaces_of_person(const Rooms& rooms, Snapshot& snapshot, const User& person) {
  const auto& services = services_of<Services>(rooms);
  json workspaces = json::array();
  const auto of_user = TRY(services.workspaces.of_user(snapshot, person.id));
  for (const Workspace& workspace : of_user) {
    const auto membership = TRY(services.workspaces.membership(snapshot, workspace.id, person.id));
    if (!membership) continue;
    json teams = json::array();
    const auto memberships = TRY(services.access.team_store().of_user(snapshot, workspace.id, person.id));
    for (const TeamMember& member : memberships) {
      const auto team = TRY(services.access.team_store().team(snapshot, workspace.id, member.team));
      if (team)
        teams.push_back({{"name", team->name}, {"may_edit", member.may_edit}, {"since", time_view(member.since)}});
    }
    workspaces.push_back({{"name", workspace.name},
                          {"slug", workspace.slug},
                          {"role", to_text(membership->role)},
                          {"member_since", time_view(membership->since)},
                          {"teams", std::move(teams)}});
  }
  return workspaces;
}

// The people whom the person invited and who have not come yet.
Result<json> invitations_by(const Rooms& rooms, Snapshot& snapshot, const User& person) {
  const auto& services = services_of<Services>(rooms);
  json invitations = json::array();
  const auto of_user = TRY(services.workspaces.of_user(snapshot, person.id));
  for (const Workspace& workspace : of_user) {
    const auto made = TRY(services.access.invitations().list(snapshot, workspace.id));
    for (const Invitation& invitation : made) {
      if (invitation.inviter != person.id) continue;
      invitations.push_back({{"workspace", workspace.name},
                             {"mail", invitation.mail},
                             {"role", to_text(invitation.role)},
                             {"created_at", time_view(invitation.created_at)},
                             {"expires_at", time_view(invitation.expires_at)}});
    }
  }
  return invitations;
}

Result<json> api_keys_of(const Rooms& rooms, Snapshot& snapshot, const User& person) {
  json items = json::array();
  const auto keys = TRY(services_of<Services>(rooms).administration.api_keys().of_person(snapshot, person.id));
  for (const ApiKey& key : keys) {
    json scopes = json::array();
    for (const Action scope : key.scopes) scopes.push_back(to_text(scope));
    items.push_back({{"name", key.name},
                     {"hint", key.token_hint},
                     {"scopes", std::move(scopes)},
                     {"addresses", key.addresses},
                     {"created_at", time_view(key.created_at)},
                     {"expires_at", time_view(key.expires_at)},
                     {"revoked_at", time_view(key.revoked_at)},
                     {"last_used_at", time_view(key.last_used_at)},
                     {"last_used_address", key.last_used_address}});
  }
  return items;
}

constexpr PersonPart kOwnData[] = {
    {"workspaces", workspaces_of_person},
    {"invitations_made", invitations_by},
    {"api_keys", api_keys_of},
};

}  // namespace

std::span<const WorkspaceSection> workspace_sections() {
  return kSections;
}

std::span<const PersonPart> own_data_parts() {
  return kOwnData;
}

}  // namespace connlog::web::access
