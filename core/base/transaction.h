// The seam between the product and its database. Core never sees SQL: it holds a Snapshot (read) or a Transaction (read
// and write) and hands it to the stores, which know what is inside. Declared here so that core depends on no database.
#pragma once

#include <functional>

#include "core/base/function_ref.h"
#include "core/base/result.h"

namespace connlog {

// The database's part of a Snapshot: storage/ derives its own type from this. Only the stores use it.
class SnapshotInside {
 protected:
  SnapshotInside() = default;
  ~SnapshotInside() = default;
};

// A consistent view of the database. Valid inside the closure that received it, on that thread only.
class Snapshot {
 public:
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  SnapshotInside* inside() const { return inside_; }  // for the stores alone

 protected:
  Snapshot() = default;
  explicit Snapshot(SnapshotInside* inside) : inside_(inside) {}
  ~Snapshot() = default;

 private:
  SnapshotInside* inside_ = nullptr;
};

// A unit of work on the writer thread. If the closure returns an error, all of it is rolled back.
class Transaction : public Snapshot {
 public:
  // Runs once the surrounding group is durable, on the writer thread, in order of registration. It must be quick and
  // must not throw: it is for memory (directories, heads, live events), never for I/O. Not called on rollback.
  virtual void after_commit(std::function<void()> effect) = 0;

 protected:
  Transaction() = default;
  explicit Transaction(SnapshotInside* inside) : Snapshot(inside) {}
  ~Transaction() = default;
};

// When the group that a closure joins must reach the disk.
enum class Urgency {
  at_once,   // what a person does, and what opens or resolves an incident
  may_wait,  // readings: may wait for others to join, up to the commit window
};

// The way into the database for all code that is not a store. Implemented by storage/.
class Stores {
 public:
  virtual ~Stores() = default;

  using Work = std::function<Result<void>(Transaction&)>;
  // Called exactly once, on the writer thread, after the commit (success) or after the rollback (the error). Quick.
  using Completion = std::function<void(Result<void>)>;
  // Submits and returns. The closure may be run again (when another one in its group failed at the commit), so it must
  // have no effect but on the transaction and on what it captured and overwrites. When the writer's queue is full or
  // the database is closing, `done` is called at once with `unavailable`, on the caller's thread.
  virtual void submit(Urgency urgency, Work work, Completion done) = 0;

  // Waits for the commit. For the command line, start-up and the background workers; never on a request worker.
  virtual Result<void> write(const Work& work) = 0;

  using ReadWork = FunctionRef<Result<void>(Snapshot&)>;
  // Runs on the caller's thread over a read-only connection with a snapshot of its own.
  virtual Result<void> read(ReadWork work) const = 0;
};

}  // namespace connlog
