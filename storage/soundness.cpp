#include "storage/soundness.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <span>
#include <vector>

#include "core/base/log.h"
#include "core/base/text.h"
#include "storage/database.h"

namespace connlog::storage {
namespace {

constexpr seconds kTablesTime{2};
constexpr std::int64_t kLogHeaderBytes = 32;  // https://sqlite.org/fileformat2.html#walformat
constexpr std::int64_t kLogFrameBytes = 24 + kPageBytes;
constexpr std::int64_t kUnwrittenPagesMax = 8;  // SQLite leaves out a page for locks

// Tables that grow with time. All others are small, and damage in them is what stops an appliance.
constexpr std::string_view kLarge[] = {
    "reading_log", "state_change",  "trail_entry",  "audit_entry",           "announcement",   "announcement_incident",
    "notification", "incident",     "incident_event", "letter",              "idempotency_key", "machine_event",
    "attempt_notice", "gone_agent", "gone_subject", "break_glass_read",      "enrolment",      "used_challenge",
    "schema_migration", "telling",  "telling_entry", "telling_waiting",      "ack_link",        "open_event"};

Error torn(const std::string& path, std::string_view why, std::string cause = {}) {
  return Error{
      ErrorCode::conflict,
      fmt::format(
          "The database {} is damaged or a torn copy: {} The file was left untouched. Restore a backup "
          "(`connlog restore FILE`; `connlog backup create` makes them while connlog runs), or a copy that was taken "
          "while connlog did not run, or whose connlog.db, connlog.db-wal and audit.anchor are of one moment (a "
          "snapshot). If there is none: `connlog serve --accept-damaged-copy` opens it as it is.",
          path, why),
      {},
      std::move(cause)};
}

// The salts of the log beside the file, as hex digits; empty: there is no log, or an empty one. SQLite's locks lie
// elsewhere, so opening and closing the log here drops none.
std::string salts_of_log(const std::string& path) {
  const int file = ::open((path + "-wal").c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return {};
  std::array<std::uint8_t, kLogHeaderBytes> header{};
  const ssize_t got = ::pread(file, header.data(), header.size(), 0);
  ::close(file);
  if (got != static_cast<ssize_t>(header.size())) return {};
  return to_hex(std::span(header).subspan(16, 8));
}

std::int64_t bytes_of(const std::string& path) {
  struct stat facts {};
  return ::stat(path.c_str(), &facts) == 0 ? static_cast<std::int64_t>(facts.st_size) : 0;
}

// "12 11 9f0c…": mark, mark at the log's start, salts.
std::string stored_form(const FileMarks& marks) {
  return fmt::format("{} {} {}", marks.mark, marks.at_log_start, marks.log);
}

std::optional<FileMarks> parse(const std::string& text) {
  FileMarks marks;
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, marks.mark);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != ' ') return std::nullopt;
  const auto second = std::from_chars(first.ptr + 1, end, marks.at_log_start);
  if (second.ec != std::errc() || second.ptr == end || *second.ptr != ' ') return std::nullopt;
  marks.log.assign(second.ptr + 1, end);
  return marks;
}

Result<std::optional<FileMarks>> read_marks(Connection& connection) {
  Statement table =
      TRY(connection.prepare("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'setting'"));
  const bool counted = TRY(table.step());
  if (!counted) return damaged_row();
  if (Row(table).integer() == 0) return std::optional<FileMarks>();
  Statement select = TRY(connection.prepare("SELECT value FROM setting WHERE key = 'storage.marks'"));
  const auto text = TRY(one(select, [](Row& row) { return row.text(); }));
  return text ? parse(*text) : std::optional<FileMarks>();
}

Result<void> write_marks(Connection& connection, const FileMarks& marks) {
  Statement put =
      TRY(connection.prepare("INSERT INTO setting (key, value) VALUES ('storage.marks', :value) "
                             "ON CONFLICT (key) DO UPDATE SET value = excluded.value"));
  TRY(put.text(":value", stored_form(marks)).run());
  return {};
}

Result<std::vector<std::string>> small_tables(Connection& connection) {
  Statement select = TRY(connection.prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"));
  auto names = TRY(all(select, [](Row& row) { return row.text(); }));
  std::erase_if(names, [](const std::string& name) {
    return std::find(std::begin(kLarge), std::end(kLarge), name) != std::end(kLarge) ||
           name.find('"') != std::string::npos;
  });
  return names;
}

// What SQLite finds wrong in one table and its indexes; empty: nothing.
Result<std::string> wrong_in(Connection& connection, const std::string& table) {
  sqlite3_stmt* check = nullptr;
  const std::string sql = fmt::format("PRAGMA integrity_check(\"{}\")", table);
  int code = sqlite3_prepare_v2(connection.handle(), sql.c_str(), -1, &check, nullptr);
  std::string found;
  if (code == SQLITE_OK) {
    code = sqlite3_step(check);
    if (code == SQLITE_ROW) {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(check, 0));
      found = text != nullptr ? text : "";
    }
  }
  Error trouble = connection.error(code);
  sqlite3_finalize(check);
  if (code != SQLITE_ROW && code != SQLITE_DONE) return trouble;
  return found == "ok" ? std::string() : found;
}

bool is_damage(const Error& error) {
  for (const char* code : {"sqlite 11:", "sqlite 26:", "sqlite 267:", "sqlite 522:", "sqlite 523:", "sqlite 779:"}) {
    if (error.cause.find(code) != std::string::npos) return true;
  }
  return false;
}

Result<void> check_tables(Connection& connection, const std::string& path) {
  const auto tables = small_tables(connection);
  if (!tables) return as_torn(tables.error(), path);
  for (const std::string& table : *tables) {
    const auto wrong = wrong_in(connection, table);
    if (!wrong && wrong.error().cause.find("sqlite 9:") != std::string::npos) {
      log_info("storage.tables_not_all_checked", {{"from", table}});
      return {};
    }
    if (!wrong) return as_torn(wrong.error(), path);
    if (!wrong->empty()) return torn(path, fmt::format("the table {} does not fit its indexes.", table), *wrong);
  }
  return {};
}

}  // namespace

