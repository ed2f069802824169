// The log of readings, in SQL, beside what reading_log.h keeps in memory. Submitting and appending go through the
// writer; questions may come from any thread with a snapshot.
#include "storage/watch/stores.h"

#include <string>
#include <unordered_map>
#include <utility>

#include "core/base/log.h"
#include "storage/connection.h"

namespace connlog::storage {
namespace {

struct Owner {
  WorkspaceId workspace;
  SubjectId subject;
};
using Owners = std::unordered_map<std::int64_t, Owner>;

Result<Owners> read_owners(Connection& connection) {
  Owners owners;
  Statement subjects =
      TRY(connection.prepare("SELECT number, workspace_id, id FROM subject WHERE removed_at = 0"));
  while (true) {
    const bool has_row = TRY(subjects.step());
    if (!has_row) break;
    Row row(subjects);
    Owner& owner = owners[row.integer()];
    owner.workspace = row.id<WorkspaceId>();
    owner.subject = row.id<SubjectId>();
    if (row.damaged()) return damaged_row();
  }
  return owners;
}

// Reads `key, vals`. A row whose values are damaged counts as a reading without values, so that start, charts and export
// go on. The log names how many there were, once per question.
class ReadingRows {
 public:
  ReadingRows() = default;
  ReadingRows(const ReadingRows&) = delete;
  ReadingRows& operator=(const ReadingRows&) = delete;
  ~ReadingRows() {
    if (damaged_ > 0) log_warning("readings_damaged", {{"rows", std::to_string(damaged_)}, {"cause", cause_}});
  }

  void read(Row& row, Reading& reading) {
    row.bytes_up_to(reading.key);
    Result<Values> values = Values::decode(row.blob());
    if (values) {
      reading.values = std::move(*values);
    } else {
      ++damaged_;
      cause_ = values.error().cause;
    }
  }

