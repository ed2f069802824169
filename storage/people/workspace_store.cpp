// Workspaces and their members, in SQL. No list has the appliance's own workspace.
#include "storage/people/stores.h"

#include "core/base/value_or.h"
#include "storage/connection.h"
#include "storage/people/own_workspace.h"
#include "storage/statement.h"

namespace connlog::storage {
namespace {

Workspace read_workspace(Row& row) {
  Workspace workspace;
  workspace.id = row.id<WorkspaceId>();
  workspace.slug = row.text();
  workspace.name = row.text();
  workspace.machine_policy = row.word(kWorkspaceMachinePolicy);
  workspace.enabled = row.boolean();
  workspace.created_at = row.instant();
  workspace.version = row.integer();
  return workspace;
}

Membership read_membership(Row& row) {
  Membership membership;
  membership.workspace = row.id<WorkspaceId>();
  membership.user = row.id<UserId>();
  membership.role = row.word(kMembershipRole);
  membership.since = row.instant();
  return membership;
}

#define CONNLOG_MEMBER_COLUMNS                                                                                       \
  "SELECT m.workspace_id, m.user_id, u.name, u.mail, m.role, m.since, u.last_login_at, u.enabled FROM membership m " \
  "JOIN app_user u ON u.id = m.user_id WHERE m.workspace_id = :workspace "

Member read_member(Row& row) {
  Member member;
  member.workspace = row.id<WorkspaceId>();
  member.user = row.id<UserId>();
  member.name = row.text();
  member.mail = row.text();
  member.role = row.word(kMembershipRole);
  member.since = row.instant();
  member.last_login_at = row.instant();
  member.enabled = row.boolean();
  return member;
}

void bind_workspace(Statement& statement, const Workspace& workspace) {
  statement.id(":id", workspace.id)
      .text(":slug", workspace.slug)
      .text(":name", workspace.name)
      .text(":machine_policy", to_text(workspace.machine_policy))
      .boolean(":enabled", workspace.enabled)
      .integer(":version", workspace.version);
}

}  // namespace

Result<std::optional<Workspace>> SqlWorkspaceStore::find(Snapshot& snapshot, WorkspaceId id) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT id, slug, name, machine_policy, enabled, created_at, version FROM workspace WHERE id = :id"));
  return one(select.id(":id", id), read_workspace);
}

Result<std::vector<Workspace>> SqlWorkspaceStore::of_user(Snapshot& snapshot, UserId user) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT w.id, w.slug, w.name, w.machine_policy, w.enabled, w.created_at, w.version "
      "FROM membership m JOIN workspace w ON w.id = m.workspace_id WHERE m.user_id = :user ORDER BY w.name, w.id"));
  return storage::all(select.id(":user", user), read_workspace);
}

// Not bound to one workspace: all of one person's.
Result<std::vector<Workspace>> SqlWorkspaceStore::owned_alone(Snapshot& snapshot, UserId user) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT w.id, w.slug, w.name, w.machine_policy, w.enabled, w.created_at, w.version FROM membership mine "
      "JOIN workspace w ON w.id = mine.workspace_id WHERE mine.user_id = :user AND mine.role = 'owner' AND NOT EXISTS ("
      "SELECT 1 FROM membership other JOIN app_user u ON u.id = other.user_id WHERE other.workspace_id = mine.workspace_id "
      "AND other.role = 'owner' AND u.enabled = 1 AND other.user_id <> :user) ORDER BY w.name, w.id"));
  return storage::all(select.id(":user", user), read_workspace);
}

Result<std::vector<Workspace>> SqlWorkspaceStore::all(Snapshot& snapshot) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT id, slug, name, machine_policy, enabled, created_at, version FROM workspace WHERE id <> :own ORDER BY id"));
  return storage::all(select.id(":own", own_workspace()), read_workspace);
}

