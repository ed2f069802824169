// The second half of page_copy.h: a new file made of pages. SQLite 3.46 replaces pages through `sqlite_dbpage` but adds
// none. So the file is made longer first, page after page of zeros (which SQLCipher takes for pages that were never
// written), and while it is filled its first page is one of an empty database that does not say how long it is: SQLite
// then goes by the file's length. The true first page comes last. Nothing is ever in the file that is not encrypted.
#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <utility>
#include <vector>

#include "core/base/io_cause.h"
#include "core/base/write_back.h"
#include "storage/appliance/database_facts.h"
#include "storage/appliance/page_copy.h"
#include "storage/appliance/page_reader.h"
#include "storage/appliance/page_walk.h"
#include "storage/database.h"

namespace connlog::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kCacheKib = 4'096;
constexpr auto kBytes = static_cast<std::uint32_t>(kPageBytes);
// Places on the first page (https://sqlite.org/fileformat2.html#the_database_header).
constexpr std::size_t kWriteForm = 18, kReadForm = 19, kReserved = 20, kPageCount = 28;
constexpr std::uint8_t kWithJournal = 1, kWithLog = 2;
constexpr std::uint32_t kPagesMax = std::uint32_t{1} << 28;  // 1 TiB; the pages that are left out count

Error unusable(std::string why, std::string cause = {}) {
  return Error{ErrorCode::conflict, fmt::format("The backup cannot be restored: {}", why), {}, std::move(cause)};
}

Error cannot_write(const std::string& path, int reason) {
  return Error{ErrorCode::unavailable,
               fmt::format("The new database {} cannot be written: {}.", path, io_cause(reason))};
}

Result<void> sync(const std::string& path, int flags) {
  const int file = ::open(path.c_str(), flags | O_CLOEXEC);
  if (file < 0) return cannot_write(path, errno);
  const int synced = ::fsync(file);
  const int reason = errno;
  ::close(file);
  if (synced != 0) return cannot_write(path, reason);
  return {};
}

// How many pages the disk takes now; all that there can be where it does not say.
std::uint64_t room_beside(const std::string& path) {
  struct statvfs disk {};
  if (::statvfs(fs::path(path).parent_path().c_str(), &disk) != 0) return kPagesMax;
  return std::uint64_t{disk.f_bavail} * disk.f_frsize / kBytes;
}

// What a check of SQLite's finds; empty: nothing.
Result<std::string> first_finding(Connection& connection, const std::string& check) {
  std::string found;
  TRY(connection.each_row(check, [&found](sqlite3_stmt* row) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(row, 0));
    if (found.empty()) found = text == nullptr ? "?" : text;
  }));
  return found == "ok" ? std::string() : found;
}

class FilledDatabase final : public NewDatabase {
 public:
  FilledDatabase(OpenFile file, BackupKind kind) : file_(std::move(file)), kind_(kind) {}

