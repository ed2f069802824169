// What the production check asks of the database (core/appliance/inspection.h), in SQL. Across all workspaces, for the
// appliance's administrator alone: names and counts, no content. Stateless: any thread, with the snapshot that it was given.
#pragma once

#include "core/appliance/inspection.h"

namespace connlog::storage {

class SqlInspectionStore final : public InspectionStore {
 public:
  Result<StoredFacts> stored(Snapshot&, Instant now) const override;
};

}  // namespace connlog::storage
