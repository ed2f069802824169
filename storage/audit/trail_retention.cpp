// Retention: deletes the oldest rows of a trail and leaves a signed checkpoint in their place, from which verifying
// goes on. The database's triggers refuse every other deletion.
#include <sodium.h>

#include "storage/audit/audit_store.h"
#include "storage/audit/trail_chain.h"

namespace connlog::storage {
namespace {

bool same(const ChainValue& a, const ChainValue& b) {
  return sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

// Finds the last of the oldest rows that are all older than `before`. Rows are in order of their number, not of time. A
// row that a wrong clock dated too late holds back the rows after it, so that nothing goes too early.
//
// Our signature will vouch for the rows that go. So the last of them must be as it was written, and the row after it
// must follow from it. Otherwise somebody could date rows back by hand, and retention would remove them under our
// signature. A damaged row that really is old goes together with a later row that is whole.
class Oldest {
 public:
  Oldest(const TrailHead& checkpoint, Instant before) : seen_(checkpoint), before_(before) {}

  // `expected`: the chain value that the entry's content gives after seen(). False: the entry is too young; stop here.
  bool take(const TrailEntry& entry, const ChainValue& expected) {
    const bool good = entry.sequence == seen_.sequence + 1 && same(entry.chain, expected);
    settle(good);
    if (entry.at >= before_) return false;
    seen_ = {entry.sequence, entry.chain};
    waits_ = good;
    return true;
  }
  const TrailHead& seen() const { return seen_; }
  // The last row that may go. `all`: no row follows the last one that was taken.
  TrailHead last(bool all) {
    if (all) settle(true);
    return last_;
  }

 private:
  void settle(bool is_followed) {
    if (waits_ && is_followed) last_ = seen_;
    waits_ = false;
  }

  TrailHead seen_, last_;  // last_.sequence 0: none
  Instant before_;
  bool waits_ = false;  // seen_ may go if the row after it follows from it
};

}  // namespace

Result<void> SqlAuditLog::sign_checkpoint(Transaction& tx, std::string_view trail, const TrailHead& last) {
  const Instant now = clock_.believed();
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
  const Checkpoint checkpoint = TRY(newest_checkpoint(at(tx), to_text(trail)));
  TrailHead last;
  {
    Statement select = TRY(at(tx).prepare("SELECT " CONNLOG_TRAIL_COLUMNS
                                          " FROM trail_entry WHERE trail = :trail ORDER BY sequence LIMIT :limit"));
    select.text(":trail", to_text(trail)).integer(":limit", limit + 1);
    Oldest oldest(checkpoint.head, before);
    std::int64_t rows = 0;
    bool more = true;
    while (more) {
      const bool has_row = TRY(select.step());
      if (!has_row) break;
      Row row(select);
      const TrailEntry entry = read_trail_entry(row);
      if (row.damaged()) return damaged_row();
      more = oldest.take(entry, chain_of(key_, oldest.seen().chain, entry)) && ++rows <= limit;
    }
    last = oldest.last(more);
  }
  if (last.sequence == 0) return std::int64_t{0};
  TRY(sign_checkpoint(tx, to_text(trail), last));
  Statement remove = TRY(at(tx).prepare("DELETE FROM trail_entry WHERE trail = :trail AND sequence <= :sequence"));
  return remove.text(":trail", to_text(trail)).integer(":sequence", last.sequence).run();
}

Result<std::int64_t> SqlAuditLog::prune_first_log(Transaction& tx, Instant before, std::int64_t limit) {
  const Checkpoint checkpoint = TRY(newest_checkpoint(at(tx), "first"));
  TrailHead last;
  {
    Statement select =
        TRY(at(tx).prepare("SELECT " CONNLOG_FIRST_LOG_COLUMNS " FROM audit_entry ORDER BY sequence LIMIT :limit"));
    select.integer(":limit", limit + 1);
    Oldest oldest(checkpoint.head, before);
    std::int64_t rows = 0;
    bool more = true;
    while (more) {
      const bool has_row = TRY(select.step());
      if (!has_row) break;
      Row row(select);
      const FirstLogEntry found = read_first_log_entry(row);
      if (row.damaged()) return damaged_row();
      more = oldest.take(found.entry, chain_of_first_log(key_, oldest.seen().chain, found.entry, found.id)) &&
             ++rows <= limit;
    }
    last = oldest.last(more);
  }
  if (last.sequence == 0) return std::int64_t{0};
  TRY(sign_checkpoint(tx, "first", last));
  Statement remove = TRY(at(tx).prepare("DELETE FROM audit_entry WHERE sequence <= :sequence"));
  return remove.integer(":sequence", last.sequence).run();
}

}  // namespace connlog::storage
