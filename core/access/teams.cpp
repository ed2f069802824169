#include "core/access/teams.h"

#include <fmt/format.h>

#include "core/people/standing.h"
#include "core/people/named.h"

namespace connlog {
namespace {

constexpr std::size_t kTeamsOfPersonMax = 100;  // the most teams that a Sight has room for

Error no_such_team() {
  return Error{ErrorCode::not_found, "There is no such team."};
}
}  // namespace

Result<Team> Teams::add(Transaction& tx, const Actor& actor, const std::string& name) {
  const auto others = TRY(parts_.teams.teams(tx, actor.workspace));
  if (others.size() >= kTeamsMax)
    return Error{ErrorCode::conflict, fmt::format("A workspace may have at most {} teams.", kTeamsMax)};
  Team team;
  team.name = TRY(free_name("team", name, others, TeamId{}));
  team.created_at = parts_.clock.believed();
  team.id = TeamId::make(team.created_at, parts_.random);
  team.workspace = actor.workspace;
  TRY(parts_.teams.insert(tx, team));
  TRY(parts_.audit.append(tx, actor, "team.added", team.id.text(), team.name));
  announce_access(tx, parts_.bus, actor.workspace);
  return team;
}

Result<Team> Teams::rename(Transaction& tx, const Actor& actor, TeamId id, const std::string& name,
                           std::int64_t expected_version) {
  auto team = TRY(parts_.teams.team(tx, actor.workspace, id));
  if (!team) return no_such_team();
  TRY(check_version(expected_version, team->version));
  const std::string before = team->name;
  const auto others = TRY(parts_.teams.teams(tx, actor.workspace));
  team->name = TRY(free_name("team", name, others, id));
  if (team->name == before) return *team;
  team->version += 1;
  TRY(parts_.teams.update(tx, *team));
  TRY(parts_.audit.append(tx, actor, "team.renamed", id.text(), before + " → " + team->name));
  announce_access(tx, parts_.bus, actor.workspace);
  return *team;
}

Result<void> Teams::remove(Transaction& tx, const Actor& actor, TeamId id) {
  const auto team = TRY(parts_.teams.team(tx, actor.workspace, id));
  if (!team) return no_such_team();
  if (team->subjects > 0) {
    return Error{
        ErrorCode::conflict,
        fmt::format("{} agents or groups belong to this team. Give them to another team first: those of no team are "
                    "seen by owners and admins only.",
                    team->subjects)};
  }
  TRY(parts_.teams.remove(tx, actor.workspace, id));
  TRY(parts_.audit.append(tx, actor, "team.removed", id.text(), team->name));
  announce_access(tx, parts_.bus, actor.workspace);
  return {};
}

Result<TeamMember> Teams::put_member(Transaction& tx, const Actor& actor, TeamId id, UserId user, bool may_edit) {
  const auto team = TRY(parts_.teams.team(tx, actor.workspace, id));
  if (!team) return no_such_team();
  const auto person = TRY(parts_.members.find(tx, actor.workspace, user));
  if (!person) return Error{ErrorCode::not_found, "There is no such member in this workspace."};
  const auto before = TRY(parts_.teams.member(tx, actor.workspace, id, user));
  if (before && before->may_edit == may_edit) return *before;
  if (!before) {
    const auto teams = TRY(parts_.teams.of_user(tx, actor.workspace, user));
    if (teams.size() >= kTeamsOfPersonMax)
      return Error{ErrorCode::conflict, "This person is in as many teams as one can be in."};
  }
  TeamMember member{id, actor.workspace, user, may_edit, before ? before->since : parts_.clock.believed()};
  TRY(parts_.teams.put_member(tx, member));
  TRY(parts_.audit.append(tx, actor, before ? "team.member_changed" : "team.member_added", person->mail,
                          team->name + (may_edit ? ", may edit" : "")));
  announce_access(tx, parts_.bus, actor.workspace);
  return member;
}

Result<void> Teams::remove_member(Transaction& tx, const Actor& actor, TeamId id, UserId user) {
  const auto team = TRY(parts_.teams.team(tx, actor.workspace, id));
  if (!team) return no_such_team();
  const auto person = TRY(parts_.members.find(tx, actor.workspace, user));
  TRY(parts_.teams.remove_member(tx, actor.workspace, id, user));
  TRY(parts_.audit.append(tx, actor, "team.member_removed", person ? person->mail : user.text(), team->name));
  announce_access(tx, parts_.bus, actor.workspace);
  return {};
}

}  // namespace connlog
