// Retention: the oldest rows of a trail go, and a signed checkpoint stays in their place, from which verifying goes on. The
// triggers let nothing else be removed.
#include "storage/audit_store.h"
#include "storage/trail_chain.h"

namespace connlog::storage {
namespace {

// The last of the oldest rows that are all older than `before`. Rows are in order of number and not of time: one whose time
// a wrong clock put later holds back what follows it, so that nothing goes too early.
Result<TrailHead> last_to_go(Statement& oldest, Instant before) {
  TrailHead last;
  while (TRY(oldest.step())) {
    Row row(oldest);
    const std::int64_t sequence = row.integer();
    const Instant at = row.instant();
    const ChainValue chain = row.bytes<32>();
    if (row.damaged()) return damaged_row();
    if (at >= before) break;
    last = {sequence, chain};
  }
  return last;
}

}  // namespace

Result<void> SqlAuditLog::sign_checkpoint(Transaction& tx, std::string_view trail, const TrailHead& last) {
  const Instant now = clock_.now();
  Statement insert =
      TRY(at(tx).prepare("INSERT INTO trail_checkpoint (trail, sequence, chain, at, signature) "
                         "VALUES (:trail, :sequence, :chain, :at, :signature)"));
  insert.text(":trail", trail)
      .integer(":sequence", last.sequence)
      .blob(":chain", last.chain)
      .instant(":at", now)
      .blob(":signature", checkpoint_signature(anchor_key_, trail, last.sequence, last.chain, now));
  TRY(insert.run());
  return {};
}

Result<std::int64_t> SqlAuditLog::prune(Transaction& tx, Trail trail, Instant before, std::int64_t limit) {
  TrailHead last;
  {
    Statement oldest =
        TRY(at(tx).prepare("SELECT sequence, at, chain FROM trail_entry WHERE trail = :trail ORDER BY sequence "
                           "LIMIT :limit"));
    oldest.text(":trail", to_text(trail)).integer(":limit", limit);
    last = TRY(last_to_go(oldest, before));
  }
  if (last.sequence == 0) return std::int64_t{0};
  TRY(sign_checkpoint(tx, to_text(trail), last));
  Statement remove = TRY(at(tx).prepare("DELETE FROM trail_entry WHERE trail = :trail AND sequence <= :sequence"));
  return remove.text(":trail", to_text(trail)).integer(":sequence", last.sequence).run();
}

Result<std::int64_t> SqlAuditLog::prune_first_log(Transaction& tx, Instant before, std::int64_t limit) {
  TrailHead last;
  {
    Statement oldest =
        TRY(at(tx).prepare("SELECT sequence, at, chain FROM audit_entry ORDER BY sequence LIMIT :limit"));
    last = TRY(last_to_go(oldest.integer(":limit", limit), before));
  }
  if (last.sequence == 0) return std::int64_t{0};
  TRY(sign_checkpoint(tx, "first", last));
  Statement remove = TRY(at(tx).prepare("DELETE FROM audit_entry WHERE sequence <= :sequence"));
  return remove.integer(":sequence", last.sequence).run();
}

}  // namespace connlog::storage
