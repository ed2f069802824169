// The log of readings, in SQL, beside what reading_log.h keeps in memory. Submitting and appending go through the writer;
// questions may come from any thread with a snapshot.
#pragma once

#include "core/watch/reading.h"
#include "storage/watch/reading_log.h"
#include "storage/writer.h"

namespace connlog::storage {

class SqlReadingStore final : public ReadingStore {
 public:
  SqlReadingStore(ReadingLog& log, Writer& writer) : log_(log), writer_(writer) {}

  void submit(const Reading&, Stores::Completion done) override;
  Result<void> append(Transaction&, const Reading&) override;
  Result<std::vector<Reading>> range(Snapshot&, WorkspaceId, AgentId, Instant from, Instant to) const override;
  Result<void> each_since(Snapshot&, Instant from, const std::function<void(const Reading&)>&) const override;
  Result<std::vector<Reading>> newest_of_each(Snapshot&) const override;
  Result<std::int64_t> delete_before(Transaction&, Instant before, std::int64_t limit) override;

 private:
  ReadingLog& log_;
  Writer& writer_;
};

}  // namespace connlog::storage
