#include "storage/appliance/page_copy.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <future>
#include <system_error>
#include <utility>
#include <vector>

#include "core/base/log.h"
#include "storage/appliance/database_facts.h"
#include "storage/appliance/page_reader.h"
#include "storage/appliance/page_walk.h"
#include "storage/database.h"

namespace connlog::storage {
namespace {

constexpr std::size_t kPagesAtATime = 64;
constexpr std::int64_t kCacheKib = 1'024;
constexpr auto kBytes = static_cast<std::uint32_t>(kPageBytes);
constexpr std::size_t kReservedOffset = 20;  // on the first page: bytes at the end of each page that are not SQLite's

std::int64_t bytes_of(const std::string& path) {
  struct stat facts {};
  return ::stat(path.c_str(), &facts) == 0 ? static_cast<std::int64_t>(facts.st_size) : 0;
}

Result<std::uint32_t> root_of(Connection& connection, std::string_view table) {
  Statement select =
      TRY(connection.prepare("SELECT rootpage FROM sqlite_schema WHERE type = 'table' AND name = :name"));
  const bool found = TRY(select.text(":name", table).step());
  if (!found) return Error{ErrorCode::internal, fmt::format("The database has no table {}.", table)};
  return static_cast<std::uint32_t>(Row(select).integer());
}

// One copy, inside the transaction that holds the snapshot.
class Copying {
 public:
  Copying(Connection& connection, BackupKind kind, const DatabasePages::Out& out,
          const std::function<Result<void>(const PageProgress&)>& go_on, const std::function<Result<void>()>& check_log)
      : connection_(connection), reader_(connection), kind_(kind), out_(out), go_on_(go_on), check_log_(check_log) {}

  Result<Manifest> run(const std::function<Result<void>(std::uint32_t page_bytes)>& begin) {
    const std::int64_t pages = TRY(connection_.pragma("page_count"));  // from here on the snapshot is held
    pages_ = static_cast<std::uint32_t>(pages);
    TRY(give_way(0));
    const ReadPage read = [this](std::uint32_t page) { return reader_.read(page); };
    const std::uint32_t root = TRY(root_of(connection_, kHistory));
    const TablePages found = TRY(pages_of_table(root, pages_, read));
    Manifest manifest = TRY(facts());
    TRY(begin(kBytes));
    TRY(copy_pages(found));
    manifest.kind = kind_;
    manifest.page_bytes = kBytes;
    manifest.pages = pages_;
    manifest.rows[std::string(kHistory)] = rows_of_history_;
    if (kind_ == BackupKind::without_history) manifest.rows[std::string(kHistoryHeads)] = 0;
    return manifest;
  }

  std::uint32_t damaged_page() const { return reader_.damaged_page(); }

 private:
  // The rows of the readings are counted while their pages pass.
  Result<Manifest> facts() {
    return facts_of(connection_, [this](std::string_view table) -> Result<bool> {
      TRY(give_way(0));
      return table != kHistory && !(kind_ == BackupKind::without_history && table == kHistoryHeads);
    });
  }

  Result<void> give_way(std::int64_t done) {
    TRY(check_log_());
    return go_on_(PageProgress{done, pages_});
  }

  struct Piece {
    std::uint32_t first = 0;
    std::vector<std::uint8_t> bytes;  // empty: there are no more pages
    std::uint32_t end() const { return first + static_cast<std::uint32_t>(bytes.size() / kBytes); }
  };

  // While one piece is handed out, the next is read by another thread: deciphering takes about as long as compressing.
  // The connection is that thread's alone meanwhile.
  Result<void> copy_pages(const TablePages& history) {
    Piece piece = TRY(read_piece(history, 1));
    while (!piece.bytes.empty()) {
      std::future<Result<Piece>> following = read_ahead(history, piece.end());
      TRY(out_(piece.first, piece.bytes));
      TRY(give_way(piece.end() - 1));
      piece = TRY(following.get());
    }
    return {};
  }

  std::future<Result<Piece>> read_ahead(const TablePages& history, std::uint32_t from) {
    const auto work = [this, &history, from] { return read_piece(history, from); };
    try {
      return std::async(std::launch::async, work);
    } catch (const std::system_error&) {  // no more threads
      return std::async(std::launch::deferred, work);
    }
  }

