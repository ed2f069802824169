// Codes that were sent to recipients, and people's accounts at services of chats, in SQL.
#include "storage/connection.h"
#include "storage/notify/stores.h"
#include "storage/statement.h"

namespace connlog::storage {
namespace {

RecipientCode read_code(Row& row) {
  RecipientCode code;
  code.workspace = row.id<WorkspaceId>();
  code.recipient = row.id<RecipientId>();
  code.digest = row.bytes<32>();
  code.expires_at = row.instant();
  code.tries = row.integer();
  return code;
}

ChatAccount read_account(Row& row) {
  ChatAccount account;
  account.user = row.id<UserId>();
  account.service = row.text();
  account.account = row.text();
  account.name = row.text();
  account.linked_at = row.instant();
  account.last_used_at = row.instant();
  return account;
}

}  // namespace

Result<std::optional<RecipientCode>> SqlRecipientCodeStore::find(Snapshot& snapshot, WorkspaceId workspace,
                                                                 RecipientId recipient) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT workspace_id, recipient_id, digest, expires_at, tries FROM recipient_code WHERE workspace_id = :workspace "
      "AND recipient_id = :recipient"));
  return one(select.id(":workspace", workspace).id(":recipient", recipient), read_code);
}

Result<void> SqlRecipientCodeStore::put(Transaction& tx, const RecipientCode& code) {
  Statement insert = TRY(at(tx).prepare(
      "INSERT INTO recipient_code (workspace_id, recipient_id, digest, expires_at, tries) VALUES (:workspace, :recipient, "
      ":digest, :expires_at, :tries) ON CONFLICT (workspace_id, recipient_id) DO UPDATE SET digest = excluded.digest, "
      "expires_at = excluded.expires_at, tries = excluded.tries"));
  insert.id(":workspace", code.workspace).id(":recipient", code.recipient).blob(":digest", code.digest);
  TRY(insert.instant(":expires_at", code.expires_at).integer(":tries", code.tries).run());
  return {};
}

Result<void> SqlRecipientCodeStore::remove(Transaction& tx, WorkspaceId workspace, RecipientId recipient) {
  Statement remove = TRY(
      at(tx).prepare("DELETE FROM recipient_code WHERE workspace_id = :workspace AND recipient_id = :recipient"));
  TRY(remove.id(":workspace", workspace).id(":recipient", recipient).run());
  return {};
}

// A person's accounts belong to no workspace.
Result<std::vector<ChatAccount>> SqlChatAccountStore::of_user(Snapshot& snapshot, UserId user) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT user_id, service, account, name, linked_at, last_used_at FROM chat_account WHERE user_id = :user "
      "ORDER BY service"));
  return all(select.id(":user", user), read_account);
}

Result<std::optional<ChatAccount>> SqlChatAccountStore::find(Snapshot& snapshot, const std::string& service,
                                                             const std::string& account) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT user_id, service, account, name, linked_at, last_used_at FROM chat_account WHERE service = :service AND "
      "account = :account"));
  return one(select.text(":service", service).text(":account", account), read_account);
}

Result<void> SqlChatAccountStore::put(Transaction& tx, const ChatAccount& account) {
  Statement insert = TRY(at(tx).prepare(
      "INSERT INTO chat_account (user_id, service, account, name, linked_at, last_used_at) VALUES (:user, :service, "
      ":account, :name, :linked_at, :last_used_at) ON CONFLICT (user_id, service) DO UPDATE SET account = excluded.account, "
      "name = excluded.name, linked_at = excluded.linked_at, last_used_at = excluded.last_used_at"));
  insert.id(":user", account.user).text(":service", account.service).text(":account", account.account);
  insert.text(":name", account.name).instant(":linked_at", account.linked_at);
  TRY(insert.instant(":last_used_at", account.last_used_at).run());
  return {};
}

Result<void> SqlChatAccountStore::remove(Transaction& tx, UserId user, const std::string& service) {
  Statement remove = TRY(at(tx).prepare("DELETE FROM chat_account WHERE user_id = :user AND service = :service"));
  return exactly_one(remove.id(":user", user).text(":service", service), "chat account");
}

}  // namespace connlog::storage
