// Openings by appliance administrators, in SQL; see storage/access/stores.h.
#include "storage/access/stores.h"
#include "storage/connection.h"
#include "storage/statement.h"

namespace connlog::storage {
namespace {

#define CONNLOG_BREAK_GLASS_COLUMNS                                                                                 \
  "b.id, b.workspace_id, b.user_id, b.administrator, b.reason, b.opened_at, b.expires_at, b.ended_at, b.ended_by, " \
  "(SELECT COALESCE(SUM(r.reads), 0) FROM break_glass_read r WHERE r.workspace_id = b.workspace_id AND "            \
  "r.break_glass_id = b.id)"

BreakGlassGrant read_grant(Row& row) {
  BreakGlassGrant grant;
  grant.id = row.id<BreakGlassId>();
  grant.workspace = row.id<WorkspaceId>();
  grant.user = row.id<UserId>();
  grant.administrator = row.text();
  grant.reason = row.text();
  grant.opened_at = row.instant();
  grant.expires_at = row.instant();
  grant.ended_at = row.instant();
  grant.ended_by = row.text();
  grant.reads = row.integer();
  return grant;
}

}  // namespace

Result<void> SqlBreakGlassStore::insert(Transaction& tx, const BreakGlassGrant& grant) {
  Statement insert = TRY(at(tx).prepare(
      "INSERT INTO break_glass (id, workspace_id, user_id, administrator, reason, opened_at, expires_at, ended_at, ended_by) "
      "VALUES (:id, :workspace, :user, :administrator, :reason, :opened_at, :expires_at, :ended_at, :ended_by)"));
  insert.id(":id", grant.id)
      .id(":workspace", grant.workspace)
      .id(":user", grant.user)
      .text(":administrator", grant.administrator)
      .text(":reason", grant.reason)
      .instant(":opened_at", grant.opened_at)
      .instant(":expires_at", grant.expires_at)
      .instant(":ended_at", grant.ended_at)
      .text(":ended_by", grant.ended_by);
  TRY(insert.run());
  return {};
}

Result<void> SqlBreakGlassStore::end(Transaction& tx, WorkspaceId workspace, BreakGlassId id, Instant when,
                                     const std::string& by) {
  Statement update = TRY(at(tx).prepare(
      "UPDATE break_glass SET ended_at = :at, ended_by = :by WHERE workspace_id = :workspace AND id = :id AND ended_at = 0"));
  return exactly_one(update.id(":workspace", workspace).id(":id", id).instant(":at", when).text(":by", by), "opening");
}

Result<std::optional<BreakGlassGrant>> SqlBreakGlassStore::open_of(Snapshot& snapshot, WorkspaceId workspace,
                                                                   UserId user, Instant now) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT " CONNLOG_BREAK_GLASS_COLUMNS
      " FROM break_glass b WHERE b.user_id = :user AND b.workspace_id = :workspace AND b.ended_at = 0 AND "
      "b.expires_at > :now ORDER BY b.expires_at DESC LIMIT 1"));
  return one(select.id(":user", user).id(":workspace", workspace).instant(":now", now), read_grant);
}

// Not bound to one workspace: all that one administrator has open.
Result<std::vector<BreakGlassGrant>> SqlBreakGlassStore::open_of_user(Snapshot& snapshot, UserId user,
                                                                      Instant now) const {
  Statement select = TRY(at(snapshot).prepare("SELECT " CONNLOG_BREAK_GLASS_COLUMNS
                                              " FROM break_glass b WHERE b.user_id = :user AND b.ended_at = 0 AND "
                                              "b.expires_at > :now ORDER BY b.id"));
  return all(select.id(":user", user).instant(":now", now), read_grant);
}

Result<std::vector<BreakGlassGrant>> SqlBreakGlassStore::of_workspace(Snapshot& snapshot, WorkspaceId workspace,
                                                                      int limit) const {
  Statement select = TRY(at(snapshot).prepare("SELECT " CONNLOG_BREAK_GLASS_COLUMNS
                                              " FROM break_glass b WHERE b.workspace_id = :workspace "
                                              "ORDER BY b.opened_at DESC, b.id DESC LIMIT :limit"));
  return all(select.id(":workspace", workspace).integer(":limit", limit), read_grant);
}

Result<void> SqlBreakGlassStore::add_read(Transaction& tx, WorkspaceId workspace, BreakGlassId id,
                                          const std::string& operation, Instant when) {
  Statement put = TRY(at(tx).prepare(
      "INSERT INTO break_glass_read (workspace_id, break_glass_id, operation, reads, last_at) "
      "VALUES (:workspace, :id, :operation, 1, :at) ON CONFLICT (workspace_id, break_glass_id, operation) "
      "DO UPDATE SET reads = break_glass_read.reads + 1, last_at = excluded.last_at"));
  TRY(put.id(":workspace", workspace).id(":id", id).text(":operation", operation).instant(":at", when).run());
  return {};
}

Result<std::vector<BreakGlassRead>> SqlBreakGlassStore::reads_of(Snapshot& snapshot, WorkspaceId workspace,
                                                                 BreakGlassId id) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT operation, reads, last_at FROM break_glass_read WHERE workspace_id = :workspace AND break_glass_id = :id "
      "ORDER BY reads DESC, operation"));
  return all(select.id(":workspace", workspace).id(":id", id), [](Row& row) {
    BreakGlassRead read;
    read.operation = row.text();
    read.reads = row.integer();
    read.last_at = row.instant();
    return read;
  });
}

}  // namespace connlog::storage