Result<void> SqlWorkspaceStore::insert(Transaction& tx, const Workspace& workspace) {
  Statement insert =
      TRY(at(tx).prepare("INSERT INTO workspace (id, slug, name, machine_policy, enabled, created_at, version) "
                         "VALUES (:id, :slug, :name, :machine_policy, :enabled, :created_at, :version)"));
  bind_workspace(insert, workspace);
  TRY(insert.instant(":created_at", workspace.created_at).run());
  return {};
}

Result<void> SqlWorkspaceStore::update(Transaction& tx, const Workspace& workspace) {
  Statement update =
      TRY(at(tx).prepare("UPDATE workspace SET slug = :slug, name = :name, machine_policy = :machine_policy, "
                         "enabled = :enabled, version = :version WHERE id = :id"));
  bind_workspace(update, workspace);
  return exactly_one(update, "workspace");
}

Result<std::optional<Membership>> SqlWorkspaceStore::membership(Snapshot& snapshot, WorkspaceId workspace,
                                                                UserId user) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT workspace_id, user_id, role, since FROM membership "
                               "WHERE workspace_id = :workspace AND user_id = :user"));
  return one(select.id(":workspace", workspace).id(":user", user), read_membership);
}

Result<void> SqlWorkspaceStore::put_membership(Transaction& tx, const Membership& membership) {
  Statement put = TRY(at(tx).prepare(
      "INSERT INTO membership (workspace_id, user_id, role, since) VALUES (:workspace, :user, :role, :since) "
      "ON CONFLICT (workspace_id, user_id) DO UPDATE SET role = excluded.role"));
  put.id(":workspace", membership.workspace).id(":user", membership.user).text(":role", to_text(membership.role));
  TRY(put.instant(":since", membership.since).run());
  return {};
}

// ---------------------------------------------------------------------- members

Result<std::vector<Member>> SqlMemberStore::list(Snapshot& snapshot, WorkspaceId workspace) const {
  Statement select = TRY(at(snapshot).prepare(CONNLOG_MEMBER_COLUMNS "ORDER BY u.name, u.id"));
  return all(select.id(":workspace", workspace), read_member);
}

Result<std::optional<Member>> SqlMemberStore::find(Snapshot& snapshot, WorkspaceId workspace, UserId user) const {
  Statement select = TRY(at(snapshot).prepare(CONNLOG_MEMBER_COLUMNS "AND m.user_id = :user"));
  return one(select.id(":workspace", workspace).id(":user", user), read_member);
}

Result<std::int64_t> SqlMemberStore::owners(Snapshot& snapshot, WorkspaceId workspace) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT COUNT(*) FROM membership m JOIN app_user u ON u.id = m.user_id "
                               "WHERE m.workspace_id = :workspace AND m.role = 'owner' AND u.enabled = 1"));
  return value_or(one(select.id(":workspace", workspace), [](Row& row) { return row.integer(); }), 0);
}

Result<std::int64_t> SqlMemberStore::owned_by(Snapshot& snapshot, UserId user) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT COUNT(*) FROM membership WHERE user_id = :user AND role = 'owner'"));
  return value_or(one(select.id(":user", user), [](Row& row) { return row.integer(); }), 0);
}

Result<void> SqlMemberStore::set_role(Transaction& tx, WorkspaceId workspace, UserId user, Role role) {
  Statement update =
      TRY(at(tx).prepare("UPDATE membership SET role = :role WHERE workspace_id = :workspace AND user_id = :user"));
  return exactly_one(update.id(":workspace", workspace).id(":user", user).text(":role", to_text(role)), "member");
}

Result<void> SqlMemberStore::remove(Transaction& tx, WorkspaceId workspace, UserId user) {
  Statement remove = TRY(at(tx).prepare("DELETE FROM membership WHERE workspace_id = :workspace AND user_id = :user"));
  return exactly_one(remove.id(":workspace", workspace).id(":user", user), "member");
}

}  // namespace connlog::storage
