#include "storage/migrations.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <functional>
#include <string>
#include <system_error>
#include <vector>

#include "core/base/io_cause.h"
#include "core/base/log.h"
#include "storage/development/carry_over.h"
#include "storage/schema_history.h"

namespace connlog::storage {
namespace {

namespace fs = std::filesystem;

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

// "connlog-schema-0001-before-0002.db"
fs::path copy_path(const MigrationPlan& plan, std::int64_t from, std::int64_t to) {
  return plan.backups / fmt::format("connlog-schema-{:04}-before-{:04}.db", from, to);
}

bool is_copy_name(const std::string& name) {
  return name.starts_with("connlog-schema-") && name.find("-before-") != std::string::npos && name.ends_with(".db");
}

// Of the copies that upgrades made, the newest alone is kept.
void remove_earlier_copies(const fs::path& newest) {
  std::error_code trouble;
  for (const auto& entry : fs::directory_iterator(newest.parent_path(), trouble)) {
    if (entry.path() == newest || !is_copy_name(entry.path().filename().string())) continue;
    if (fs::remove(entry.path(), trouble)) log_info("schema.earlier_copy_removed", {{"file", entry.path().string()}});
  }
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
  const fs::path copy = copy_path(plan, from, to);
  TRY(copy_file_durably(connection, copy));
  log_info("schema.backed_up", {{"from", from}, {"to", to}, {"file", copy.string()}});
  return {};
}

Result<void> record(Connection& connection, const EmbeddedMigration& migration, Instant now) {
  Statement insert = TRY(connection.prepare(
      "INSERT INTO schema_migration (number, name, digest, applied_at) VALUES (:number, :name, :digest, :applied_at)"));
  insert.integer(":number", migration.number)
      .text(":name", migration.name)
      .text(":digest", digest_of_step(migration.sql));
  TRY(insert.instant(":applied_at", now).run());
  return {};
}

Result<void> take_steps(Connection& connection, std::span<const EmbeddedMigration> known, std::int64_t version,
                        Instant now) {
  TRY(connection.execute(
      "CREATE TABLE IF NOT EXISTS schema_migration ("
      "number BIGINT PRIMARY KEY NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL, applied_at BIGINT NOT NULL)"));
  for (const EmbeddedMigration& migration : known) {
    if (migration.number <= version) continue;
    TRY(connection.execute(migration.sql));
    TRY(record(connection, migration, now));
    log_info("schema.step", {{"name", migration.name}});
  }
  return {};
}

// Steps make tables anew, so no reference is looked at while they run.
Result<void> check_references(Connection& connection) {
  Statement check = TRY(connection.prepare("PRAGMA foreign_key_check"));
  const bool found = TRY(check.step());
  if (!found) return {};
  Row row(check);
  const std::string table = row.text();
  row.integer_or(0);  // the row's number, where it has one
  const std::string parent = row.text();
  return Error{ErrorCode::internal,
               fmt::format("The schema was not brought up to date: rows of the table {} would refer to rows of {} that "
                           "do not exist. The database was left as it was.",
                           table, parent)};
}

struct Change {
  SchemaDue due;
  std::int64_t version;  // the newest step that was taken; 0: none
};

// Inside the transaction.
Result<void> change_schema(Connection& connection, const MigrationPlan& plan, Change change, Instant now) {
  const auto newest = static_cast<std::int64_t>(plan.known.back().number);
  if (change.version > 0) TRY(back_up(connection, plan, change.version, newest));
  if (change.due == SchemaDue::carry_over) {
    const EmbeddedMigration& first = plan.known.front();
    TRY(carry_over(connection, first.sql));
    TRY(record(connection, first, now));
    change.version = first.number;
  }
  TRY(take_steps(connection, plan.known, change.version, now));
  return check_references(connection);
}

Result<void> in_one_transaction(Connection& connection, const std::function<Result<void>()>& work) {
  TRY(connection.execute("BEGIN IMMEDIATE"));
  Result<void> done = work();
  if (done) done = connection.execute("COMMIT");
  connection.forget_statements();
  if (!done && connection.in_transaction()) {
    const Result<void> undone = connection.execute("ROLLBACK");
    if (!undone) log_error("schema.rollback_failed", {{"cause", undone.error().cause}});
  }
  return done;
}

Result<void> check_room(const MigrationPlan& plan) {
  const CarryOverRoom room = TRY(room_to_carry_over(plan.database));
  if (room.is_enough()) return {};
  return Error{ErrorCode::unavailable, room.sentence()};
}

// The new tables leave the log as soon as they are committed: it is as long as they are.
void empty_log(Connection& connection) {
  const Result<void> emptied = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)");
  if (!emptied) log_warning("storage.checkpoint_failed", {{"cause", emptied.error().cause}});
}

}  // namespace

Result<std::int64_t> schema_version(Connection& connection) {
  const std::vector<TakenStep> taken = TRY(taken_steps(connection));
  return taken.empty() ? std::int64_t{0} : taken.back().number;
}

Result<void> migrate(Connection& connection, const MigrationPlan& plan, Instant now) {
  const std::vector<TakenStep> taken = TRY(taken_steps(connection));
  const SchemaDue due = TRY(schema_due(taken, plan.known));
  if (due == SchemaDue::nothing) return {};
  if (due == SchemaDue::carry_over) TRY(check_room(plan));
  const Change change{due, taken.empty() ? 0 : taken.back().number};
  if (change.version > 0) TRY(connection.execute("PRAGMA wal_checkpoint(TRUNCATE)"));

  // Neither has an effect inside a transaction. With foreign keys on, dropping a table would delete the rows that refer
  // to it.
  TRY(connection.execute("PRAGMA foreign_keys = OFF"));
  const Result<void> done =
      in_one_transaction(connection, [&] { return change_schema(connection, plan, change, now); });
  const Result<void> on_again = connection.execute("PRAGMA foreign_keys = ON");
  TRY(done);
  TRY(on_again);
  if (change.version > 0)
    remove_earlier_copies(copy_path(plan, change.version, static_cast<std::int64_t>(plan.known.back().number)));
  if (due == SchemaDue::carry_over) empty_log(connection);
  return {};
}

}  // namespace connlog::storage