  // The next pages from `from` on that stand in a row and are not left out.
  Result<Piece> read_piece(const TablePages& history, std::uint32_t from) {
    const auto is_left_out = [&](std::uint32_t page) {
      return kind_ == BackupKind::without_history && (history.leaves.has(page) || history.inner.has(page));
    };
    while (from <= pages_ && is_left_out(from)) ++from;
    Piece piece;
    piece.first = from;
    piece.bytes.reserve(kPagesAtATime * kBytes);
    for (std::uint32_t page = from; page <= pages_ && page - from < kPagesAtATime && !is_left_out(page); ++page) {
      const std::span<const std::uint8_t> content = TRY(reader_.read(page));
      if (history.leaves.has(page)) {
        const std::int64_t rows = TRY(rows_of_leaf(content));
        rows_of_history_ += rows;
      }
      if (page == 1) reserved_ = content[kReservedOffset];
      piece.bytes.insert(piece.bytes.end(), content.begin(), content.end());
      // The cipher's own bytes mean nothing elsewhere, and do not compress.
      std::fill(piece.bytes.end() - reserved_, piece.bytes.end(), std::uint8_t{0});
    }
    return piece;
  }

  Connection& connection_;
  PageReader reader_;
  const BackupKind kind_;
  const DatabasePages::Out& out_;
  const std::function<Result<void>(const PageProgress&)>& go_on_;
  const std::function<Result<void>()>& check_log_;
  std::uint32_t pages_ = 0;
  std::ptrdiff_t reserved_ = 0;
  std::int64_t rows_of_history_ = 0;
};

// The table that a damaged page belongs to; empty: not known.
std::string table_of(Connection& connection, std::uint32_t page) {
  PageReader reader(connection);
  const auto pages = connection.pragma("page_count");
  const auto first = reader.read(1);
  if (!pages || !first) return {};
  const std::uint32_t usable = kBytes - (*first)[kReservedOffset];
  const auto root = root_of_page(page, static_cast<std::uint32_t>(*pages), kBytes, usable,
                                 [&reader](std::uint32_t number) { return reader.read(number); });
  if (!root || *root == 0) return {};
  if (*root == 1) return "sqlite_schema";
  auto select = connection.prepare("SELECT tbl_name FROM sqlite_schema WHERE rootpage = :root");
  if (!select) return {};
  const auto found = one(select->integer(":root", *root), [](Row& row) { return row.text(); });
  return found && *found ? **found : std::string();
}

class PageCopy final : public DatabasePages {
 public:
  PageCopy(OpenFile file, std::int64_t log_bytes_max) : file_(std::move(file)), log_bytes_max_(log_bytes_max) {}

  Result<Manifest> copy(BackupKind kind, const std::function<Result<void>(std::uint32_t page_bytes)>& begin,
                        const Out& out, const std::function<Result<void>(const PageProgress&)>& go_on) override {
    const std::unique_ptr<Connection> connection = TRY(open_beside(file_, Connection::Access::read_only));
    TRY(connection->execute(fmt::format("PRAGMA cache_size = -{}; BEGIN", kCacheKib)));
    const std::string log = file_.path + "-wal";
    const std::int64_t log_at_start = bytes_of(log);
    const std::function<Result<void>()> check_log = [&, this]() -> Result<void> {
      if (bytes_of(log) - log_at_start <= log_bytes_max_) return {};
      return Error{ErrorCode::unavailable,
                   fmt::format("The backup was given up: meanwhile the database's log grew by more than {} MB. "
                               "The destination is too slow; use a faster one.",
                               log_bytes_max_ >> 20)};
    };
    Copying work(*connection, kind, out, go_on, check_log);
    Result<Manifest> done = work.run(begin);
    const Result<void> ended = connection->execute("ROLLBACK");  // nothing was written
    if (!ended) log_warning("storage.snapshot_end_failed", {{"cause", ended.error().cause}});
    if (done || work.damaged_page() == 0) return done;
    return named(*connection, work.damaged_page(), std::move(done).error());
  }

 private:
  static Error named(Connection& connection, std::uint32_t page, Error error) {
    const std::string table = table_of(connection, page);
    if (table.empty()) return error;
    error.message = fmt::format(
        "Page {} of the database, in the table {}, is damaged. A backup of it would not be whole. Restore the last "
        "good backup: `connlog restore`.",
        page, table);
    return error;
  }

  const OpenFile file_;
  const std::int64_t log_bytes_max_;
};

}  // namespace

std::unique_ptr<DatabasePages> pages_of(const OpenFile& file, std::int64_t log_bytes_max) {
  return std::make_unique<PageCopy>(file, log_bytes_max);
}

}  // namespace connlog::storage
