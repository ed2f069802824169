#include "storage/migrations.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "core/base/io_cause.h"
#include "core/base/text.h"
#include "core/base/log.h"

namespace connlog::storage {
namespace {

namespace fs = std::filesystem;

std::string digest_of(std::string_view sql) {
  std::array<std::uint8_t, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(sql.data()), sql.size());
  return to_hex(digest);
}

Error cannot_copy(const fs::path& to, int reason) {
  return Error{
      ErrorCode::unavailable,
      fmt::format("The schema must be brought up to date, but the copy that is made before, {}, cannot be written: {}. "
                  "The database was left as it was.",
                  to.string(), io_cause(reason))};
}

// A descriptor that closes itself.
struct File {
  int descriptor;
  ~File() {
    if (descriptor >= 0) ::close(descriptor);
  }
};

// Copies the database through the descriptor that SQLite holds. Opening the file a second time and closing it would
// drop this process's locks on it (POSIX drops them when any descriptor of the file is closed), and another program
// that opens the database would then find no lock.
bool copy_content(Connection& connection, int to) {
  sqlite3_file* from = nullptr;
  sqlite3_int64 size = 0;
  sqlite3_file_control(connection.handle(), "main", SQLITE_FCNTL_FILE_POINTER, static_cast<void*>(&from));
  if (from == nullptr || from->pMethods->xFileSize(from, &size) != SQLITE_OK) return false;
  std::vector<char> buffer(1 << 20);
  for (sqlite3_int64 offset = 0; offset < size;) {
    const auto length =
        static_cast<std::size_t>(std::min<sqlite3_int64>(size - offset, static_cast<sqlite3_int64>(buffer.size())));
    if (from->pMethods->xRead(from, buffer.data(), static_cast<int>(length), offset) != SQLITE_OK) return false;
    const ssize_t written = ::write(to, buffer.data(), length);
    if (written != static_cast<ssize_t>(length)) return false;
    offset += written;
  }
  return ::fsync(to) == 0;
}

// The copy is byte by byte, so it opens with the same key. It is durable, and either whole or absent.
Result<void> copy_file_durably(Connection& connection, const fs::path& to) {
  const fs::path beside = to.string() + ".new";
  ::unlink(beside.c_str());
  {
    const File out{::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
    if (out.descriptor < 0) return cannot_copy(to, errno);
    errno = 0;
    if (!copy_content(connection, out.descriptor)) {
      const int reason = errno == 0 ? ENOSPC : errno;  // a short write sets no errno
      ::unlink(beside.c_str());
      return cannot_copy(to, reason);
    }
  }
  if (::rename(beside.c_str(), to.c_str()) != 0) return cannot_copy(to, errno);
  const File directory{::open(to.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (directory.descriptor >= 0) ::fsync(directory.descriptor);
  return {};
}

// Called inside the transaction that will migrate, so nobody else can write. With an empty write-ahead log the file is
// complete.
Result<void> back_up(Connection& connection, const MigrationPlan& plan, std::int64_t from, std::int64_t to) {
  struct stat log {};
  if (::stat((plan.database.string() + "-wal").c_str(), &log) == 0 && log.st_size > 0) {
    return Error{ErrorCode::unavailable,
                 "The schema must be brought up to date, but another program holds the database open. Close it and "
                 "start again. The database was left as it was."};
  }
  if (::mkdir(plan.backups.c_str(), 0700) != 0 && errno != EEXIST) return cannot_copy(plan.backups, errno);
  const fs::path copy = plan.backups / fmt::format("connlog-schema-{:04}-before-{:04}.db", from, to);
  TRY(copy_file_durably(connection, copy));
  log_info("schema.backed_up", {{"from", from}, {"to", to}, {"file", copy.string()}});
  return {};
}

Result<void> check_history(Connection& connection, std::span<const EmbeddedMigration> known, std::int64_t version) {
  const std::int64_t newest = known.empty() ? 0 : static_cast<std::int64_t>(known.back().number);
  if (version > newest) {
    return Error{
        ErrorCode::conflict,
        fmt::format(
            "The database was written by a newer connlog (schema {}; this one knows {}). Start that version, or restore the "
            "backup of before the upgrade. The file was left untouched.",
            version, newest)};
  }
  if (version == 0) return {};
  Statement statement = TRY(connection.prepare("SELECT number, name, digest FROM schema_migration ORDER BY number"));
  while (true) {
    const bool has_row = TRY(statement.step());
    if (!has_row) break;
    Row row(statement);
    const std::int64_t number = row.integer();
    const std::string name = row.text(), digest = row.text();
    for (const EmbeddedMigration& migration : known) {
      if (migration.number == number && digest != digest_of(migration.sql)) {
        return Error{ErrorCode::conflict,
                     fmt::format("The database took the schema step {} in another form than this connlog knows (one of "
                                 "them is a development build). The file was left untouched.",
                                 name)};
      }
    }
  }
  return {};
}

Result<void> take_steps(Connection& connection, const MigrationPlan& plan, std::int64_t version, Instant now) {
  TRY(connection.execute(
      "CREATE TABLE IF NOT EXISTS schema_migration ("
      "number BIGINT PRIMARY KEY NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL, applied_at BIGINT NOT NULL)"));
  for (const EmbeddedMigration& migration : plan.known) {
    if (migration.number <= version) continue;
    TRY(connection.execute(migration.sql));
    Statement record = TRY(connection.prepare(
        "INSERT INTO schema_migration (number, name, digest, applied_at) VALUES (:number, :name, :digest, :applied_at)"));
    record.integer(":number", migration.number).text(":name", migration.name).text(":digest", digest_of(migration.sql));
    TRY(record.instant(":applied_at", now).run());
    log_info("schema.step", {{"name", migration.name}});
  }
  return {};
}

}  // namespace

Result<std::int64_t> schema_version(Connection& connection) {
  Statement table =
      TRY(connection.prepare("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_migration'"));
  const bool counted = TRY(table.step());
  if (!counted) return damaged_row();
  if (Row(table).integer() == 0) return std::int64_t{0};
  Statement newest = TRY(connection.prepare("SELECT COALESCE(MAX(number), 0) FROM schema_migration"));
  const bool found = TRY(newest.step());
  if (!found) return damaged_row();
  return Row(newest).integer();
}

Result<void> migrate(Connection& connection, const MigrationPlan& plan, Instant now) {
  const std::int64_t version = TRY(schema_version(connection));
  TRY(check_history(connection, plan.known, version));
  if (plan.known.empty() || version == static_cast<std::int64_t>(plan.known.back().number)) return {};

  if (version > 0) TRY(connection.execute("PRAGMA wal_checkpoint(TRUNCATE)"));
  TRY(connection.execute("BEGIN IMMEDIATE"));
  const auto all_steps = [&]() -> Result<void> {
    if (version > 0) TRY(back_up(connection, plan, version, static_cast<std::int64_t>(plan.known.back().number)));
    TRY(take_steps(connection, plan, version, now));
    return connection.execute("COMMIT");
  };
  const Result<void> done = all_steps();
  connection.forget_statements();
  if (!done && connection.in_transaction()) {
    const Result<void> undone = connection.execute("ROLLBACK");
    if (!undone) log_error("schema.rollback_failed", {{"cause", undone.error().cause}});
  }
  return done;
}

}  // namespace connlog::storage
