// Idempotency keys, in SQL.
#include "storage/people/stores.h"

#include "storage/connection.h"

namespace connlog::storage {
namespace {

IdempotencyRecord read_record(Row& row) {
  IdempotencyRecord record;
  record.workspace = row.id<WorkspaceId>();
  record.user = row.id<UserId>();
  record.key = row.text();
  record.request_digest = row.bytes<32>();
  record.status = static_cast<int>(row.integer());
  record.body = row.text();
  record.created_at = row.instant();
  return record;
}

}  // namespace

Result<std::optional<IdempotencyRecord>> SqlIdempotencyStore::find(Snapshot& snapshot, WorkspaceId workspace,
                                                                   UserId user, const std::string& key) const {
  Statement select = TRY(
      at(snapshot).prepare("SELECT workspace_id, user_id, key, request_digest, status, body, created_at "
                           "FROM idempotency_key WHERE workspace_id = :workspace AND user_id = :user AND key = :key"));
  return one(select.id(":workspace", workspace).id(":user", user).text(":key", key), read_record);
}

Result<void> SqlIdempotencyStore::insert(Transaction& tx, const IdempotencyRecord& record) {
  Statement insert = TRY(at(tx).prepare(
      "INSERT INTO idempotency_key (workspace_id, user_id, key, request_digest, status, body, created_at) "
      "VALUES (:workspace, :user, :key, :digest, :status, :body, :created_at)"));
  insert.id(":workspace", record.workspace)
      .id(":user", record.user)
      .text(":key", record.key)
      .blob(":digest", record.request_digest)
      .integer(":status", record.status)
      .text(":body", record.body)
      .instant(":created_at", record.created_at);
  TRY(insert.run());
  return {};
}

Result<std::int64_t> SqlIdempotencyStore::remove_before(Transaction& tx, Instant before, int limit) {
  Statement remove = TRY(at(tx).prepare(
      "DELETE FROM idempotency_key WHERE (workspace_id, user_id, key) IN (SELECT workspace_id, user_id, key FROM idempotency_key "
      "WHERE created_at < :before ORDER BY created_at LIMIT :limit)"));
  return remove.instant(":before", before).integer(":limit", limit).run();
}

}  // namespace connlog::storage
