// What appending to the log of readings needs, kept in memory: each subject's number, the sequence of its newest row, and
// the last sequence of all. One reading is appended with one INSERT at the end of one table; the row points back to the
// same subject's row before it.
//
// The memory follows the transaction: what was noted since a mark is undone when the transaction is rolled back to it.
// Appending, marking and undoing belong to the writer thread; any thread may ask for the committed heads.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "core/watch/reading.h"
#include "storage/connection.h"

namespace connlog::storage {

class ReadingLog {
 public:
  // Heads are saved when this much time has passed in the log, or this many rows were appended, since the last save. It
  // is also about the most that a start must read again.
  static constexpr std::int64_t kHeadsEveryMicros = 600'000'000;
  static constexpr std::int64_t kHeadsEveryRows = 250'000;

  struct Head {
    std::int64_t number = 0;
    std::int64_t newest = 0;  // sequence of the newest reading; 0: none
  };

  Result<void> load(Connection& connection);  // at start, before the writer runs

  Result<void> append(Connection& connection, const Reading& reading);
  // A removed subject is here again, with its row in reading_head: its next reading leads back to those before.
  Result<void> bring_back(Connection& connection, WorkspaceId workspace, SubjectId subject);
  std::size_t mark() const { return undo_.size(); }
  void undo_to(std::size_t mark);
  Result<void> before_commit(Connection& connection);
  void committed();
  void rolled_back();
  Result<void> save_heads(Connection& connection);

  // The subject's newest row as of the last commit; nullopt: none.
  std::optional<Head> head(WorkspaceId workspace, SubjectId subject) const;
  std::vector<Head> heads() const;

 private:
  struct Entry {
    SubjectId subject;
    WorkspaceId workspace;
    std::int64_t number = 0;
    std::int64_t newest = 0;
    std::int64_t saved = 0;      // the sequence stored in reading_head
    std::int64_t committed = 0;  // under mutex_
  };
  struct Undo {
    Entry* entry;
    std::int64_t newest_before;
    bool was_inserted;
  };

  Result<Entry*> entry_of(Connection& connection, const Reading& reading);

  mutable std::mutex mutex_;
  std::unordered_map<SubjectId, Entry> entries_;  // changed by the writer under mutex_, read by others under mutex_
  std::vector<Undo> undo_;
  std::vector<Entry*> saving_;  // written to reading_head in this transaction
  std::int64_t last_sequence_ = 0;
  std::int64_t saved_upto_ = 0, saving_upto_ = 0;
  std::int64_t rows_since_saved_ = 0;
};

}  // namespace connlog::storage
