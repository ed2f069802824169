// The trails, in SQL: three chains of keyed digests over their rows, and the closed first log that they continue
// (docs/decisions/0005). The chains' key is derived from the keyring; checkpoints are signed with the anchor key.
// Appending and pruning belong to the writer thread; any thread may read. Writing is in audit_store.cpp, reading in
// trail_reader.cpp, verifying in trail_verify.cpp, retention in trail_retention.cpp.
#pragma once

#include <mutex>

#include "core/audit/audit.h"
#include "core/audit/trail.h"
#include "core/base/clock.h"
#include "storage/unknown_words.h"
#include "core/crypto/keyring.h"
#include "storage/connection.h"

namespace connlog::storage {

class SqlAuditLog final : public AuditLog, public TrailLog {
 public:
  // `heads`: the heads in the database when it was opened (load_trail_heads).
  SqlAuditLog(const Key& chain_key, const Key& anchor_key, const TrailHeads& heads, const Clock& clock)
      : key_(chain_key), anchor_key_(anchor_key), clock_(clock), heads_(heads) {}

  Result<void> append(Transaction&, const Actor&, const std::string& act, const std::string& object,
                      const std::string& details = {}) override;
  Result<void> append_security(Transaction&, const Actor&, WorkspaceId workspace, UserId about, const std::string& act,
                               const std::string& object, const std::string& details = {}) override;

  Result<TrailPage> page(Snapshot&, const TrailScope&, const TrailFilter&, const std::string& before,
                         int limit) const override;
  Result<std::vector<TrailEntry>> after(Snapshot&, Trail, std::int64_t sequence, int limit) const override;
  Result<TrailReport> verify(const Stores&, const std::vector<KnownHead>& outside) const override;
  Result<std::optional<ChainValue>> chain_at(Snapshot&, const std::string& trail, std::int64_t sequence) const override;
  TrailHeads heads() const override;
  Result<std::int64_t> prune(Transaction&, Trail, Instant before, std::int64_t limit) override;
  Result<std::int64_t> prune_first_log(Transaction&, Instant before, std::int64_t limit) override;
  Result<std::int64_t> forwarded(Snapshot&, Trail) const override;
  Result<void> set_forwarded(Transaction&, Trail, std::int64_t sequence) override;

 private:
  Result<void> add(Transaction& tx, TrailEntry entry);
  Result<void> sign_checkpoint(Transaction& tx, std::string_view trail, const TrailHead& last);

  Key key_;
  Key anchor_key_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  TrailHeads heads_;  // under mutex_
};

Result<TrailHeads> load_trail_heads(Connection& connection);

// In the order in which read_trail_entry and read_first_log_entry read them.
#define CONNLOG_TRAIL_COLUMNS \
  "trail, sequence, workspace_id, user_id, at, actor_kind, actor_id, actor_name, address, act, subject, details, chain"
#define CONNLOG_FIRST_LOG_COLUMNS \
  "sequence, id, workspace_id, at, actor_kind, actor_name, address, act, subject, details, chain"

inline constexpr WordColumn<Trail> kTrailEntryTrail{"trail_entry", "trail"};  // append-only by its own triggers

struct FirstLogEntry {
  TrailEntry entry;
  Uuid id;
};
TrailEntry read_trail_entry(Row& row);
FirstLogEntry read_first_log_entry(Row& row);

struct Checkpoint {
  TrailHead head;
  Instant at;
  ChainValue signature{};
};
// The newest checkpoint of a trail, or of the first log (`trail` is then "first").
Result<Checkpoint> newest_checkpoint(Connection& connection, std::string_view trail);
// The head of the last row, or of the newest checkpoint where there is no row.
Result<TrailHead> stored_head(Connection& connection, std::string_view trail);

}  // namespace connlog::storage
