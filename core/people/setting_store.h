// Settings of the appliance that are stored in the database: one row per key. The caller seals the secrets in a value.
// The interface of the store.
#pragma once

#include <optional>
#include <string>

#include "core/base/transaction.h"

namespace connlog {

class SettingStore {
 public:
  virtual ~SettingStore() = default;
  virtual Result<std::optional<std::string>> get(Snapshot&, const std::string& key) const = 0;
  virtual Result<void> put(Transaction&, const std::string& key, const std::string& value) = 0;
};

}  // namespace connlog
