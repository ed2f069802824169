// How long things are kept in truth. A retention limit that is made shorter does not delete at once: for kRetentionGrace
// the longer time still holds, and the change can be undone. Everything that deletes by age asks this plan, not the
// limit. The plan is read from the database at start and kept in memory. Any thread may ask; what takes a Transaction
// runs inside the caller's.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/transaction.h"
#include "core/people/limits.h"

namespace connlog {

inline constexpr std::chrono::hours kRetentionGrace{24};

// A shorter time that waits.
struct RetentionChange {
  std::string name;         // of the limit
  std::int64_t before = 0;  // what holds until then; 0: for ever
  Instant due_at;
  std::string by;
};

class RetentionChangeStore {
 public:
  virtual ~RetentionChangeStore() = default;
  virtual Result<std::vector<RetentionChange>> all(Snapshot&) const = 0;
  virtual Result<void> put(Transaction&, const RetentionChange&) = 0;  // in place of one of the same name
  virtual Result<void> remove(Transaction&, const std::string& name) = 0;
};

// The limits that say how long something is kept, in the order of the screen.
std::span<const Limit> retention_limits();
bool is_retention(Limit limit);
// Whether `a` days keep less than `b` days do; 0 is for ever.
constexpr bool keeps_less(std::int64_t a, std::int64_t b) {
  return a != 0 && (b == 0 || a < b);
}

class RetentionPlan {
 public:
  RetentionPlan(const Limits& limits, RetentionChangeStore& store, const Clock& clock)
      : limits_(limits), store_(store), clock_(clock) {}

  Result<void> load(Snapshot&);  // at start, before anybody asks

  // In force now: the longer time, while a shorter one waits. 0: for ever.
  std::int64_t days(Limit limit) const;
  // What is older than this may go. Not set: nothing may.
  Instant cutoff(Limit limit) const;
  std::optional<RetentionChange> waiting(Limit limit) const;
  // As it is stored, also inside the transaction that changes it.
  Result<std::vector<RetentionChange>> stored(Snapshot& snapshot) const { return store_.all(snapshot); }

  // In the transaction that stores the limit's new value: notes what must wait, or that nothing must any more.
  Result<void> change(Transaction&, Limit limit, std::int64_t wanted, const std::string& by);
  // Forgets the changes that are in force.
  Result<void> settle(Transaction&);

 private:
  bool is_due(const RetentionChange& change) const;

  const Limits& limits_;
  RetentionChangeStore& store_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::map<Limit, RetentionChange> waiting_;  // under mutex_
};

}  // namespace connlog
