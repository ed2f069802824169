// The appliance's settings, in SQL. Stateless: any thread, with the snapshot or transaction that it was given.
#pragma once

#include "core/people/setting_store.h"

namespace connlog::storage {

class SqlSettingStore final : public SettingStore {
 public:
  Result<std::optional<std::string>> get(Snapshot&, const std::string& key) const override;
  Result<void> put(Transaction&, const std::string& key, const std::string& value) override;
};

}  // namespace connlog::storage
