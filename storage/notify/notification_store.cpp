// Recipients and the outbox, in SQL.
#include "storage/notify/stores.h"

#include <algorithm>
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
      .integer(":version", recipient.version);
}

#define CONNLOG_RECIPIENT_COLUMNS                                                                                   \
  "id, workspace_id, name, kind, fields, shown, target, receives_by_default, enabled, created_at, last_tested_at, " \
  "last_test_answer, version, consent, consent_at, consent_asked_at, consent_asks"

// In the order in which read_notification reads them.
#define CONNLOG_NOTIFICATION_COLUMNS                                                                                     \
  "id, workspace_id, incident_id, recipient_id, kind, channel, shown, target, message_id, state, attempts, created_at, " \
  "next_attempt_at, lease_until, sent_at, last_error"

Notification read_notification(Row& row) {
  Notification notification;
  notification.id = row.id<NotificationId>();
  notification.workspace = row.id<WorkspaceId>();
  notification.incident = row.id_or_nil<IncidentId>();
  notification.recipient = row.id<RecipientId>();
  notification.kind = row.word(kNotificationKind);
  notification.channel = row.text();
  notification.shown = row.text();
  notification.target = row.text();
  notification.message_id = row.text();
  notification.state = row.word(kNotificationState);
  notification.attempts = static_cast<int>(row.integer());
  notification.created_at = row.instant();
  notification.next_attempt_at = row.instant();
  notification.lease_until = row.instant();
  notification.sent_at = row.instant();
  notification.last_error = row.text();
  return notification;
}

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

void bind_progress(Statement& statement, const Notification& notification) {
  statement.id(":id", notification.id)
      .id(":workspace", notification.workspace)
      .text(":shown", notification.shown)
      .text(":target", notification.target)
      .text(":state", to_text(notification.state))
      .integer(":attempts", notification.attempts)
      .instant(":next_attempt_at", notification.next_attempt_at)
      .instant(":lease_until", notification.lease_until)
      .instant(":sent_at", notification.sent_at)
      .text(":last_error", notification.last_error);
}

}  // namespace

// ------------------------------------------------------------------- recipients

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
      "last_tested_at, last_test_answer, version, consent, consent_at, consent_asked_at, consent_asks) VALUES (:id, :workspace, :name, "
      ":kind, :fields, :shown, :target, :receives_by_default, :enabled, :created_at, :last_tested_at, :last_test_answer, :version, "
      ":consent, :consent_at, :consent_asked_at, :consent_asks)"));
  bind_recipient(insert, recipient);
  TRY(insert.instant(":created_at", recipient.created_at).run());
  return put_secrets(at(tx), recipient);
}

Result<void> SqlRecipientStore::update(Transaction& tx, const Recipient& recipient) {
  Statement update = TRY(at(tx).prepare(
      "UPDATE recipient SET name = :name, kind = :kind, fields = :fields, shown = :shown, target = :target, "
      "receives_by_default = :receives_by_default, enabled = :enabled, last_tested_at = :last_tested_at, "
      "last_test_answer = :last_test_answer, version = :version, consent = :consent, consent_at = :consent_at, "
      "consent_asked_at = :consent_asked_at, consent_asks = :consent_asks WHERE workspace_id = :workspace AND id = :id"));
  bind_recipient(update, recipient);
  TRY(exactly_one(update, "recipient"));
  TRY(forget_secrets(at(tx), recipient.workspace, recipient.id));
  return put_secrets(at(tx), recipient);
}

Result<void> SqlRecipientStore::remove(Transaction& tx, WorkspaceId workspace, RecipientId id) {
  TRY(forget_secrets(at(tx), workspace, id));
  Statement remove = TRY(at(tx).prepare("DELETE FROM recipient WHERE workspace_id = :workspace AND id = :id"));
  return exactly_one(remove.id(":workspace", workspace).id(":id", id), "recipient");
}

// ----------------------------------------------------------------------- outbox

Result<void> SqlOutboxStore::insert(Transaction& tx, const Notification& notification) {
  Statement insert = TRY(at(tx).prepare(
      "INSERT INTO notification (id, workspace_id, incident_id, recipient_id, kind, channel, shown, target, message_id, state, attempts, "
      "created_at, next_attempt_at, lease_until, sent_at, last_error) VALUES (:id, :workspace, :incident, :recipient, :kind, :channel, "
      ":shown, :target, :message_id, :state, :attempts, :created_at, :next_attempt_at, :lease_until, :sent_at, :last_error)"));
  bind_progress(insert, notification);
  insert.id_or_null(":incident", notification.incident)
      .id(":recipient", notification.recipient)
      .text(":kind", to_text(notification.kind))
      .text(":channel", notification.channel)
      .text(":message_id", notification.message_id)
      .instant(":created_at", notification.created_at);
  TRY(insert.run());
  return {};
}

