// The appliance's settings, in SQL.
#include "storage/people/stores.h"

#include "storage/connection.h"

namespace connlog::storage {

Result<std::optional<std::string>> SqlSettingStore::get(Snapshot& snapshot, const std::string& key) const {
  Statement select = TRY(at(snapshot).prepare("SELECT value FROM setting WHERE key = :key"));
  return one(select.text(":key", key), [](Row& row) { return row.text(); });
}

Result<void> SqlSettingStore::put(Transaction& tx, const std::string& key, const std::string& value) {
  Statement put =
      TRY(at(tx).prepare("INSERT INTO setting (key, value) VALUES (:key, :value) "
                         "ON CONFLICT (key) DO UPDATE SET value = excluded.value"));
  TRY(put.text(":key", key).text(":value", value).run());
  return {};
}

}  // namespace connlog::storage
