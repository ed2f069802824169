// How much the tables use, in SQL: rows are counted, bytes estimated from a sample. For readers; stateless, any thread,
// with the snapshot that it was given.
#pragma once

#include "core/appliance/space.h"

namespace connlog::storage {

class SqlSpaceStore final : public SpaceStore {
 public:
  Result<PagesOfFile> pages(Snapshot&) const override;
  Result<TableSpace> table(Snapshot&, std::string_view table) const override;
  Result<TableSpace> readings(Snapshot&, Instant from, Instant upto) const override;
  Result<TableSpace> older_than(Snapshot&, Limit, Instant before) const override;
};

}  // namespace connlog::storage