Error as_torn(Error error, const std::string& path) {
  if (!is_damage(error)) return error;
  return torn(path, "it is damaged, or its log belongs to another one.", std::move(error.cause));
}

std::optional<FileMarks> marks_of_file_alone(const OpenFile& file) {
  const auto connection = Connection::open(file, Connection::Access::file_alone);
  if (!connection) return std::nullopt;
  const auto marks = read_marks(**connection);
  return marks ? *marks : std::nullopt;
}

// The mark is raised only here. So when a log is noted first, the file had the mark before this one when the log began:
// a log begins only once all of the log before it is in the file.
Result<void> move_mark(Connection& connection, const std::string& path) {
  const auto before = TRY(read_marks(connection));
  FileMarks marks = before.value_or(FileMarks{});
  marks.mark += 1;
  TRY(write_marks(connection, marks));
  const std::string log = salts_of_log(path);
  if (log.empty() || log == marks.log) return {};
  marks.at_log_start = marks.mark - 1;
  marks.log = log;
  return write_marks(connection, marks);
}

Result<void> check_soundness(Connection& connection, const OpenFile& file, const std::optional<FileMarks>& in_file,
                             const Clock& clock) {
  const auto marks = read_marks(connection);
  if (!marks) return as_torn(marks.error(), file.path);
  if (*marks && in_file && !(*marks)->log.empty() && (*marks)->log == salts_of_log(file.path)) {
    if (in_file->mark < (*marks)->at_log_start)
      return torn(file.path, "the file is older than the log beside it (connlog.db-wal).");
    if (in_file->mark > (*marks)->mark)
      return torn(file.path, "the file is newer than the log beside it (connlog.db-wal).");
  }
  const auto pages = connection.pragma("page_count");
  if (!pages) return as_torn(pages.error(), file.path);
  const std::int64_t log_bytes = std::max<std::int64_t>(bytes_of(file.path + "-wal") - kLogHeaderBytes, 0);
  const std::int64_t there = bytes_of(file.path) / kPageBytes + log_bytes / kLogFrameBytes;
  if (*pages > there + kUnwrittenPagesMax) return torn(file.path, "it is cut short.");
  connection.set_deadline(&clock, clock.monotonic() + kTablesTime);
  const Result<void> tables = check_tables(connection, file.path);
  connection.set_deadline(nullptr, {});
  return tables;
}

}  // namespace connlog::storage
