// The people of a workspace in SQL: its settings, members, teams and invitations.
#include "storage/access/stores.h"

#include "core/base/value_or.h"
#include "storage/connection.h"
#include "storage/statement.h"

namespace connlog::storage {
namespace {

// Stored: never renamed.
constexpr Word<Role> kRoles[] = {{Role::owner, "owner"},
                                 {Role::admin, "admin"},
                                 {Role::operator_, "operator"},
                                 {Role::member, "member"},
                                 {Role::viewer, "viewer"}};
using DisabledBy = WorkspaceSetting::DisabledBy;
constexpr Word<DisabledBy> kDisabledBy[] = {
    {DisabledBy::nobody, ""}, {DisabledBy::owner, "owner"}, {DisabledBy::administrator, "administrator"}};

WorkspaceSetting read_setting(Row& row) {
  WorkspaceSetting setting;
  setting.workspace = row.id<WorkspaceId>();
  setting.team_scoped = row.boolean();
  setting.disabled_by = row.word(kDisabledBy);
  setting.deletion_requested_at = row.instant();
  setting.deletion_due_at = row.instant();
  setting.deletion_requested_by = row.text();
  return setting;
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
  member.role = row.word(kRoles);
  member.since = row.instant();
  member.last_login_at = row.instant();
  member.enabled = row.boolean();
  return member;
}

#define CONNLOG_INVITATION_COLUMNS                                                                         \
  "SELECT id, workspace_id, mail, mail_key, role, team_id, inviter_id, inviter_name, mailed, created_at, " \
  "sent_at, expires_at FROM invitation "

Invitation read_invitation(Row& row) {
  Invitation invitation;
  invitation.id = row.id<InvitationId>();
  invitation.workspace = row.id<WorkspaceId>();
  invitation.mail = row.text();
  invitation.mail_key = row.text();
  invitation.role = row.word(kRoles);
  invitation.team = row.id_or_nil<TeamId>();
  invitation.inviter = row.id<UserId>();
  invitation.inviter_name = row.text();
  invitation.mailed = row.boolean();
  invitation.created_at = row.instant();
  invitation.sent_at = row.instant();
  invitation.expires_at = row.instant();
  return invitation;
}

void bind_changing(Statement& statement, const Invitation& invitation) {
  statement.id(":id", invitation.id)
      .id(":workspace", invitation.workspace)
      .text(":role", text_of(kRoles, invitation.role))
      .id_or_null(":team", invitation.team)
      .id(":inviter", invitation.inviter)
      .text(":inviter_name", invitation.inviter_name)
      .boolean(":mailed", invitation.mailed)
      .instant(":sent_at", invitation.sent_at)
      .instant(":expires_at", invitation.expires_at);
}

}  // namespace

// --------------------------------------------------------------------- settings

Result<WorkspaceSetting> SqlWorkspaceSettingStore::get(Snapshot& snapshot, WorkspaceId workspace) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT workspace_id, team_scoped, disabled_by, deletion_requested_at, deletion_due_at, deletion_requested_by "
      "FROM workspace_setting WHERE workspace_id = :workspace"));
  WorkspaceSetting defaults;
  defaults.workspace = workspace;
  return value_or(one(select.id(":workspace", workspace), read_setting), defaults);
}

Result<void> SqlWorkspaceSettingStore::put(Transaction& tx, const WorkspaceSetting& setting) {
  Statement put = TRY(at(tx).prepare(
      "INSERT INTO workspace_setting (workspace_id, team_scoped, disabled_by, deletion_requested_at, deletion_due_at, "
      "deletion_requested_by) VALUES (:workspace, :team_scoped, :disabled_by, :requested_at, :due_at, :requested_by) "
      "ON CONFLICT (workspace_id) DO UPDATE SET team_scoped = excluded.team_scoped, disabled_by = excluded.disabled_by, "
      "deletion_requested_at = excluded.deletion_requested_at, deletion_due_at = excluded.deletion_due_at, "
      "deletion_requested_by = excluded.deletion_requested_by"));
  put.id(":workspace", setting.workspace)
      .boolean(":team_scoped", setting.team_scoped)
      .text(":disabled_by", text_of(kDisabledBy, setting.disabled_by))
      .instant(":requested_at", setting.deletion_requested_at)
      .instant(":due_at", setting.deletion_due_at)
      .text(":requested_by", setting.deletion_requested_by);
  TRY(put.run());
  return {};
}

