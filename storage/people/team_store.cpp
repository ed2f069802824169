// Teams of people, in SQL. The database's own constraint keeps names unique, so that of two requests for one name at
// the same time only one gets it.

#include "core/base/text.h"
#include "storage/connection.h"
#include "storage/people/stores.h"
#include "storage/statement.h"

namespace connlog::storage {
namespace {

#define CONNLOG_TEAM_COLUMNS                                                                                           \
  "SELECT t.id, t.workspace_id, t.name, t.created_at, t.version, "                                                     \
  "(SELECT COUNT(*) FROM team_member m WHERE m.workspace_id = t.workspace_id AND m.team_id = t.id), "                  \
  "(SELECT COUNT(*) FROM subject_team b JOIN subject s ON s.workspace_id = b.workspace_id AND s.id = b.subject_id "    \
  "WHERE b.workspace_id = t.workspace_id AND b.team_id = t.id AND s.removed_at = 0) FROM team t WHERE t.workspace_id " \
  "= :workspace "

Team read_team(Row& row) {
  Team team;
  team.id = row.id<TeamId>();
  team.workspace = row.id<WorkspaceId>();
  team.name = row.text();
  team.created_at = row.instant();
  team.version = row.integer();
  team.members = row.integer();
  team.subjects = row.integer();
  return team;
}

TeamMember read_member(Row& row) {
  TeamMember member;
  member.team = row.id<TeamId>();
  member.workspace = row.id<WorkspaceId>();
  member.user = row.id<UserId>();
  member.may_edit = row.boolean();
  member.since = row.instant();
  return member;
}

void bind_named(Statement& statement, const Team& team) {
  statement.id(":id", team.id)
      .id(":workspace", team.workspace)
      .text(":name", team.name)
      .text(":name_key", folded(team.name))
      .integer(":version", team.version);
}

}  // namespace

Result<std::vector<Team>> SqlTeamStore::teams(Snapshot& snapshot, WorkspaceId workspace) const {
  Statement select = TRY(at(snapshot).prepare(CONNLOG_TEAM_COLUMNS "ORDER BY t.name_key, t.id"));
  return all(select.id(":workspace", workspace), read_team);
}

Result<std::optional<Team>> SqlTeamStore::team(Snapshot& snapshot, WorkspaceId workspace, TeamId id) const {
  Statement select = TRY(at(snapshot).prepare(CONNLOG_TEAM_COLUMNS "AND t.id = :id"));
  return one(select.id(":workspace", workspace).id(":id", id), read_team);
}

Result<void> SqlTeamStore::insert(Transaction& tx, const Team& team) {
  Statement insert =
      TRY(at(tx).prepare("INSERT INTO team (id, workspace_id, name, name_key, created_at, version) "
                         "VALUES (:id, :workspace, :name, :name_key, :created_at, :version)"));
  bind_named(insert, team);
  TRY(insert.instant(":created_at", team.created_at).run());
  return {};
}

Result<void> SqlTeamStore::update(Transaction& tx, const Team& team) {
  Statement update = TRY(at(tx).prepare(
      "UPDATE team SET name = :name, name_key = :name_key, version = :version WHERE workspace_id = :workspace AND id = :id"));
  bind_named(update, team);
  return exactly_one(update, "team");
}

Result<void> SqlTeamStore::remove(Transaction& tx, WorkspaceId workspace, TeamId id) {
  Statement forget =
      TRY(at(tx).prepare("UPDATE invitation SET team_id = NULL WHERE workspace_id = :workspace AND team_id = :id"));
  TRY(forget.id(":workspace", workspace).id(":id", id).run());
  Statement remove = TRY(at(tx).prepare("DELETE FROM team WHERE workspace_id = :workspace AND id = :id"));
  return exactly_one(remove.id(":workspace", workspace).id(":id", id), "team");
}

Result<std::vector<TeamMember>> SqlTeamStore::members(Snapshot& snapshot, WorkspaceId workspace) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT team_id, workspace_id, user_id, may_edit, since FROM team_member WHERE workspace_id = :workspace "
      "ORDER BY team_id, user_id"));
  return all(select.id(":workspace", workspace), read_member);
}

Result<std::vector<TeamMember>> SqlTeamStore::of_user(Snapshot& snapshot, WorkspaceId workspace, UserId user) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT team_id, workspace_id, user_id, may_edit, since FROM team_member "
                               "WHERE workspace_id = :workspace AND user_id = :user ORDER BY team_id"));
  return all(select.id(":workspace", workspace).id(":user", user), read_member);
}

Result<std::optional<TeamMember>> SqlTeamStore::member(Snapshot& snapshot, WorkspaceId workspace, TeamId team,
                                                       UserId user) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT team_id, workspace_id, user_id, may_edit, since FROM team_member "
                               "WHERE workspace_id = :workspace AND team_id = :team AND user_id = :user"));
  return one(select.id(":workspace", workspace).id(":team", team).id(":user", user), read_member);
}

Result<void> SqlTeamStore::put_member(Transaction& tx, const TeamMember& member) {
  Statement put =
      TRY(at(tx).prepare("INSERT INTO team_member (workspace_id, team_id, user_id, may_edit, since) "
                         "VALUES (:workspace, :team, :user, :may_edit, :since) "
                         "ON CONFLICT (workspace_id, team_id, user_id) DO UPDATE SET may_edit = excluded.may_edit"));
  put.id(":workspace", member.workspace)
      .id(":team", member.team)
      .id(":user", member.user)
      .boolean(":may_edit", member.may_edit)
      .instant(":since", member.since);
  TRY(put.run());
  return {};
}

Result<void> SqlTeamStore::remove_member(Transaction& tx, WorkspaceId workspace, TeamId team, UserId user) {
  Statement remove = TRY(at(tx).prepare(
      "DELETE FROM team_member WHERE workspace_id = :workspace AND team_id = :team AND user_id = :user"));
  return exactly_one(remove.id(":workspace", workspace).id(":team", team).id(":user", user), "member of this team");
}

}  // namespace connlog::storage
