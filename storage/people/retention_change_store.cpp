// Shorter times of retention that wait, in SQL.
#include "storage/people/stores.h"

#include "storage/connection.h"
#include "storage/statement.h"

namespace connlog::storage {

Result<std::vector<RetentionChange>> SqlRetentionChangeStore::all(Snapshot& snapshot) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT name, before, due_at, changed_by FROM retention_change ORDER BY name"));
  return storage::all(select, [](Row& row) {
    RetentionChange change;
    change.name = row.text();
    change.before = row.integer();
    change.due_at = row.instant();
    change.by = row.text();
    return change;
  });
}

Result<void> SqlRetentionChangeStore::put(Transaction& tx, const RetentionChange& change) {
  Statement put = TRY(at(tx).prepare(
      "INSERT INTO retention_change (name, before, due_at, changed_by) VALUES (:name, :before, :due_at, :changed_by) "
      "ON CONFLICT (name) DO UPDATE SET before = excluded.before, due_at = excluded.due_at, "
      "changed_by = excluded.changed_by"));
  put.text(":name", change.name).integer(":before", change.before).text(":changed_by", change.by);
  TRY(put.instant(":due_at", change.due_at).run());
  return {};
}

// One that is not stored is no error.
Result<void> SqlRetentionChangeStore::remove(Transaction& tx, const std::string& name) {
  Statement remove = TRY(at(tx).prepare("DELETE FROM retention_change WHERE name = :name"));
  TRY(remove.text(":name", name).run());
  return {};
}

}  // namespace connlog::storage
