// API keys, in SQL; see storage/access/stores.h.
#include <string_view>

#include "storage/access/stores.h"
#include "storage/connection.h"
#include "storage/lists.h"
#include "storage/statement.h"

namespace connlog::storage {
namespace {

constexpr char kBetween = ' ';  // neither action names nor address ranges have spaces

// The actions of a stored list. An action that this version does not know is left out and gives no right.
std::vector<Action> scopes_of(std::string_view text) {
  std::vector<Action> scopes;
  for (const std::string& word : split(text, kBetween)) {
    if (const auto scope = parse_word<Action>(word)) {
      scopes.push_back(*scope);
    } else {
      note_unknown_word("api_key", "scopes", word);
    }
  }
  return scopes;
}

#define CONNLOG_API_KEY_COLUMNS                                                                                  \
  "id, workspace_id, user_id, name, token_digest, token_hint, form, scopes, addresses, created_at, created_by, " \
  "expires_at, revoked_at, last_used_at, last_used_address"

ApiKey read_key(Row& row) {
  ApiKey key;
  key.id = row.id<ApiKeyId>();
  key.workspace = row.id_or_nil<WorkspaceId>();
  key.user = row.id_or_nil<UserId>();
  key.name = row.text();
  key.token_digest = row.bytes<32>();
  key.token_hint = row.text();
  key.form = row.word(kApiKeyForm);
  key.scopes = scopes_of(row.text());
  key.addresses = split(row.text(), kBetween);
  key.created_at = row.instant();
  key.created_by = row.text();
  key.expires_at = row.instant();
  key.revoked_at = row.instant();
  key.last_used_at = row.instant();
  key.last_used_address = row.text();
  return key;
}

}  // namespace

Result<std::optional<ApiKey>> SqlApiKeyStore::find_by_digest(Snapshot& snapshot, const TokenDigest& digest) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT " CONNLOG_API_KEY_COLUMNS " FROM api_key WHERE token_digest = :digest"));
  return one(select.blob(":digest", digest), read_key);
}

Result<std::vector<ApiKey>> SqlApiKeyStore::of_workspace(Snapshot& snapshot, WorkspaceId workspace) const {
  Statement select = TRY(at(snapshot).prepare("SELECT " CONNLOG_API_KEY_COLUMNS
                                              " FROM api_key WHERE workspace_id = :workspace ORDER BY id DESC"));
  return storage::all(select.id(":workspace", workspace), read_key);
}

Result<std::vector<ApiKey>> SqlApiKeyStore::of_user(Snapshot& snapshot, UserId user) const {
  Statement select = TRY(
      at(snapshot).prepare("SELECT " CONNLOG_API_KEY_COLUMNS " FROM api_key WHERE user_id = :user ORDER BY id DESC"));
  return storage::all(select.id(":user", user), read_key);
}

Result<void> SqlApiKeyStore::insert(Transaction& tx, const ApiKey& key) {
  Statement insert = TRY(at(tx).prepare(
      "INSERT INTO api_key (" CONNLOG_API_KEY_COLUMNS
      ") VALUES (:id, :workspace, :user, :name, :token_digest, :token_hint, :form, :scopes, :addresses, :created_at, "
      ":created_by, :expires_at, :revoked_at, :last_used_at, :last_used_address)"));
  std::vector<std::string> scopes;
  for (const Action scope : key.scopes) scopes.emplace_back(to_text(scope));
  insert.id(":id", key.id)
      .id_or_null(":workspace", key.workspace)
      .id_or_null(":user", key.user)
      .text(":name", key.name)
      .blob(":token_digest", key.token_digest)
      .text(":token_hint", key.token_hint)
      .text(":form", to_text(key.form))
      .text(":scopes", joined(scopes, kBetween))
      .text(":addresses", joined(key.addresses, kBetween))
      .instant(":created_at", key.created_at)
      .text(":created_by", key.created_by)
      .instant(":expires_at", key.expires_at)
      .instant(":revoked_at", key.revoked_at)
      .instant(":last_used_at", key.last_used_at)
      .text(":last_used_address", key.last_used_address);
  TRY(insert.run());
  return {};
}

Result<void> SqlApiKeyStore::touch(Transaction& tx, ApiKeyId id, Instant when, const std::string& address) {
  Statement update = TRY(at(tx).prepare(
      "UPDATE api_key SET last_used_at = :at, last_used_address = :address WHERE id = :id AND last_used_at < :at"));
  TRY(update.id(":id", id).instant(":at", when).text(":address", address).run());
  return {};
}

Result<bool> SqlApiKeyStore::revoke(Transaction& tx, WorkspaceId workspace, UserId user, ApiKeyId id, Instant when) {
  Statement update =
      TRY(at(tx).prepare("UPDATE api_key SET revoked_at = :at WHERE id = :id AND revoked_at = 0 "
                         "AND COALESCE(workspace_id, :none) = :workspace AND COALESCE(user_id, :none) = :user"));
  update.id(":id", id).id(":workspace", workspace).id(":user", user).id(":none", Uuid{}).instant(":at", when);
  const std::int64_t changed = TRY(update.run());
  return changed == 1;
}

Result<std::int64_t> SqlApiKeyStore::remove_revoked_before(Transaction& tx, Instant before, int limit) {
  Statement remove = TRY(at(tx).prepare(
      "DELETE FROM api_key WHERE id IN (SELECT id FROM api_key WHERE revoked_at <> 0 AND revoked_at < :before LIMIT :limit)"));
  return remove.instant(":before", before).integer(":limit", limit).run();
}

}  // namespace connlog::storage
