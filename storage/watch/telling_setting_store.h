// What a workspace decides about its messages, in SQL. Stateless: any thread, with the snapshot or transaction that it was given.
#pragma once

#include "core/watch/telling/telling_settings.h"

namespace connlog::storage {

class SqlTellingSettingStore final : public TellingSettingStore {
 public:
  Result<TellingSettings> find(Snapshot&, WorkspaceId) const override;
  Result<void> put(Transaction&, const TellingSettings&) override;
};

}  // namespace connlog::storage
