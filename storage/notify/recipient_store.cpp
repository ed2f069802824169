// Recipients, in SQL.
#include "storage/notify/stores.h"

#include <map>

#include "storage/connection.h"
#include "storage/statement.h"

namespace connlog::storage {
namespace {

// Stored: never renamed.
constexpr std::string_view kOwnerKind = "recipient";  // of rows of sealed_field

Recipient read_recipient(Row& row) {
  Recipient recipient;
  recipient.id = row.id<RecipientId>();
  recipient.workspace = row.id<WorkspaceId>();
  recipient.name = row.text();
  recipient.channel = row.text();
  recipient.fields = from_stored(row.text());
  recipient.shown = row.text();
  recipient.target = row.text();
  recipient.receives_by_default = row.boolean();
  recipient.enabled = row.boolean();
  recipient.created_at = row.instant();
  recipient.last_tested_at = row.instant();
  recipient.last_test_answer = row.text();
  recipient.version = row.integer();
  recipient.consent = row.word(kRecipientConsent);
  recipient.consent_at = row.instant();
  recipient.consent_asked_at = row.instant();
  recipient.consent_asks = row.integer();
  recipient.zone = row.text();
  recipient.quiet_from = static_cast<int>(row.integer());
  recipient.quiet_to = static_cast<int>(row.integer());
  recipient.digest_at = static_cast<int>(row.integer());
  recipient.weekly = row.boolean();
  return recipient;
}

void bind_recipient(Statement& statement, const Recipient& recipient) {
  statement.id(":id", recipient.id)
      .id(":workspace", recipient.workspace)
      .text(":name", recipient.name)
      .text(":kind", recipient.channel)
      .text(":fields", to_stored(recipient.fields))
      .text(":shown", recipient.shown)
      .text(":target", recipient.target)
      .boolean(":receives_by_default", recipient.receives_by_default)
      .boolean(":enabled", recipient.enabled)
      .instant(":last_tested_at", recipient.last_tested_at)
      .text(":last_test_answer", recipient.last_test_answer)
      .text(":consent", to_text(recipient.consent))
      .instant(":consent_at", recipient.consent_at)
      .instant(":consent_asked_at", recipient.consent_asked_at)
      .integer(":consent_asks", recipient.consent_asks)
      .text(":zone", recipient.zone)
      .integer(":quiet_from", recipient.quiet_from)
      .integer(":quiet_to", recipient.quiet_to)
      .integer(":digest_at", recipient.digest_at)
      .boolean(":weekly", recipient.weekly)
      .integer(":version", recipient.version);
}

#define CONNLOG_RECIPIENT_COLUMNS                                                                                   \
  "id, workspace_id, name, kind, fields, shown, target, receives_by_default, enabled, created_at, last_tested_at, " \
  "last_test_answer, version, consent, consent_at, consent_asked_at, consent_asks, zone, quiet_from, quiet_to, "    \
  "digest_at, weekly"

struct Owned {
  RecipientId owner;
  SealedField field;
};

Owned read_owned(Row& row) {
  Owned owned;
  owned.owner = row.id<RecipientId>();
  owned.field.field = row.text();
  owned.field.sealed = row.text();
  return owned;
}

Result<void> forget_secrets(Connection& connection, WorkspaceId workspace, RecipientId id) {
  Statement remove = TRY(connection.prepare(
      "DELETE FROM sealed_field WHERE workspace_id = :workspace AND owner_kind = :owner_kind AND owner = :owner"));
  TRY(remove.id(":workspace", workspace).text(":owner_kind", kOwnerKind).id(":owner", id).run());
  return {};
}

Result<void> put_secrets(Connection& connection, const Recipient& recipient) {
  for (const SealedField& sealed : recipient.sealed) {
    Statement insert = TRY(connection.prepare(
        "INSERT INTO sealed_field (owner_kind, owner, field, workspace_id, sealed) VALUES (:owner_kind, :owner, :field, "
        ":workspace, :sealed)"));
    insert.text(":owner_kind", kOwnerKind).id(":owner", recipient.id).text(":field", sealed.field);
    TRY(insert.id(":workspace", recipient.workspace).text(":sealed", sealed.sealed).run());
  }
  return {};
}

}  // namespace

Result<std::vector<Recipient>> SqlRecipientStore::list(Snapshot& snapshot, WorkspaceId workspace) const {
  Statement select = TRY(at(snapshot).prepare("SELECT " CONNLOG_RECIPIENT_COLUMNS
                                              " FROM recipient WHERE workspace_id = :workspace ORDER BY name, id"));
  std::vector<Recipient> recipients = TRY(all(select.id(":workspace", workspace), read_recipient));
  Statement secrets =
      TRY(at(snapshot).prepare("SELECT owner, field, sealed FROM sealed_field WHERE workspace_id = :workspace AND "
                               "owner_kind = :owner_kind ORDER BY owner, field"));
  const auto sealed = TRY(all(secrets.id(":workspace", workspace).text(":owner_kind", kOwnerKind), read_owned));
  std::map<RecipientId, Recipient*> by_id;
  for (Recipient& recipient : recipients) by_id[recipient.id] = &recipient;
  for (const Owned& owned : sealed) {
    if (const auto owner = by_id.find(owned.owner); owner != by_id.end()) owner->second->sealed.push_back(owned.field);
  }
  return recipients;
}

// Not bound to a workspace: the letters are written for all of them in one round.
Result<std::vector<Recipient>> SqlRecipientStore::weekly(Snapshot& snapshot) const {
  Statement select = TRY(at(snapshot).prepare("SELECT " CONNLOG_RECIPIENT_COLUMNS
                                              " FROM recipient WHERE weekly = 1 ORDER BY workspace_id, id"));
  return all(select, read_recipient);
}

// Not bound to a workspace: one thread sends for all of them. Of some recipients, so each asks for its secrets.
Result<std::vector<Recipient>> SqlRecipientStore::of_kind(Snapshot& snapshot, std::string_view kind) const {
  Statement select = TRY(at(snapshot).prepare("SELECT " CONNLOG_RECIPIENT_COLUMNS
                                              " FROM recipient WHERE kind = :kind ORDER BY workspace_id, id"));
  std::vector<Recipient> recipients = TRY(all(select.text(":kind", kind), read_recipient));
  for (Recipient& recipient : recipients) {
    Statement secrets =
        TRY(at(snapshot).prepare("SELECT owner, field, sealed FROM sealed_field WHERE workspace_id = :workspace AND "
                                 "owner_kind = :owner_kind AND owner = :owner ORDER BY field"));
    secrets.id(":workspace", recipient.workspace).text(":owner_kind", kOwnerKind).id(":owner", recipient.id);
    const auto sealed = TRY(all(secrets, read_owned));
    for (const Owned& owned : sealed) recipient.sealed.push_back(owned.field);
  }
  return recipients;
}

Result<std::optional<Recipient>> SqlRecipientStore::find(Snapshot& snapshot, WorkspaceId workspace,
                                                         RecipientId id) const {
  Statement select = TRY(at(snapshot).prepare("SELECT " CONNLOG_RECIPIENT_COLUMNS
                                              " FROM recipient WHERE workspace_id = :workspace AND id = :id"));
  auto recipient = TRY(one(select.id(":workspace", workspace).id(":id", id), read_recipient));
  if (!recipient) return recipient;
  Statement secrets =
      TRY(at(snapshot).prepare("SELECT owner, field, sealed FROM sealed_field WHERE workspace_id = :workspace AND "
                               "owner_kind = :owner_kind AND owner = :owner ORDER BY field"));
  secrets.id(":workspace", workspace).text(":owner_kind", kOwnerKind).id(":owner", id);
  const auto sealed = TRY(all(secrets, read_owned));
  for (const Owned& owned : sealed) recipient->sealed.push_back(owned.field);
  return recipient;
}

Result<void> SqlRecipientStore::insert(Transaction& tx, const Recipient& recipient) {
  Statement insert = TRY(at(tx).prepare(
      "INSERT INTO recipient (id, workspace_id, name, kind, fields, shown, target, receives_by_default, enabled, created_at, "
      "last_tested_at, last_test_answer, version, consent, consent_at, consent_asked_at, consent_asks, zone, quiet_from, quiet_to, "
      "digest_at, weekly) VALUES (:id, :workspace, :name, "
      ":kind, :fields, :shown, :target, :receives_by_default, :enabled, :created_at, :last_tested_at, :last_test_answer, :version, "
      ":consent, :consent_at, :consent_asked_at, :consent_asks, :zone, :quiet_from, :quiet_to, :digest_at, :weekly)"));
  bind_recipient(insert, recipient);
  TRY(insert.instant(":created_at", recipient.created_at).run());
  return put_secrets(at(tx), recipient);
}

Result<void> SqlRecipientStore::update(Transaction& tx, const Recipient& recipient) {
  Statement update = TRY(at(tx).prepare(
      "UPDATE recipient SET name = :name, kind = :kind, fields = :fields, shown = :shown, target = :target, "
      "receives_by_default = :receives_by_default, enabled = :enabled, last_tested_at = :last_tested_at, "
      "last_test_answer = :last_test_answer, version = :version, consent = :consent, consent_at = :consent_at, "
      "consent_asked_at = :consent_asked_at, consent_asks = :consent_asks, zone = :zone, quiet_from = :quiet_from, "
      "quiet_to = :quiet_to, digest_at = :digest_at, weekly = :weekly WHERE workspace_id = :workspace AND id = :id"));
  bind_recipient(update, recipient);
  TRY(exactly_one(update, "recipient"));
  TRY(forget_secrets(at(tx), recipient.workspace, recipient.id));
  return put_secrets(at(tx), recipient);
}

Result<void> SqlRecipientStore::remove(Transaction& tx, WorkspaceId workspace, RecipientId id) {
  TRY(forget_secrets(at(tx), workspace, id));
  return put_aside(tx, workspace, id);
}

Result<void> SqlRecipientStore::put_aside(Transaction& tx, WorkspaceId workspace, RecipientId id) {
  Statement remove = TRY(at(tx).prepare("DELETE FROM recipient WHERE workspace_id = :workspace AND id = :id"));
  return exactly_one(remove.id(":workspace", workspace).id(":id", id), "recipient");
}

}  // namespace connlog::storage
