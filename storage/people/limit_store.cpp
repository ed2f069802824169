// The limits that the administrator changed, in SQL.
#include "storage/people/stores.h"

#include "storage/connection.h"
#include "storage/statement.h"

namespace connlog::storage {

Result<std::vector<StoredLimit>> SqlLimitStore::all(Snapshot& snapshot) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT name, value, changed_at, changed_by FROM appliance_limit ORDER BY name"));
  return storage::all(select, [](Row& row) {
    StoredLimit limit;
    limit.name = row.text();
    limit.value = row.integer();
    limit.changed_at = row.instant();
    limit.changed_by = row.text();
    return limit;
  });
}

Result<void> SqlLimitStore::put(Transaction& tx, const StoredLimit& limit) {
  Statement put = TRY(at(tx).prepare(
      "INSERT INTO appliance_limit (name, value, changed_at, changed_by) VALUES (:name, :value, :changed_at, :changed_by) "
      "ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at, changed_by = excluded.changed_by"));
  put.text(":name", limit.name).integer(":value", limit.value).text(":changed_by", limit.changed_by);
  TRY(put.instant(":changed_at", limit.changed_at).run());
  return {};
}

// Removing a limit that is not stored is no error: it has its default already.
Result<void> SqlLimitStore::remove(Transaction& tx, const std::string& name) {
  Statement remove = TRY(at(tx).prepare("DELETE FROM appliance_limit WHERE name = :name"));
  TRY(remove.text(":name", name).run());
  return {};
}

}  // namespace connlog::storage
