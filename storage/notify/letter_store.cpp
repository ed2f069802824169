// Letters, in SQL.
#include "storage/notify/stores.h"

#include <algorithm>

#include "storage/connection.h"
#include "storage/statement.h"

namespace connlog::storage {
namespace {

// In the order in which read_letter reads them.
#define CONNLOG_LETTER_COLUMNS                                                                              \
  "id, workspace_id, kind, to_name, to_address, subject, text, sealed_link, link_text, message_id, state, " \
  "attempts, created_at, useful_until, next_attempt_at, lease_until, sent_at, last_error"

PostedLetter read_letter(Row& row) {
  PostedLetter letter;
  letter.id = row.id<LetterId>();
  letter.workspace = row.id_or_nil<WorkspaceId>();
  letter.kind = row.text();
  letter.to_name = row.text();
  letter.to_address = row.text();
  letter.headline = row.text();
  letter.text = row.text();
  letter.sealed_link = row.text();
  letter.link_text = row.text();
  letter.message_id = row.text();
  letter.state = row.word(kLetterState);
  letter.attempts = static_cast<int>(row.integer());
  letter.created_at = row.instant();
  letter.useful_until = row.instant();
  letter.next_attempt_at = row.instant();
  letter.lease_until = row.instant();
  letter.sent_at = row.instant();
  letter.last_error = row.text();
  return letter;
}

void bind_progress(Statement& statement, const PostedLetter& letter) {
  statement.id(":id", letter.id)
      .text(":sealed_link", letter.sealed_link)
      .text(":state", to_text(letter.state))
      .integer(":attempts", letter.attempts)
      .instant(":next_attempt_at", letter.next_attempt_at)
      .instant(":lease_until", letter.lease_until)
      .instant(":sent_at", letter.sent_at)
      .text(":last_error", letter.last_error);
}

}  // namespace

Result<void> SqlLetterStore::insert(Transaction& tx, const PostedLetter& letter) {
  Statement insert = TRY(at(tx).prepare(
      "INSERT INTO letter (id, workspace_id, kind, to_name, to_address, subject, text, sealed_link, link_text, message_id, state, "
      "attempts, created_at, useful_until, next_attempt_at, lease_until, sent_at, last_error) VALUES (:id, :workspace, :kind, "
      ":to_name, :to_address, :subject, :text, :sealed_link, :link_text, :message_id, :state, :attempts, :created_at, "
      ":useful_until, :next_attempt_at, :lease_until, :sent_at, :last_error)"));
  bind_progress(insert, letter);
  insert.id_or_null(":workspace", letter.workspace)
      .text(":kind", letter.kind)
      .text(":to_name", letter.to_name)
      .text(":to_address", letter.to_address)
      .text(":subject", letter.headline)
      .text(":text", letter.text)
      .text(":link_text", letter.link_text)
      .text(":message_id", letter.message_id)
      .instant(":created_at", letter.created_at)
      .instant(":useful_until", letter.useful_until);
  TRY(insert.run());
  return {};
}

// All workspaces: the appliance sends all letters from one queue.
Result<std::vector<PostedLetter>> SqlLetterStore::lease(Transaction& tx, Instant now, Instant lease_until, int limit) {
  Statement update = TRY(at(tx).prepare(
      "UPDATE letter SET state = 'leased', lease_until = :lease_until, attempts = attempts + 1 WHERE id IN ("
      "SELECT id FROM letter WHERE (state = 'queued' AND (next_attempt_at <= :now OR next_attempt_at > :never)) "
      "OR (state = 'leased' AND (lease_until <= :now OR lease_until > :never)) "
      "ORDER BY created_at, id LIMIT :limit) RETURNING " CONNLOG_LETTER_COLUMNS));
  update.instant(":now", now).instant(":never", now + kWaitMost);
  update.instant(":lease_until", lease_until).integer(":limit", limit);
  std::vector<PostedLetter> leased = TRY(all(update, read_letter));
  // RETURNING promises no order, so the rows are sorted here.
  std::sort(leased.begin(), leased.end(), [](const PostedLetter& a, const PostedLetter& b) {
    return a.created_at != b.created_at ? a.created_at < b.created_at : a.id < b.id;
  });
  return leased;
}

// Found by its id alone: the queue belongs to no workspace. A link may be erased and never put back: the keys may have
// been rotated since the letter was leased, and then the row has it sealed anew.
Result<void> SqlLetterStore::update(Transaction& tx, const PostedLetter& letter) {
  Statement update = TRY(at(tx).prepare(
      "UPDATE letter SET sealed_link = CASE :sealed_link WHEN '' THEN '' ELSE sealed_link END, state = :state, "
      "attempts = :attempts, next_attempt_at = :next_attempt_at, "
      "lease_until = :lease_until, sent_at = :sent_at, last_error = :last_error WHERE id = :id"));
  bind_progress(update, letter);
  return exactly_one(update, "letter");
}

Result<Instant> SqlLetterStore::next_due(Snapshot& snapshot) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT COALESCE(MIN(due), 0) FROM (SELECT MIN(next_attempt_at) AS due FROM letter WHERE state = 'queued' "
      "UNION ALL SELECT MIN(lease_until) AS due FROM letter WHERE state = 'leased') AS waiting"));
  const bool counted = TRY(select.step());
  if (!counted) return damaged_row();
  return Row(select).instant();
}

Result<std::int64_t> SqlLetterStore::count_waiting(Snapshot& snapshot) const {
  Statement select = TRY(at(snapshot).prepare("SELECT COUNT(*) FROM letter WHERE state = 'queued'"));
  const bool counted = TRY(select.step());
  if (!counted) return damaged_row();
  return Row(select).integer();
}

Result<std::int64_t> SqlLetterStore::count_to_strangers(Snapshot& snapshot, WorkspaceId workspace,
                                                        Instant since) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT COUNT(*) FROM letter WHERE workspace_id = :workspace AND created_at > :since AND kind "
      "IN ('invitation', 'recipient_confirmation')"));
  const bool counted = TRY(select.id(":workspace", workspace).instant(":since", since).step());
  if (!counted) return damaged_row();
  return Row(select).integer();
}

Result<std::vector<PostedLetter>> SqlLetterStore::list(Snapshot& snapshot, int limit) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT " CONNLOG_LETTER_COLUMNS " FROM letter ORDER BY id DESC LIMIT :limit"));
  return all(select.integer(":limit", limit), read_letter);
}

// Letters to one mailbox, for its owner; from all workspaces.
Result<std::vector<PostedLetter>> SqlLetterStore::list_to(Snapshot& snapshot, const std::string& address,
                                                          int limit) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT " CONNLOG_LETTER_COLUMNS " FROM letter WHERE to_address = :address ORDER BY id DESC LIMIT :limit"));
  return all(select.text(":address", address).integer(":limit", limit), read_letter);
}

Result<std::optional<PostedLetter>> SqlLetterStore::find(Snapshot& snapshot, LetterId id) const {
  Statement select = TRY(at(snapshot).prepare("SELECT " CONNLOG_LETTER_COLUMNS " FROM letter WHERE id = :id"));
  return one(select.id(":id", id), read_letter);
}

Result<std::int64_t> SqlLetterStore::remove_before(Transaction& tx, Instant before, int limit) {
  Statement remove = TRY(at(tx).prepare(
      "DELETE FROM letter WHERE id IN (SELECT id FROM letter WHERE state IN ('sent', 'failed') AND created_at < :before "
      "ORDER BY created_at LIMIT :limit)"));
  return remove.instant(":before", before).integer(":limit", limit).run();
}

}  // namespace connlog::storage
