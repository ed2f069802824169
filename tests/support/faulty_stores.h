// Stores that fail at the commit when the dice say so: the closure runs to its end and is rolled back, as on a full
// disk; a plain reading is refused. Around the real ones; `target` changes when a test reopens its database. Any
// thread.
#pragma once

#include <atomic>
#include <utility>

#include "core/base/random.h"
#include "core/base/transaction.h"
#include "core/watch/reading.h"

namespace connlog {

class Dice {
 public:
  explicit Dice(Random& random) : random_(random) {}
  std::atomic<int> failures_percent{0};
  std::atomic<int> failed{0};
  bool fails() {
    const int percent = failures_percent;
    if (percent == 0 || random_.below(100) >= static_cast<std::uint64_t>(percent)) return false;
    ++failed;
    return true;
  }
  static Error error() { return {ErrorCode::unavailable, "The database cannot be written.", {}, "injected", 1}; }

 private:
  Random& random_;
};

class FaultyStores final : public Stores {
 public:
  explicit FaultyStores(Dice& dice) : dice_(dice) {}
  Stores* target = nullptr;

  void submit(Urgency urgency, Work work, Completion done) override {
    target->submit(urgency, faulty(std::move(work)), std::move(done));
  }
  Result<void> write(const Work& work) override { return target->write(faulty(work)); }
  Result<void> read(ReadWork work) const override { return target->read(work); }

 private:
  Work faulty(Work work) {
    if (!dice_.fails()) return work;
    return [work = std::move(work)](Transaction& tx) -> Result<void> {
      TRY(work(tx));
      return Dice::error();
    };
  }
  Dice& dice_;
};

class FaultyReadings final : public ReadingStore {
 public:
  explicit FaultyReadings(Dice& dice) : dice_(dice) {}
  ReadingStore* target = nullptr;

  void submit(const Reading& reading, Stores::Completion done) override {
    if (dice_.fails()) return done(Dice::error());
    target->submit(reading, std::move(done));
  }
  Result<void> append(Transaction& tx, const Reading& reading) override { return target->append(tx, reading); }
  Result<std::vector<Reading>> range(Snapshot& snapshot, WorkspaceId workspace, SubjectId subject, Instant from,
                                     Instant to) const override {
    return target->range(snapshot, workspace, subject, from, to);
  }
  Result<ReadingPage> page(Snapshot& snapshot, WorkspaceId workspace, SubjectId subject, std::int64_t begin,
                           int limit) const override {
    return target->page(snapshot, workspace, subject, begin, limit);
  }
  Result<void> each_since(Snapshot& snapshot, Instant from,
                          const std::function<void(const Reading&)>& visit) const override {
    return target->each_since(snapshot, from, visit);
  }
  Result<std::vector<Reading>> newest_of_each(Snapshot& snapshot) const override {
    return target->newest_of_each(snapshot);
  }
  Result<std::int64_t> delete_before(Transaction& tx, Instant before, std::int64_t limit) override {
    return target->delete_before(tx, before, limit);
  }

 private:
  Dice& dice_;
};

}  // namespace connlog