// All workspaces: there is one outbox. Rows of an unknown kind wait for the version that knows it.
Result<std::vector<Notification>> SqlOutboxStore::lease(Transaction& tx, Instant now, Instant lease_until, int limit) {
  Statement update = TRY(at(tx).prepare(
      "UPDATE notification SET state = 'leased', lease_until = :lease_until, attempts = attempts + 1 WHERE id IN ("
      "SELECT id FROM notification WHERE ((state = 'queued' AND (next_attempt_at <= :now OR next_attempt_at > :never)) "
      "OR (state = 'leased' AND (lease_until <= :now OR lease_until > :never))) "
      "AND instr(:kinds, ',' || kind || ',') > 0 "
      "ORDER BY created_at, id LIMIT :limit) RETURNING " CONNLOG_NOTIFICATION_COLUMNS));
  update.instant(":now", now).instant(":never", now + kWaitMost);
  update.instant(":lease_until", lease_until).integer(":limit", limit);
  update.text(":kinds", between_commas(words_of<Notification::Kind>()));
  std::vector<Notification> leased = TRY(all(update, read_notification));
  // RETURNING promises no order, so the rows are sorted here.
  std::sort(leased.begin(), leased.end(), [](const Notification& a, const Notification& b) {
    return a.created_at != b.created_at ? a.created_at < b.created_at : a.id < b.id;
  });
  return leased;
}

Result<void> SqlOutboxStore::update(Transaction& tx, const Notification& notification) {
  Statement update = TRY(at(tx).prepare(
      "UPDATE notification SET shown = :shown, target = :target, state = :state, attempts = :attempts, next_attempt_at = :next_attempt_at, "
      "lease_until = :lease_until, sent_at = :sent_at, last_error = :last_error WHERE workspace_id = :workspace AND id = :id"));
  bind_progress(update, notification);
  return exactly_one(update, "notification");
}

// All workspaces: there is one outbox.
Result<Instant> SqlOutboxStore::next_due(Snapshot& snapshot) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT COALESCE(MIN(due), 0) FROM (SELECT MIN(next_attempt_at) AS due FROM notification WHERE state = 'queued' "
      "AND instr(:kinds, ',' || kind || ',') > 0 UNION ALL SELECT MIN(lease_until) AS due FROM notification "
      "WHERE state = 'leased' AND instr(:kinds, ',' || kind || ',') > 0) AS waiting"));
  const bool counted = TRY(select.text(":kinds", between_commas(words_of<Notification::Kind>())).step());
  if (!counted) return damaged_row();
  return Row(select).instant();
}

Result<std::vector<Notification>> SqlOutboxStore::of_incident(Snapshot& snapshot, WorkspaceId workspace,
                                                              IncidentId incident) const {
  Statement select = TRY(at(snapshot).prepare("SELECT " CONNLOG_NOTIFICATION_COLUMNS
                                              " FROM notification WHERE workspace_id = :workspace "
                                              "AND incident_id = :incident ORDER BY created_at, id"));
  return all(select.id(":workspace", workspace).id(":incident", incident), read_notification);
}

Result<std::vector<Notification>> SqlOutboxStore::list(Snapshot& snapshot, WorkspaceId workspace,
                                                       std::optional<Notification::State> state, int limit,
                                                       UserId seen_by) const {
  // For a person with limited sight (`seen_by`): notifications about agents of their teams, and tests, which have no
  // incident.
#define CONNLOG_IN_SIGHT                                                                                                  \
  "AND (:seen_by IS NULL OR incident_id IS NULL OR EXISTS (SELECT 1 FROM incident i JOIN agent_team a "                   \
  "ON a.workspace_id = i.workspace_id AND a.agent_id = i.agent_id JOIN team_member m ON m.workspace_id = a.workspace_id " \
  "AND m.team_id = a.team_id AND m.user_id = :seen_by WHERE i.workspace_id = :workspace AND i.id = "                      \
  "notification.incident_id)) "
  if (!state) {
    Statement select = TRY(at(snapshot).prepare("SELECT " CONNLOG_NOTIFICATION_COLUMNS
                                                " FROM notification WHERE workspace_id = :workspace " CONNLOG_IN_SIGHT
                                                "ORDER BY id DESC LIMIT :limit"));
    return all(select.id(":workspace", workspace).integer(":limit", limit).id_or_null(":seen_by", seen_by),
               read_notification);
  }
  Statement select = TRY(at(snapshot).prepare("SELECT " CONNLOG_NOTIFICATION_COLUMNS
                                              " FROM notification WHERE workspace_id = :workspace "
                                              "AND state = :state " CONNLOG_IN_SIGHT "ORDER BY id DESC LIMIT :limit"));
  select.id(":workspace", workspace).text(":state", to_text(*state)).integer(":limit", limit);
  return all(select.id_or_null(":seen_by", seen_by), read_notification);
}

// Also finds a message that is still to be sent, because the recovery is sent after it. Not one that was given up:
// nobody has that mail.
Result<std::optional<std::string>> SqlOutboxStore::opening_message_id(Snapshot& snapshot, WorkspaceId workspace,
                                                                      IncidentId incident,
                                                                      RecipientId recipient) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT message_id FROM notification WHERE workspace_id = :workspace AND incident_id = :incident AND recipient_id = :recipient "
      "AND kind = 'incident_opened' AND state <> 'failed' ORDER BY created_at, id LIMIT 1"));
  return one(select.id(":workspace", workspace).id(":incident", incident).id(":recipient", recipient),
             [](Row& row) { return row.text(); });
}

}  // namespace connlog::storage
