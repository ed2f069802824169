// Enrolment keys, and the agents enrolled with them, in SQL.
#include "storage/agents/stores.h"

#include <string_view>

#include "storage/connection.h"
#include "storage/lists.h"
#include "storage/statement.h"

namespace connlog::storage {
namespace {

constexpr char kBetween = '\n';  // neither ranges nor tags hold a line break

#define CONNLOG_ENROLMENT_KEY_COLUMNS                                                                        \
  "id, workspace_id, name, token_digest, token_hint, addresses, tags, team_id, uses_max, uses, created_at, " \
  "created_by, expires_at, revoked_at, last_used_at, last_used_address"

EnrolmentKey read_key(Row& row) {
  EnrolmentKey key;
  key.id = row.id<EnrolmentKeyId>();
  key.workspace = row.id<WorkspaceId>();
  key.name = row.text();
  key.token_digest = row.bytes<32>();
  key.token_hint = row.text();
  key.addresses = split(row.text(), kBetween);
  key.tags = split(row.text(), kBetween);
  key.team = row.id_or_nil<TeamId>();
  key.uses_max = row.integer();
  key.uses = row.integer();
  key.created_at = row.instant();
  key.created_by = row.text();
  key.expires_at = row.instant();
  key.revoked_at = row.instant();
  key.last_used_at = row.instant();
  key.last_used_address = row.text();
  return key;
}

}  // namespace

Result<std::optional<EnrolmentKey>> SqlEnrolmentStore::find_by_digest(Snapshot& snapshot,
                                                                      const TokenDigest& digest) const {
  Statement select = TRY(
      at(snapshot).prepare("SELECT " CONNLOG_ENROLMENT_KEY_COLUMNS " FROM enrolment_key WHERE token_digest = :digest"));
  return one(select.blob(":digest", digest), read_key);
}

Result<std::vector<EnrolmentKey>> SqlEnrolmentStore::of_workspace(Snapshot& snapshot, WorkspaceId workspace) const {
  Statement select = TRY(at(snapshot).prepare("SELECT " CONNLOG_ENROLMENT_KEY_COLUMNS
                                              " FROM enrolment_key WHERE workspace_id = :workspace ORDER BY id DESC"));
  return storage::all(select.id(":workspace", workspace), read_key);
}

Result<void> SqlEnrolmentStore::insert(Transaction& tx, const EnrolmentKey& key) {
  Statement insert = TRY(at(tx).prepare(
      "INSERT INTO enrolment_key (" CONNLOG_ENROLMENT_KEY_COLUMNS
      ") VALUES (:id, :workspace, :name, :token_digest, :token_hint, :addresses, :tags, :team, :uses_max, :uses, "
      ":created_at, :created_by, :expires_at, :revoked_at, :last_used_at, :last_used_address)"));
  insert.id(":id", key.id)
      .id(":workspace", key.workspace)
      .text(":name", key.name)
      .blob(":token_digest", key.token_digest)
      .text(":token_hint", key.token_hint)
      .text(":addresses", joined(key.addresses, kBetween))
      .text(":tags", joined(key.tags, kBetween))
      .id_or_null(":team", key.team)
      .integer(":uses_max", key.uses_max)
      .integer(":uses", key.uses)
      .instant(":created_at", key.created_at)
      .text(":created_by", key.created_by)
      .instant(":expires_at", key.expires_at)
      .instant(":revoked_at", key.revoked_at)
      .instant(":last_used_at", key.last_used_at)
      .text(":last_used_address", key.last_used_address);
  TRY(insert.run());
  return {};
}

Result<void> SqlEnrolmentStore::update(Transaction& tx, const EnrolmentKey& key) {
  Statement update = TRY(
      at(tx).prepare("UPDATE enrolment_key SET uses = :uses, revoked_at = :revoked_at, last_used_at = :last_used_at, "
                     "last_used_address = :last_used_address WHERE workspace_id = :workspace AND id = :id"));
  update.id(":workspace", key.workspace)
      .id(":id", key.id)
      .integer(":uses", key.uses)
      .instant(":revoked_at", key.revoked_at)
      .instant(":last_used_at", key.last_used_at)
      .text(":last_used_address", key.last_used_address);
  const std::int64_t changed = TRY(update.run());
  if (changed == 0) return Error{ErrorCode::not_found, "There is no such enrolment key."};
  return {};
}

Result<std::optional<Enrolment>> SqlEnrolmentStore::find(Snapshot& snapshot, WorkspaceId workspace, EnrolmentKeyId key,
                                                         const TokenDigest& request) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT workspace_id, key_id, request_digest, agent_id, at, address FROM enrolment "
                               "WHERE workspace_id = :workspace AND key_id = :key AND request_digest = :request"));
  select.id(":workspace", workspace).id(":key", key).blob(":request", request);
  return one(select, [](Row& row) {
    Enrolment enrolment;
    enrolment.workspace = row.id<WorkspaceId>();
    enrolment.key = row.id<EnrolmentKeyId>();
    enrolment.request_digest = row.bytes<32>();
    enrolment.agent = row.id<AgentId>();
    enrolment.at = row.instant();
    enrolment.address = row.text();
    return enrolment;
  });
}

Result<void> SqlEnrolmentStore::insert(Transaction& tx, const Enrolment& enrolment) {
  Statement insert =
      TRY(at(tx).prepare("INSERT INTO enrolment (workspace_id, key_id, request_digest, agent_id, at, address) VALUES "
                         "(:workspace, :key, :request, :agent, :at, :address)"));
  insert.id(":workspace", enrolment.workspace)
      .id(":key", enrolment.key)
      .blob(":request", enrolment.request_digest)
      .id(":agent", enrolment.agent)
      .instant(":at", enrolment.at)
      .text(":address", enrolment.address);
  TRY(insert.run());
  return {};
}

Result<std::vector<EnrolledAgent>> SqlEnrolmentStore::agents(Snapshot& snapshot, WorkspaceId workspace,
                                                             int limit) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT e.key_id, e.agent_id, s.name, e.at, e.address FROM enrolment e "
      "JOIN subject s ON s.workspace_id = e.workspace_id AND s.id = e.agent_id "
      "WHERE e.workspace_id = :workspace AND s.removed_at = 0 ORDER BY e.at DESC, e.agent_id DESC LIMIT :limit"));
  select.id(":workspace", workspace).integer(":limit", limit);
  return storage::all(select, [](Row& row) {
    EnrolledAgent enrolled;
    enrolled.key = row.id<EnrolmentKeyId>();
    enrolled.agent = row.id<AgentId>();
    enrolled.name = row.text();
    enrolled.at = row.instant();
    enrolled.address = row.text();
    return enrolled;
  });
}

Result<std::int64_t> SqlEnrolmentStore::remove_revoked_before(Transaction& tx, Instant before, int limit) {
  Statement remove = TRY(
      at(tx).prepare("DELETE FROM enrolment_key WHERE id IN (SELECT id FROM enrolment_key WHERE revoked_at <> 0 AND "
                     "revoked_at < :before LIMIT :limit)"));
  return remove.instant(":before", before).integer(":limit", limit).run();
}

}  // namespace connlog::storage