// For maintenance: all workspaces.
Result<std::vector<WorkspaceId>> SqlWorkspaceSettingStore::due_for_deletion(Snapshot& snapshot, Instant now,
                                                                            int limit) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT workspace_id FROM workspace_setting WHERE deletion_due_at <> 0 AND deletion_due_at <= :now "
      "ORDER BY deletion_due_at, workspace_id LIMIT :limit"));
  return all(select.instant(":now", now).integer(":limit", limit), [](Row& row) { return row.id<WorkspaceId>(); });
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
  return exactly_one(update.id(":workspace", workspace).id(":user", user).text(":role", text_of(kRoles, role)),
                     "member");
}

Result<void> SqlMemberStore::remove(Transaction& tx, WorkspaceId workspace, UserId user) {
  Statement remove = TRY(at(tx).prepare("DELETE FROM membership WHERE workspace_id = :workspace AND user_id = :user"));
  return exactly_one(remove.id(":workspace", workspace).id(":user", user), "member");
}

// ------------------------------------------------------------------ invitations

Result<std::vector<Invitation>> SqlInvitationStore::list(Snapshot& snapshot, WorkspaceId workspace) const {
  Statement select = TRY(
      at(snapshot).prepare(CONNLOG_INVITATION_COLUMNS "WHERE workspace_id = :workspace ORDER BY created_at DESC, id"));
  return all(select.id(":workspace", workspace), read_invitation);
}

Result<std::optional<Invitation>> SqlInvitationStore::find(Snapshot& snapshot, WorkspaceId workspace,
                                                           InvitationId id) const {
  Statement select =
      TRY(at(snapshot).prepare(CONNLOG_INVITATION_COLUMNS "WHERE workspace_id = :workspace AND id = :id"));
  return one(select.id(":workspace", workspace).id(":id", id), read_invitation);
}

Result<std::optional<Invitation>> SqlInvitationStore::find_by_mail(Snapshot& snapshot, WorkspaceId workspace,
                                                                   const std::string& mail_key) const {
  Statement select =
      TRY(at(snapshot).prepare(CONNLOG_INVITATION_COLUMNS "WHERE workspace_id = :workspace AND mail_key = :mail_key"));
  return one(select.id(":workspace", workspace).text(":mail_key", mail_key), read_invitation);
}

Result<void> SqlInvitationStore::insert(Transaction& tx, const Invitation& invitation) {
  Statement insert = TRY(at(tx).prepare(
      "INSERT INTO invitation (id, workspace_id, mail, mail_key, role, team_id, inviter_id, inviter_name, mailed, "
      "created_at, sent_at, expires_at) VALUES (:id, :workspace, :mail, :mail_key, :role, :team, :inviter, "
      ":inviter_name, :mailed, :created_at, :sent_at, :expires_at)"));
  bind_changing(insert, invitation);
  insert.text(":mail", invitation.mail)
      .text(":mail_key", invitation.mail_key)
      .instant(":created_at", invitation.created_at);
  TRY(insert.run());
  return {};
}

Result<void> SqlInvitationStore::update(Transaction& tx, const Invitation& invitation) {
  Statement update = TRY(at(tx).prepare(
      "UPDATE invitation SET role = :role, team_id = :team, inviter_id = :inviter, inviter_name = :inviter_name, "
      "mailed = :mailed, sent_at = :sent_at, expires_at = :expires_at "
      "WHERE workspace_id = :workspace AND id = :id"));
  bind_changing(update, invitation);
  return exactly_one(update, "invitation");
}

Result<void> SqlInvitationStore::remove(Transaction& tx, WorkspaceId workspace, InvitationId id) {
  Statement remove = TRY(at(tx).prepare("DELETE FROM invitation WHERE workspace_id = :workspace AND id = :id"));
  return exactly_one(remove.id(":workspace", workspace).id(":id", id), "invitation");
}

// For maintenance: all workspaces.
Result<void> SqlInvitationStore::remove_expired(Transaction& tx, Instant before) {
  Statement remove = TRY(at(tx).prepare("DELETE FROM invitation WHERE expires_at <= :before"));
  TRY(remove.instant(":before", before).run());
  return {};
}

}  // namespace connlog::storage