  ~FilledDatabase() override {
    connection_.reset();
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!is_made_ || is_finished_) return;
    for (const char* beside : {"", "-journal", "-wal", "-shm"}) ::unlink((file_.path + beside).c_str());
  }

  Result<void> begin(std::uint32_t page_bytes) override {
    if (page_bytes != kBytes)
      return unusable(fmt::format("its pages have {} bytes instead of {}.", page_bytes, kBytes));
    descriptor_ = ::open(file_.path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor_ < 0) return cannot_write(file_.path, errno);
    is_made_ = true;
    room_ = room_beside(file_.path);
    TRY(open());
    TRY(connection_->execute(
        fmt::format("PRAGMA auto_vacuum = INCREMENTAL; PRAGMA application_id = {}", kApplicationId)));
    PageReader reader(*connection_);
    const std::span<const std::uint8_t> first = TRY(reader.read(1));
    blank_.assign(first.begin(), first.end());
    put_number(blank_, kPageCount, 0);
    return in_transaction([this] { return write_page(*connection_, 1, blank_); });
  }

  Result<void> pages(std::uint32_t first, std::span<const std::uint8_t> bytes) override {
    const auto count = static_cast<std::uint32_t>(bytes.size() / kBytes);
    if (!is_made_ || first <= last_ || count == 0 || bytes.size() % kBytes != 0 || first > UINT32_MAX - count)
      return unusable("its pages are not in order.");
    // What the manifest says comes last, so nothing is taken before that could not fit to any.
    const bool is_gap = last_ == 0 ? first != 1 : kind_ == BackupKind::whole && first != last_ + 1;
    if (is_gap) return unusable("pages of the database are missing.");
    if (first > kPagesMax - count) return unusable("its database is larger than any of connlog.");
    last_ = first + count - 1;
    received_ += count;
    if (received_ > room_) return cannot_write(file_.path, ENOSPC);
    if (first == 1) first_page_.assign(bytes.begin(), bytes.begin() + kBytes);
    TRY(grow_to(last_));
    const auto put = in_transaction([&]() -> Result<void> {
      for (std::uint32_t i = 0; i < count; ++i) {
        const std::uint32_t page = first + i;
        if (page == 1 || page == lock_page(kBytes)) continue;
        TRY(write_page(*connection_, page, bytes.subspan(static_cast<std::size_t>(i) * kBytes, kBytes)));
      }
      return write_page(*connection_, 1, blank_);
    });
    TRY(put);
    write_back_.wrote(descriptor_, static_cast<std::int64_t>(last_) * kPageBytes);
    return {};
  }

  Result<void> finish(const Manifest& expected) override {
    if (first_page_.empty()) return unusable("it holds no database.");
    if (expected.kind != kind_) return unusable("it is of another kind than it says.");
    const bool is_gapless = kind_ == BackupKind::without_history || received_ == expected.pages;
    if (number_at(first_page_, kPageCount) != expected.pages || last_ > expected.pages || !is_gapless)
      return unusable("pages of the database are missing.");
    TRY(grow_to(expected.pages));
    first_page_[kWriteForm] = first_page_[kReadForm] = kWithJournal;
    TRY(in_transaction([this] { return write_page(*connection_, 1, first_page_); }));
    if (kind_ == BackupKind::without_history) TRY(leave_history_empty());
    TRY(open());  // a connection that has not seen the pages as they were before
    TRY(check_structure());
    TRY(check_facts(expected));
    TRY(use_log_from_now_on());
    connection_.reset();
    TRY(sync(file_.path, O_RDWR));
    TRY(sync(fs::path(file_.path).parent_path().string(), O_RDONLY | O_DIRECTORY));
    is_finished_ = true;
    return {};
  }

 private:
  // Nothing is kept of an interrupted file, so it is written without a journal and synced once, at the end.
  Result<void> open() {
    connection_.reset();
    connection_ = TRY(Connection::open(file_, Connection::Access::read_write));
    sqlite3_db_config(connection_->handle(), SQLITE_DBCONFIG_DEFENSIVE, 0, nullptr);
    return connection_->execute(
        fmt::format("PRAGMA cache_size = -{}; PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF", kCacheKib));
  }

  Result<void> in_transaction(const std::function<Result<void>()>& work) {
    TRY(connection_->execute("BEGIN IMMEDIATE"));
    TRY(work());  // after an error the file is given up
    return connection_->execute("COMMIT");
  }

  // Through SQLite's own descriptor: closing another one would drop its locks.
  Result<void> grow_to(std::uint32_t pages) {
    sqlite3_file* file = nullptr;
    sqlite3_file_control(connection_->handle(), "main", SQLITE_FCNTL_FILE_POINTER, static_cast<void*>(&file));
    sqlite3_int64 size = 0;
    if (file == nullptr || file->pMethods->xFileSize(file, &size) != SQLITE_OK)
      return cannot_write(file_.path, EIO);
    const sqlite3_int64 wanted = static_cast<sqlite3_int64>(pages) * kPageBytes;
    if (size >= wanted) return {};
    const int code = file->pMethods->xTruncate(file, wanted);
    if (code != SQLITE_OK) return connection_->error(code);
    return {};
  }

  // The pages of the readings are not there. Their table begins anew, and the file is written once more without the
  // gaps.
  Result<void> leave_history_empty() {
    TRY(open());
    const std::uint32_t usable = kBytes - first_page_[kReserved];
    const std::int64_t root = TRY(connection_->number(
        fmt::format("SELECT rootpage FROM sqlite_schema WHERE type = 'table' AND name = '{}'", kHistory)));
    TRY(in_transaction([&]() -> Result<void> {
      return write_page(*connection_, static_cast<std::uint32_t>(root), empty_leaf(kBytes, usable));
    }));
    TRY(open());
    TRY(connection_->execute(fmt::format("DELETE FROM {}", kHistoryHeads)));
    return connection_->execute("VACUUM");
  }

  Result<void> check_structure() {
    const std::int64_t application = TRY(connection_->pragma("application_id"));
    const std::int64_t vacuum = TRY(connection_->pragma("auto_vacuum"));
    constexpr std::int64_t kIncremental = 2;
    if (application != kApplicationId || vacuum != kIncremental) return unusable("its database is not one of connlog.");
    const auto wrong = first_finding(*connection_, "PRAGMA quick_check(1)");
    if (!wrong) return unusable("its database is damaged.", wrong.error().cause);
    if (!wrong->empty()) return unusable(fmt::format("its database is damaged ({}).", *wrong));
    const std::string table = TRY(first_finding(*connection_, "PRAGMA foreign_key_check"));
    if (!table.empty()) return unusable(fmt::format("rows of its table {} refer to rows that do not exist.", table));
    return {};
  }

  Result<void> check_facts(const Manifest& expected) {
    TRY(connection_->execute("BEGIN"));
    const Manifest found = TRY(facts_of(*connection_, [](std::string_view) { return Result<bool>(true); }));
    TRY(connection_->execute("COMMIT"));
    return compare_facts(found, expected);
  }

  // As the appliance's files are. The log itself is made by the next start.
  Result<void> use_log_from_now_on() {
    PageReader reader(*connection_);
    const std::span<const std::uint8_t> read = TRY(reader.read(1));
    std::vector<std::uint8_t> first(read.begin(), read.end());
    first[kWriteForm] = first[kReadForm] = kWithLog;
    return in_transaction([&] { return write_page(*connection_, 1, first); });
  }

  const OpenFile file_;
  const BackupKind kind_;
  std::unique_ptr<Connection> connection_;
  std::vector<std::uint8_t> blank_, first_page_;
  std::uint32_t last_ = 0, received_ = 0;
  std::uint64_t room_ = 0;  // pages, when it began
  int descriptor_ = -1;     // closed after SQLite's own, whose locks its end would drop
  WriteBack write_back_{WriteBack::Cached::kept};
  bool is_made_ = false, is_finished_ = false;
};

}  // namespace

std::unique_ptr<NewDatabase> new_database(const OpenFile& file, BackupKind kind) {
  return std::make_unique<FilledDatabase>(file, kind);
}

}  // namespace connlog::storage
