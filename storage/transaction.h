// The implementation of core's opaque Snapshot and Transaction: a connection inside an open SQLite transaction. Only
// the writer and the readers make them.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "core/base/transaction.h"
#include "storage/connection.h"

namespace connlog::storage {

class ReadSnapshot final : public Snapshot {
 public:
  explicit ReadSnapshot(Connection& connection) : Snapshot(&connection) {}
};

class WriteTransaction final : public Transaction {
 public:
  explicit WriteTransaction(Connection& connection) : Transaction(&connection) {}

  void after_commit(std::function<void()> effect) override { effects_.push_back(std::move(effect)); }
  std::vector<std::function<void()>> take_effects() { return std::exchange(effects_, {}); }

 private:
  std::vector<std::function<void()>> effects_;
};

}  // namespace connlog::storage
