#include "storage/readers.h"

#include <exception>
#include <utility>

#include "core/base/log.h"
#include "storage/transaction.h"

namespace connlog::storage {

Readers::Readers(std::vector<std::unique_ptr<Connection>> connections, const Clock& clock)
    : clock_(clock), free_(std::move(connections)) {}

Readers::~Readers() = default;

std::unique_ptr<Connection> Readers::take() const {
  std::unique_lock lock(mutex_);
  if (!returned_.wait_for(lock, kWaitMax, [this] { return !free_.empty(); })) return nullptr;
  std::unique_ptr<Connection> connection = std::move(free_.back());
  free_.pop_back();
  return connection;
}

void Readers::give_back(std::unique_ptr<Connection> connection) const {
  {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(connection));
  }
  returned_.notify_one();
}

Result<void> Readers::read(Stores::ReadWork work, Age age) const {
  std::unique_ptr<Connection> connection = take();
  if (connection == nullptr) {
    return Error{ErrorCode::unavailable, "The server is busy reading. Try again.", {}, "no free reader", 5};
  }
  if (age == Age::limited) connection->set_deadline(&clock_, clock_.monotonic() + kSnapshotAgeMax);
  connection->forget_damage();
  Result<void> done = connection->execute("BEGIN");
  if (done) {
    try {
      ReadSnapshot snapshot(*connection);
      done = work(snapshot);
    } catch (const std::exception& trouble) {
      done = Error{ErrorCode::internal, "Something is wrong inside the server. See its log.", {}, trouble.what()};
    }
  }
  connection->set_deadline(nullptr, {});
  if (connection->in_transaction()) {
    const Result<void> ended = connection->execute("ROLLBACK");  // nothing was written
    if (!ended) log_error("reader.end_failed", {{"cause", ended.error().cause}});
  }
  give_back(std::move(connection));
  return done;
}

}  // namespace connlog::storage