 private:
  std::int64_t damaged_ = 0;
  std::string cause_;
};

// How far back newest_visible looks first. A snapshot older than the newest committed row nearly always has a row of
// the subject within this time; if not, the whole log is searched.
constexpr std::int64_t kLookBackMicros = 900'000'000;

// The newest row of the subject that this snapshot contains; 0: none. The head in memory may be newer than the snapshot.
Result<std::int64_t> newest_visible(Connection& connection, const ReadingLog::Head& head) {
  Statement there = TRY(connection.prepare("SELECT sequence FROM reading_log WHERE sequence = :sequence"));
  const bool newest_is_there = TRY(there.integer(":sequence", head.newest).step());
  if (newest_is_there) return head.newest;
  for (const std::int64_t floor : {head.newest - kLookBackMicros, std::int64_t{0}}) {
    Statement scan =
        TRY(connection.prepare("SELECT sequence FROM reading_log WHERE sequence >= :floor AND subject_number = :number "
                               "ORDER BY sequence DESC LIMIT 1"));
    const bool found = TRY(scan.integer(":floor", floor).integer(":number", head.number).step());
    if (found) return Row(scan).integer();
  }
  return std::int64_t{0};
}

// What was removed may still be in the memory of the log, but nobody reads it any more.
Result<bool> is_still_there(Connection& connection, WorkspaceId workspace, SubjectId subject) {
  Statement find = TRY(connection.prepare(
      "SELECT number FROM subject WHERE workspace_id = :workspace AND id = :id AND removed_at = 0"));
  return find.id(":workspace", workspace).id(":id", subject).step();
}

}  // namespace

void SqlReadingStore::submit(const Reading& reading, Stores::Completion done) {
  writer_.submit(reading, std::move(done));
}

Result<void> SqlReadingStore::append(Transaction& tx, const Reading& reading) {
  return log_.append(at(tx), reading);
}

// Follows the subject's own chain backwards from its newest row. It reads only rows of this subject, however many rows
// other subjects wrote in between.
Result<std::vector<Reading>> SqlReadingStore::range(Snapshot& snapshot, WorkspaceId workspace, SubjectId subject,
                                                    Instant from, Instant to) const {
  std::vector<Reading> readings;
  const std::optional<ReadingLog::Head> head = log_.head(workspace, subject);
  if (!head) return readings;
  const bool is_there = TRY(is_still_there(at(snapshot), workspace, subject));
  if (!is_there) return readings;
  const std::int64_t newest = TRY(newest_visible(at(snapshot), *head));
  Statement walk = TRY(at(snapshot).prepare(
      "WITH RECURSIVE chain AS ("
      "SELECT sequence, skew, subject_number, back, key, vals FROM reading_log "
      "WHERE sequence = :newest AND subject_number = :number "
      "UNION ALL "
      "SELECT l.sequence, l.skew, l.subject_number, l.back, l.key, l.vals "
      "FROM chain c JOIN reading_log l ON l.sequence = c.sequence - c.back AND l.subject_number = c.subject_number "
      "WHERE c.back > 0 AND c.sequence >= :from) "
      "SELECT sequence + skew, key, vals FROM chain WHERE sequence + skew >= :from AND sequence + skew < :to "
      "ORDER BY sequence"));
  walk.integer(":newest", newest).integer(":number", head->number).instant(":from", from).instant(":to", to);
  ReadingRows rows;
  return storage::all(walk, [&](Row& row) {
    Reading reading;
    reading.workspace = workspace;
    reading.subject = subject;
    reading.at = row.instant();
    rows.read(row, reading);
    return reading;
  });
}

// The same chain, a stretch of it. Rows come in the order in which they were followed.
Result<ReadingPage> SqlReadingStore::page(Snapshot& snapshot, WorkspaceId workspace, SubjectId subject,
                                          std::int64_t begin, int limit) const {
  ReadingPage page;
  const std::optional<ReadingLog::Head> head = log_.head(workspace, subject);
  if (!head) return page;
  const bool is_there = TRY(is_still_there(at(snapshot), workspace, subject));
  if (!is_there) return page;
  if (begin == 0) begin = TRY(newest_visible(at(snapshot), *head));
  Statement walk = TRY(at(snapshot).prepare(
      "WITH RECURSIVE chain AS ("
      "SELECT sequence, skew, subject_number, back, key, vals FROM reading_log "
      "WHERE sequence = :begin AND subject_number = :number "
      "UNION ALL "
      "SELECT l.sequence, l.skew, l.subject_number, l.back, l.key, l.vals "
      "FROM chain c JOIN reading_log l ON l.sequence = c.sequence - c.back AND l.subject_number = c.subject_number "
      "WHERE c.back > 0 LIMIT :limit) "
      "SELECT CASE WHEN back > 0 THEN sequence - back ELSE 0 END, sequence + skew, key, vals FROM chain"));
  walk.integer(":begin", begin).integer(":number", head->number).integer(":limit", limit);
  ReadingRows rows;
  page.readings = TRY(storage::all(walk, [&](Row& row) {
    Reading reading;
    reading.workspace = workspace;
    reading.subject = subject;
    page.next = row.integer();
    reading.at = row.instant();
    rows.read(row, reading);
    return reading;
  }));
  if (page.readings.size() < static_cast<std::size_t>(limit)) page.next = 0;
  return page;
}

// Start-up only: all workspaces. A row's sequence is never less than its time, so the bound on it misses no row.
Result<void> SqlReadingStore::each_since(Snapshot& snapshot, Instant from,
                                         const std::function<void(const Reading&)>& visit) const {
  const Owners owners = TRY(read_owners(at(snapshot)));
  Statement select = TRY(
      at(snapshot).prepare("SELECT subject_number, sequence + skew, key, vals "
                           "FROM reading_log WHERE sequence >= :from AND sequence + skew >= :from ORDER BY sequence"));
  select.instant(":from", from);
  ReadingRows rows;
  while (true) {
    const bool has_row = TRY(select.step());
    if (!has_row) break;
    Row row(select);
    const auto owner = owners.find(row.integer());
    if (owner == owners.end()) continue;
    Reading reading;
    reading.workspace = owner->second.workspace;
    reading.subject = owner->second.subject;
    reading.at = row.instant();
    rows.read(row, reading);
    if (row.damaged()) return damaged_row();
    visit(reading);
  }
  return {};
}

// Start-up only: all workspaces.
Result<std::vector<Reading>> SqlReadingStore::newest_of_each(Snapshot& snapshot) const {
  const Owners owners = TRY(read_owners(at(snapshot)));
  std::vector<Reading> readings;
  ReadingRows rows;
  for (const ReadingLog::Head& head : log_.heads()) {
    const auto owner = owners.find(head.number);
    if (owner == owners.end()) continue;
    Statement select =
        TRY(at(snapshot).prepare("SELECT sequence + skew, key, vals "
                                 "FROM reading_log WHERE sequence = :sequence AND subject_number = :number"));
    select.integer(":sequence", head.newest).integer(":number", head.number);
    std::optional<Reading> newest = TRY(one(select, [&](Row& row) {
      Reading reading;
      reading.workspace = owner->second.workspace;
      reading.subject = owner->second.subject;
      reading.at = row.instant();
      rows.read(row, reading);
      return reading;
    }));
    if (newest) readings.push_back(std::move(*newest));  // none: retention has deleted it
  }
  return readings;
}

// Looks at the first `limit` rows, which are the oldest, and deletes those that are older than `before`.
Result<std::int64_t> SqlReadingStore::delete_before(Transaction& tx, Instant before, std::int64_t limit) {
  Statement remove = TRY(at(tx).prepare(
      "DELETE FROM reading_log WHERE sequence IN (SELECT sequence FROM "
      "(SELECT sequence, skew FROM reading_log ORDER BY sequence LIMIT :limit) AS oldest WHERE sequence + skew < :before)"));
  return remove.integer(":limit", limit).instant(":before", before).run();
}

}  // namespace connlog::storage
