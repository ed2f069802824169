// Gathers what the database says for the production check (inspection.h) and adds it to what the process knows. Constant;
// any thread, with the snapshot that it is given.
#pragma once

#include "core/appliance/inspection.h"
#include "core/people/setting_store.h"

namespace connlog {

class InspectionService {
 public:
  struct Parts {
    const InspectionStore& store;
    const SettingStore& settings;
    const Limits& limits;
    const Clock& clock;
  };
  explicit InspectionService(const Parts& parts) : parts_(parts) {}

  Result<StoredFacts> stored(Snapshot&) const;
  Instant now() const { return parts_.clock.now(); }

 private:
  const Parts parts_;
};

}  // namespace connlog
