// What was told of attempts, so that the same is not told again too soon, in SQL.
#include "storage/identity/stores.h"

#include "storage/connection.h"
#include "storage/statement.h"

namespace connlog::storage {

Result<Instant> SqlAttemptNoticeStore::noticed_at(Snapshot& snapshot, const TokenDigest& subject) const {
  Statement select = TRY(at(snapshot).prepare("SELECT at FROM attempt_notice WHERE subject = :subject"));
  const auto found = TRY(one(select.blob(":subject", subject), [](Row& row) { return row.instant(); }));
  return found.value_or(Instant{});
}

Result<void> SqlAttemptNoticeStore::put(Transaction& tx, const TokenDigest& subject, Instant when) {
  Statement put =
      TRY(at(tx).prepare("INSERT INTO attempt_notice (subject, at) VALUES (:subject, :at) "
                         "ON CONFLICT (subject) DO UPDATE SET at = excluded.at"));
  TRY(put.blob(":subject", subject).instant(":at", when).run());
  return {};
}

Result<void> SqlAttemptNoticeStore::remove_before(Transaction& tx, Instant before, int limit) {
  Statement remove = TRY(at(tx).prepare(
      "DELETE FROM attempt_notice WHERE subject IN (SELECT subject FROM attempt_notice WHERE at < :before LIMIT :limit)"));
  TRY(remove.instant(":before", before).integer(":limit", limit).run());
  return {};
}

Result<std::vector<User>> SqlAttemptNoticeStore::administrators(Snapshot& snapshot) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT id, name, mail FROM app_user WHERE appliance_administrator = 1 AND enabled = 1 "
                               "ORDER BY id LIMIT 20"));
  return storage::all(select, [](Row& row) {
    User user;
    user.id = row.id<UserId>();
    user.name = row.text();
    user.mail = row.text();
    return user;
  });
}

}  // namespace connlog::storage
