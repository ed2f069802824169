#include "storage/notify/ack_link_store.h"

#include "storage/connection.h"
#include "storage/statement.h"

namespace connlog::storage {
namespace {

AckLinkState read_link(Row& row) {
  AckLinkState link;
  link.workspace = row.id<WorkspaceId>();
  link.notification = row.id<NotificationId>();
  link.opened_at = row.instant();
  link.used_at = row.instant();
  link.ended_at = row.instant();
  link.ended_reason = row.text();
  return link;
}

}  // namespace

Result<std::optional<AckLinkState>> SqlAckLinkStore::find(Snapshot& snapshot, WorkspaceId workspace,
                                                          NotificationId notification) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT workspace_id, notification_id, opened_at, used_at, ended_at, ended_reason FROM ack_link "
      "WHERE workspace_id = :workspace AND notification_id = :notification"));
  return one(select.id(":workspace", workspace).id(":notification", notification), read_link);
}

Result<void> SqlAckLinkStore::put(Transaction& tx, const AckLinkState& link) {
  Statement put = TRY(at(tx).prepare(
      "INSERT INTO ack_link (workspace_id, notification_id, opened_at, used_at, ended_at, ended_reason) "
      "VALUES (:workspace, :notification, :opened_at, :used_at, :ended_at, :ended_reason) "
      "ON CONFLICT (workspace_id, notification_id) DO UPDATE SET opened_at = excluded.opened_at, "
      "used_at = excluded.used_at, ended_at = excluded.ended_at, ended_reason = excluded.ended_reason"));
  put.id(":workspace", link.workspace)
      .id(":notification", link.notification)
      .instant(":opened_at", link.opened_at)
      .instant(":used_at", link.used_at)
      .instant(":ended_at", link.ended_at)
      .text(":ended_reason", link.ended_reason);
  TRY(put.run());
  return {};
}

}  // namespace connlog::storage
