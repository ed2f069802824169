// Verifying: computes every chain anew from its newest checkpoint on, and looks on the way for the heads that were kept
// outside. It works in slices, each with a snapshot of its own. That is sound because rows are only added at the end
// and, by retention, removed at the beginning: what was examined stays true.
#include <fmt/format.h>
#include <sodium.h>

#include "storage/audit/audit_store.h"
#include "storage/audit/trail_chain.h"

namespace connlog::storage {
namespace {

constexpr std::int64_t kSliceRows = 5'000;

bool same(const ChainValue& a, const ChainValue& b) {
  return sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string called(std::string_view trail) {
  if (trail == "first") return "the first log";
  if (trail == "workspace") return "the workspace trail";
  if (trail == "security") return "the security trail";
  return "the appliance trail";
}

class Verification {
 public:
  Verification(const Key& key, const Key& anchor_key, const std::vector<KnownHead>& outside)
      : key_(key), anchor_key_(anchor_key), outside_(outside), found_(outside.size(), false) {}

  Result<void> walk(const Stores& stores, std::string_view trail) {
    trail_ = trail;
    bool more = true;
    started_ = false;
    taken_ = false;
    while (more) {
      const Result<void> read = stores.read([&](Snapshot& snapshot) -> Result<void> {
        more = TRY(slice(at(snapshot)));
        return {};
      });
      TRY(read);
    }
    settle_heads();
    return {};
  }

  const TrailHead& last() const { return last_; }
  TrailReport report;

  void settle_unplaced_heads() {
    for (std::size_t i = 0; i < outside_.size(); ++i) {
      if (!outside_[i].trail.empty() || found_[i]) continue;
      note(TrailFinding::Kind::rewritten, {}, 0,
           fmt::format("No row carries {}: the rows up to it were cut off, or a trail was written anew.",
                       outside_[i].source));
    }
  }
  ChainValue beginning{};  // where the three trails begin: the first log's head

 private:
  void note(TrailFinding::Kind kind, std::string_view trail, std::int64_t sequence, std::string sentence) {
    if (report.findings.size() < TrailReport::kFindingsMax)
      report.findings.push_back({kind, std::string(trail), sequence, std::move(sentence)});
  }

  Result<void> begin_at_checkpoint(Connection& connection) {
    const Checkpoint checkpoint = TRY(newest_checkpoint(connection, trail_));
    if (started_ && checkpoint.head.sequence <= last_.sequence) return {};
    started_ = true;
    last_ = begun_ = checkpoint.head;
    if (checkpoint.head.sequence > 0) {
      if (taken_) report.taken.pop_back();  // retention went on meanwhile
      report.taken.push_back({std::string(trail_), checkpoint.head.sequence, checkpoint.at, {}});
      taken_ = true;
    }
    const bool good =
        checkpoint.head.sequence == 0
            ? same(checkpoint.head.chain, trail_ == "first" ? ChainValue{} : beginning)
            : same(checkpoint.signature, checkpoint_signature(anchor_key_, trail_, checkpoint.head.sequence,
                                                              checkpoint.head.chain, checkpoint.at));
    if (!good) {
      note(TrailFinding::Kind::checkpoint, trail_, checkpoint.head.sequence,
           checkpoint.head.sequence == 0
               ? fmt::format(
                     "The beginning of {} is not the first log's end: rows of the first log were changed or cut.",
                     called(trail_))
               : fmt::format("The checkpoint after row {} of {} is not signed by this appliance: older rows were "
                             "removed by somebody else, or the anchor key was replaced.",
                             checkpoint.head.sequence, called(trail_)));
    }
    look_at(checkpoint.head);
    return {};
  }

  // True: there may be more.
  Result<bool> slice(Connection& connection) {
    TRY(begin_at_checkpoint(connection));
    std::int64_t rows = 0;
    if (trail_ == "first") {
      Statement select = TRY(connection.prepare("SELECT " CONNLOG_FIRST_LOG_COLUMNS
                                                " FROM audit_entry WHERE sequence > :after ORDER BY sequence "
                                                "LIMIT :limit"));
      select.integer(":after", last_.sequence).integer(":limit", kSliceRows);
      while (true) {
        const bool has_row = TRY(select.step());
        if (!has_row) break;
        Row row(select);
        const FirstLogEntry found = read_first_log_entry(row);
        examine(found.entry, row.damaged(), chain_of_first_log(key_, last_.chain, found.entry, found.id));
        ++rows;
      }
    } else {
      Statement select = TRY(connection.prepare("SELECT " CONNLOG_TRAIL_COLUMNS
                                                " FROM trail_entry WHERE trail = :trail AND sequence > :after "
                                                "ORDER BY sequence LIMIT :limit"));
      select.text(":trail", trail_).integer(":after", last_.sequence).integer(":limit", kSliceRows);
      while (true) {
        const bool has_row = TRY(select.step());
        if (!has_row) break;
        Row row(select);
        const TrailEntry entry = read_trail_entry(row);
        examine(entry, row.damaged(), chain_of(key_, last_.chain, entry));
        ++rows;
      }
    }
    return rows == kSliceRows;
  }

  void examine(const TrailEntry& entry, bool damaged, const ChainValue& expected) {
    ++report.rows;
    if (taken_ && !report.taken.back().oldest_kept.is_set()) report.taken.back().oldest_kept = entry.at;
    if (entry.sequence != last_.sequence + 1) {
      note(TrailFinding::Kind::missing, trail_, last_.sequence + 1,
           fmt::format("Of {} {} missing: after row {} comes row {}.", called(trail_),
                       entry.sequence == last_.sequence + 2
                           ? fmt::format("row {} is", last_.sequence + 1)
                           : fmt::format("rows {} to {} are", last_.sequence + 1, entry.sequence - 1),
                       last_.sequence, entry.sequence));
    } else if (damaged || !same(entry.chain, expected)) {
      note(TrailFinding::Kind::changed, trail_, entry.sequence,
           fmt::format("Row {} of {} is not what was written there: it was changed, exchanged or moved.",
                       entry.sequence, called(trail_)));
    }
    last_ = {entry.sequence, entry.chain};  // as stored, so that one bad row does not make the later ones fail
    look_at(last_);
  }

  void look_at(const TrailHead& here) {
    for (std::size_t i = 0; i < outside_.size(); ++i) {
      const KnownHead& head = outside_[i];
      if (head.trail.empty()) {
        if (same(head.chain, here.chain)) found_[i] = true;
      } else if (head.trail == trail_ && head.sequence == here.sequence) {
        found_[i] = true;
        if (!same(head.chain, here.chain)) {
          note(TrailFinding::Kind::rewritten, trail_, here.sequence,
               fmt::format("Row {} of {} is not the one that {} names: the trail was written anew, by somebody who "
                           "holds the database's key.",
                           here.sequence, called(trail_), head.source));
        }
      }
    }
  }

  void settle_heads() {
    for (std::size_t i = 0; i < outside_.size(); ++i) {
      const KnownHead& head = outside_[i];
      if (head.trail != trail_ || found_[i]) continue;
      if (head.sequence < begun_.sequence) continue;  // retention deleted it; the checkpoint vouches for the rest
      note(TrailFinding::Kind::cut, trail_, last_.sequence,
           fmt::format("The end of {} was cut off: it ends at row {}, but {} names row {}.", called(trail_),
                       last_.sequence, head.source, head.sequence));
    }
  }

  const Key& key_;
  const Key& anchor_key_;
  const std::vector<KnownHead>& outside_;
  std::vector<bool> found_;
  std::string_view trail_;
  bool started_ = false;
  bool taken_ = false;  // report.taken.back() is of this trail
  TrailHead begun_, last_;
};

}  // namespace

Result<TrailReport> SqlAuditLog::verify(const Stores& stores, const std::vector<KnownHead>& outside) const {
  Verification run(key_, anchor_key_, outside);
  TRY(run.walk(stores, "first"));
  run.report.heads.first = run.last();
  run.beginning = run.last().chain;
  for (const Trail trail : kTrails) {
    TRY(run.walk(stores, to_text(trail)));
    run.report.heads.of(trail) = run.last();
  }
  run.settle_unplaced_heads();
  return std::move(run.report);
}

}  // namespace connlog::storage
