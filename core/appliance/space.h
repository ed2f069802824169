// What uses the disk, and what a shorter time of retention would free. Bytes of tables are estimates (rows × the average
// of a sample, with their indexes; readings have what is left of the file), so people are told "about". Everything is
// read by the readers, table by table, each with the readers' time limit; the writer is not asked. A report is kept for
// kFresh. Any thread may enter.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/appliance/retention.h"
#include "core/base/clock.h"
#include "core/base/transaction.h"
#include "core/base/words.h"
#include "core/people/limits.h"
#include "core/people/retention_plan.h"

namespace connlog {

enum class SpaceUse { readings, incidents, messages, trails, people, backups, leftovers, free_pages, log, other };
template <>
inline constexpr auto kWords<SpaceUse> = words_for<SpaceUse>({
    {SpaceUse::readings, "readings"},
    {SpaceUse::incidents, "incidents"},
    {SpaceUse::messages, "messages"},
    {SpaceUse::trails, "trails"},
    {SpaceUse::people, "people"},
    {SpaceUse::backups, "backups"},
    {SpaceUse::leftovers, "leftovers"},
    {SpaceUse::free_pages, "free_pages"},
    {SpaceUse::log, "log"},
    {SpaceUse::other, "other"},
});

// Every table of the database has a use (a test compares with the schema).
struct TableUse {
  std::string_view table;
  SpaceUse use;
};
std::span<const TableUse> table_uses();
// The limits that decide how much of it there is.
std::vector<Limit> limits_of(SpaceUse use);

struct TableSpace {
  std::int64_t rows = 0, bytes = 0;
};

struct PagesOfFile {
  std::int64_t page_bytes = 0, pages = 0, free_pages = 0;
};

class SpaceStore {
 public:
  virtual ~SpaceStore() = default;
  virtual Result<PagesOfFile> pages(Snapshot&) const = 0;
  // Counts the rows; bytes with indexes, from a sample. `table`: one of table_uses(), but for the log of readings.
  virtual Result<TableSpace> table(Snapshot&, std::string_view table) const = 0;
  // Readings that were received in [from, upto), from samples all over that time.
  virtual Result<TableSpace> readings(Snapshot&, Instant from, Instant upto) const = 0;
  // What the limit's retention would delete that is older than this.
  virtual Result<TableSpace> older_than(Snapshot&, Limit, Instant before) const = 0;
};

struct SpaceLine {
  SpaceUse use = SpaceUse::other;
  std::int64_t bytes = 0;
  std::optional<std::int64_t> rows;  // nothing: there are none to count, or counting took too long
};

struct SpaceReport {
  Instant at;
  std::vector<SpaceLine> lines;  // one of each use, in their order
  std::int64_t database_bytes = 0;
  std::optional<DiskRoom> disk;
};

struct WantedLimit {
  Limit limit = Limit::reading_days;
  std::int64_t value = 0;
};

// What a change of one limit frees, once it is in force.
struct Freed {
  Limit limit = Limit::reading_days;
  TableSpace what;
};

// Of the file system on which the path is; nothing: it does not say.
std::optional<DiskRoom> disk_room_of(const std::filesystem::path& path);

class Space {
 public:
  static constexpr std::chrono::minutes kFresh{5};

  struct Parts {
    Stores& stores;
    const SpaceStore& store;
    const RetentionPlan& plan;
    std::filesystem::path directory;  // of the data
    std::filesystem::path database;
    const Clock& clock;
  };
  explicit Space(Parts parts) : parts_(std::move(parts)) {}

  // At most kFresh old. `unavailable` while the first one is being made.
  Result<SpaceReport> report();
  // Of each wanted limit that keeps less than what holds now. Nothing is changed.
  Result<std::vector<Freed>> preview(const std::vector<WantedLimit>& wanted) const;

 private:
  Result<SpaceReport> look() const;

  const Parts parts_;
  std::mutex making_;  // one report at a time
  std::mutex mutex_;   // guards newest_ and made_at_
  std::optional<SpaceReport> newest_;
  Monotonic made_at_;
};

}  // namespace connlog
