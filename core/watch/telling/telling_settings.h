// What a workspace decides about its messages. Plain data and the interface of its store.
#pragma once

#include <cstdint>

#include "core/base/id.h"
#include "core/base/transaction.h"

namespace connlog {

struct TellingSettings {
  WorkspaceId workspace;
  std::int64_t group_wait_seconds = 30;    // 0–300; 0 with group_every_seconds 0: every message goes alone
  std::int64_t group_every_seconds = 300;  // 0–3600
  std::int64_t host_quiet_minutes = 240;   // what hosts may ask for a day; 0: nothing
  bool maintenance_counts = false;         // in uptime
  std::int64_t acknowledge_hours = 8;      // 1–168: the standard end of an acknowledgement
  std::int64_t version = 1;
};

class TellingSettingStore {
 public:
  virtual ~TellingSettingStore() = default;
  virtual Result<TellingSettings> find(Snapshot&, WorkspaceId) const = 0;  // the standard where nothing is set
  virtual Result<void> put(Transaction&, const TellingSettings&) = 0;
};

}  // namespace connlog
