#include "storage/appliance/space_store.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <optional>

#include "core/audit/trail.h"
#include "core/base/words.h"
#include "storage/connection.h"
#include "storage/statement.h"

namespace connlog::storage {
namespace {

constexpr int kSampleRows = 200;
constexpr std::int64_t kRowHead = 12;      // what SQLite adds to a row: lengths, its place in the page
constexpr std::int64_t kIndexEntry = 40;   // ids and a time, mostly
constexpr double kFilled = 1.2;            // pages are not full
constexpr int kSlices = 64;                // of the time in which readings are looked at
constexpr std::int64_t kSliceSample = 256; // readings of one slice that are read

bool is_known(std::string_view table) {
  return std::ranges::any_of(table_uses(), [&](const TableUse& use) { return use.table == table; });
}

std::int64_t bytes_of_row(sqlite3_stmt* row) {
  std::int64_t bytes = kRowHead;
  for (int column = 0; column < sqlite3_column_count(row); ++column) {
    const int type = sqlite3_column_type(row, column);
    if (type == SQLITE_TEXT || type == SQLITE_BLOB) {
      bytes += 1 + sqlite3_column_bytes(row, column);
    } else if (type == SQLITE_INTEGER) {
      const std::int64_t value = sqlite3_column_int64(row, column);
      bytes += value >= -128 && value <= 127 ? 2 : 7;
    } else {
      bytes += 1;
    }
  }
  return bytes;
}

// One number of a statement that is bound already.
Result<std::int64_t> number_of(Statement& statement) {
  const auto found = TRY(one(statement, [](Row& row) { return row.integer(); }));
  return found.value_or(0);
}

Result<TableSpace> part_of(const SpaceStore& store, Snapshot& snapshot, std::string_view table, std::int64_t rows) {
  const TableSpace all = TRY(store.table(snapshot, table));
  TableSpace part;
  part.rows = rows;
  part.bytes = all.rows == 0 ? 0 : static_cast<std::int64_t>(static_cast<double>(all.bytes) * static_cast<double>(rows) /
                                                            static_cast<double>(all.rows));
  return part;
}

Result<TableSpace> old_incidents(const SpaceStore& store, Snapshot& snapshot, Instant before) {
  Statement ended = TRY(at(snapshot).prepare(
      "SELECT COUNT(*) FROM incident WHERE resolved_at <> 0 AND resolved_at < :before"));
  const std::int64_t incidents = TRY(number_of(ended.instant(":before", before)));
  Statement changes = TRY(at(snapshot).prepare("SELECT COUNT(*) FROM state_change WHERE at < :before"));
  const std::int64_t states = TRY(number_of(changes.instant(":before", before)));
  TableSpace out = TRY(part_of(store, snapshot, "state_change", states));
  const TableSpace all = TRY(store.table(snapshot, "incident"));
  out.rows += incidents;
  if (all.rows == 0) return out;
  // What hangs on incidents goes with them: as much of it as of them.
  const double share = static_cast<double>(incidents) / static_cast<double>(all.rows);
  for (const std::string_view table : {"incident", "incident_event", "announcement", "announcement_incident", "notification"}) {
    const TableSpace each = TRY(store.table(snapshot, table));
    out.bytes += static_cast<std::int64_t>(static_cast<double>(each.bytes) * share);
  }
  return out;
}

std::optional<Trail> trail_of(Limit limit) {
  switch (limit) {
    case Limit::audit_days:
      return Trail::workspace;
    case Limit::security_event_days:
      return Trail::security;
    case Limit::appliance_trail_days:
      return Trail::appliance;
    default:
      return std::nullopt;
  }
}

struct Sampled {
  std::int64_t rows = 0, bytes = 0, last = 0;
};

Result<Sampled> sample(Connection& connection, std::int64_t from, std::int64_t upto) {
  Statement select = TRY(connection.prepare(
      "SELECT COUNT(*), COALESCE(SUM(LENGTH(vals) + COALESCE(LENGTH(key), 0)), 0), COALESCE(MAX(sequence), 0) FROM "
      "(SELECT sequence, vals, key FROM reading_log WHERE sequence >= :from AND sequence < :upto "
      "ORDER BY sequence LIMIT :limit) AS few"));
  select.integer(":from", from).integer(":upto", upto).integer(":limit", kSliceSample);
  const auto found = TRY(one(select, [](Row& row) {
    Sampled sampled;
    sampled.rows = row.integer();
    sampled.bytes = row.integer();
    sampled.last = row.integer();
    return sampled;
  }));
  return found.value_or(Sampled{});
}

}  // namespace

Result<PagesOfFile> SqlSpaceStore::pages(Snapshot& snapshot) const {
  PagesOfFile file;
  file.page_bytes = TRY(at(snapshot).pragma("page_size"));
  file.pages = TRY(at(snapshot).pragma("page_count"));
  file.free_pages = TRY(at(snapshot).pragma("freelist_count"));
  return file;
}

// The name is one of our own list, so it may stand in SQL.
Result<TableSpace> SqlSpaceStore::table(Snapshot& snapshot, std::string_view table) const {
  if (!is_known(table)) return Error{ErrorCode::internal, "Something is wrong inside the server. See its log."};
  Connection& connection = at(snapshot);
  TableSpace space;
  space.rows = TRY(connection.number(fmt::format("SELECT COUNT(*) FROM {}", table)));
  const std::int64_t indexes = TRY(connection.number(
      fmt::format("SELECT COUNT(*) FROM sqlite_master WHERE type = 'index' AND tbl_name = '{}'", table)));
  std::int64_t sampled = 0, bytes = 0;
  TRY(connection.each_row(fmt::format("SELECT * FROM {} LIMIT {}", table, kSampleRows), [&](sqlite3_stmt* row) {
    ++sampled;
    bytes += bytes_of_row(row);
  }));
  const std::int64_t page = TRY(connection.pragma("page_size"));
  if (sampled > 0) {
    const double of_row = static_cast<double>(bytes) / static_cast<double>(sampled) +
                          static_cast<double>(indexes * (kIndexEntry + kRowHead));
    space.bytes = static_cast<std::int64_t>(of_row * kFilled * static_cast<double>(space.rows));
  }
  space.bytes = std::max(space.bytes, (1 + indexes) * page);
  return space;
}

// `sequence` is the time, so a piece of time is a piece of the table. Of each slice a few rows are read: if they are all
// of its rows they are counted, else the slice is taken to be as dense as they are.
Result<TableSpace> SqlSpaceStore::readings(Snapshot& snapshot, Instant from, Instant upto) const {
  Connection& connection = at(snapshot);
  const std::int64_t first = TRY(connection.number("SELECT COALESCE(MIN(sequence), 0) FROM reading_log"));
  const std::int64_t last = TRY(connection.number("SELECT COALESCE(MAX(sequence), 0) FROM reading_log"));
  const std::int64_t begin = std::max(first, from.micros), end = std::min(last + 1, upto.micros);
  TableSpace space;
  if (last == 0 || begin >= end) return space;
  const std::int64_t width = std::max<std::int64_t>((end - begin + kSlices - 1) / kSlices, 1);
  double rows = 0;
  std::int64_t read = 0, bytes = 0;
  for (std::int64_t at_slice = begin; at_slice < end; at_slice += width) {
    const std::int64_t slice_end = std::min(at_slice + width, end);
    const Sampled sampled = TRY(sample(connection, at_slice, slice_end));
    read += sampled.rows;
    bytes += sampled.bytes + sampled.rows * 2 * kRowHead;
    const double dense = static_cast<double>(slice_end - at_slice) / static_cast<double>(sampled.last - at_slice + 1);
    rows += sampled.rows < kSliceSample ? static_cast<double>(sampled.rows) : static_cast<double>(sampled.rows) * dense;
  }
  space.rows = static_cast<std::int64_t>(rows);
  if (read > 0) space.bytes = static_cast<std::int64_t>(static_cast<double>(bytes) / static_cast<double>(read) * rows);
  return space;
}

Result<TableSpace> SqlSpaceStore::older_than(Snapshot& snapshot, Limit limit, Instant before) const {
  if (limit == Limit::reading_days) return readings(snapshot, Instant{}, before);
  if (limit == Limit::incident_days) return old_incidents(*this, snapshot, before);
  if (limit == Limit::letter_days) {
    Statement letters = TRY(at(snapshot).prepare(
        "SELECT COUNT(*) FROM letter WHERE state IN ('sent', 'failed') AND created_at < :before"));
    const std::int64_t rows = TRY(number_of(letters.instant(":before", before)));
    return part_of(*this, snapshot, "letter", rows);
  }
  if (limit == Limit::removed_days) {
    Statement removed = TRY(at(snapshot).prepare("SELECT COUNT(*) FROM removed WHERE removed_at < :before"));
    const std::int64_t rows = TRY(number_of(removed.instant(":before", before)));
    return part_of(*this, snapshot, "removed", rows);
  }
  const auto trail = trail_of(limit);
  if (!trail) return TableSpace{};
  Statement entries =
      TRY(at(snapshot).prepare("SELECT COUNT(*) FROM trail_entry WHERE trail = :trail AND at < :before"));
  const std::int64_t rows = TRY(number_of(entries.text(":trail", to_text(*trail)).instant(":before", before)));
  return part_of(*this, snapshot, "trail_entry", rows);
}

}  // namespace connlog::storage
