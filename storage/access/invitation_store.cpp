// Invitations into workspaces, in SQL.
#include "storage/access/stores.h"

#include "storage/connection.h"
#include "storage/statement.h"

namespace connlog::storage {
namespace {

#define CONNLOG_INVITATION_COLUMNS                                                                         \
  "SELECT id, workspace_id, mail, mail_key, role, team_id, inviter_id, inviter_name, mailed, created_at, " \
  "sent_at, expires_at FROM invitation "

Invitation read_invitation(Row& row) {
  Invitation invitation;
  invitation.id = row.id<InvitationId>();
  invitation.workspace = row.id<WorkspaceId>();
  invitation.mail = row.text();
  invitation.mail_key = row.text();
  invitation.role = row.word(kInvitationRole);
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
      .text(":role", to_text(invitation.role))
      .id_or_null(":team", invitation.team)
      .id(":inviter", invitation.inviter)
      .text(":inviter_name", invitation.inviter_name)
      .boolean(":mailed", invitation.mailed)
      .instant(":sent_at", invitation.sent_at)
      .instant(":expires_at", invitation.expires_at);
}

}  // namespace

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
