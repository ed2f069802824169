// A few read-only connections. Each question gets a snapshot of its own, which the writer never disturbs. A snapshot
// must end within a maximum age, because the write-ahead log cannot be reused while a snapshot reads it. Any thread may
// enter; one that finds no free connection waits, up to a limit.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/base/transaction.h"
#include "storage/connection.h"

namespace connlog::storage {

class Readers {
 public:
  static constexpr milliseconds kWaitMax{5'000};
  static constexpr seconds kSnapshotAgeMax{15};

  // `unlimited` is for start-up, which reads the log of readings before anybody writes.
  enum class Age { limited, unlimited };

  Readers(std::vector<std::unique_ptr<Connection>> connections, const Clock& clock);
  ~Readers();

  Result<void> read(Stores::ReadWork work, Age age = Age::limited) const;

 private:
  std::unique_ptr<Connection> take() const;
  void give_back(std::unique_ptr<Connection> connection) const;

  const Clock& clock_;
  mutable std::mutex mutex_;
  mutable std::condition_variable returned_;
  mutable std::vector<std::unique_ptr<Connection>> free_;  // under mutex_
};

}  // namespace connlog::storage
