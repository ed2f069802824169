// A reading: the values of one observation of a subject, as the log stores them (values.h). Plain data and the interface
// of the log it is appended to.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/transaction.h"
#include "core/watch/observation.h"
#include "core/watch/values.h"

namespace connlog {

struct Reading {
  WorkspaceId workspace;
  SubjectId subject;
  Instant at;               // by the appliance's clock (agent-protocol §4.5)
  ObservationKey key = {};  // the source's; an agent's: wire/protocol.h
  Values values;
};

struct ReadingPage {
  std::vector<Reading> readings;  // newest first
  std::int64_t next = 0;          // where the next page begins; 0: this was the last
};

class ReadingStore {
 public:
  virtual ~ReadingStore() = default;
  // Appends a reading that changes nothing else; cheap, as it needs no closure and no savepoint. Returns at once.
  // `done` is called exactly once, on the writer thread: after the commit (success), or when it failed. The commit may
  // wait for other readings, up to the commit window. If the queue is full or closing, `done` gets `unavailable` at
  // once, on the caller's thread.
  virtual void submit(const Reading&, Stores::Completion done) = 0;
  // Appends a reading inside a transaction, together with what the reading causes.
  virtual Result<void> append(Transaction&, const Reading&) = 0;
  // Oldest first. [from, to).
  virtual Result<std::vector<Reading>> range(Snapshot&, WorkspaceId, SubjectId, Instant from, Instant to) const = 0;
  // At most `limit` readings of the subject, newest first. `begin`: 0 for the newest, or `next` of the page before. It
  // may be asked over another snapshot than the page before: readings that retention deleted in between are absent.
  virtual Result<ReadingPage> page(Snapshot&, WorkspaceId, SubjectId, std::int64_t begin, int limit) const = 0;
  // Every reading since `from`, of every workspace, oldest first. Start-up only: rebuilds the keys that sources remember.
  virtual Result<void> each_since(Snapshot&, Instant from, const std::function<void(const Reading&)>&) const = 0;
  // The newest reading of each subject, of every workspace: start-up only.
  virtual Result<std::vector<Reading>> newest_of_each(Snapshot&) const = 0;
  // Deletes at most `limit` rows older than `before`; returns how many.
  virtual Result<std::int64_t> delete_before(Transaction&, Instant before, std::int64_t limit) = 0;
};

}  // namespace connlog
