// A reading: what one heartbeat said. Values are integers in a fixed unit, as on the wire and on the disk; a value that
// the host did not send is kNone, never 0. Plain data and the interface of the log it is appended to.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/transaction.h"

namespace connlog {

struct Reading {
  static constexpr std::int64_t kNone = -1;

  WorkspaceId workspace;
  AgentId agent;
  Instant at;  // the server's receive time (agent-protocol §4.5)
  std::array<std::uint8_t, 17>
      request_id{};  // [0]: 0 none, 1 plain hex id, 2 "hb" + hex id, 3 digest of another text; then 16 bytes
  std::int64_t uptime_seconds = kNone;
  std::int64_t cpu_x100 = kNone;       // percent × 100
  std::int64_t cpu_peak_x100 = kNone;  // busiest core, percent × 100
  std::int64_t memory_used_mib = kNone, memory_total_mib = kNone;
  std::int64_t disk_used_mib = kNone, disk_total_mib = kNone;
  std::int64_t load_x100 = kNone;  // 1-minute load × 100
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
  virtual Result<std::vector<Reading>> range(Snapshot&, WorkspaceId, AgentId, Instant from, Instant to) const = 0;
  // Every reading since `from`, of every workspace, oldest first. Start-up only: rebuilds the request ids.
  virtual Result<void> each_since(Snapshot&, Instant from, const std::function<void(const Reading&)>&) const = 0;
  // The newest reading of each agent, of every workspace: start-up only.
  virtual Result<std::vector<Reading>> newest_of_each(Snapshot&) const = 0;
  // Deletes at most `limit` rows older than `before`; returns how many.
  virtual Result<std::int64_t> delete_before(Transaction&, Instant before, std::int64_t limit) = 0;
};

}  // namespace connlog
