// Removed objects, in SQL. The rows of an object are kept as one JSON text: table → rows → column → value. Which tables a
// kind of object has, and which columns those have, stands in removed_store.cpp in constant SQL: nothing from a bundle
// becomes SQL. Stateless but for the log of readings; the writer thread, but for what takes a Snapshot.
#pragma once

#include <span>
#include <string_view>

#include "core/people/removed.h"
#include "storage/unknown_words.h"
#include "storage/watch/reading_log.h"

namespace connlog::storage {

inline constexpr WordColumn<RemovedKind> kRemovedKind{"removed", "kind"};

// A table whose rows are kept, with all columns that are; for the test that compares them with the schema.
struct KeptColumns {
  std::string_view table, columns;  // separated by ", "
};
std::span<const KeptColumns> kept_columns();

class SqlRemovedStore final : public RemovedStore {
 public:
  explicit SqlRemovedStore(ReadingLog& log) : log_(log) {}

  Result<void> take(Transaction&, const Removed&) override;
  Result<std::vector<Removed>> list(Snapshot&, WorkspaceId, RemovedId after, int limit) const override;
  Result<std::optional<Removed>> find(Snapshot&, WorkspaceId, RemovedId) const override;
  Result<std::vector<std::string>> put_back(Transaction&, const Removed&) override;
  Result<void> forget(Transaction&, const Removed&) override;
  Result<std::int64_t> forget_before(Transaction&, Instant before, std::int64_t limit) override;

 private:
  ReadingLog& log_;
};

}  // namespace connlog::storage
