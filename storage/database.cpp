#include "storage/database.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <vector>

#include "core/base/io_cause.h"
#include "core/base/log.h"
#include "storage/migrations.h"
#include "storage/schema_history.h"
#include "storage/soundness.h"

namespace connlog::storage {
namespace {

constexpr std::int64_t kWriterCacheKib = 8'192;
constexpr std::int64_t kReaderCacheKib = 2'048;
constexpr std::int64_t kLogKeptBytes = 16 << 20;  // size to which the write-ahead log's file is cut when it restarts

Error refused(const std::string& path, std::string_view why) {
  return Error{ErrorCode::conflict,
               fmt::format("The database {} cannot be opened: {} The file was left untouched.", path, why)};
}

// Checks what can be seen of a file without its key.
Result<void> check_shape(const std::string& path) {
  struct Descriptor {
    int number;
    ~Descriptor() {
      if (number >= 0) ::close(number);
    }
  };
  const Descriptor file{::open(path.c_str(), O_RDWR | O_CLOEXEC)};
  if (file.number < 0) return refused(path, fmt::format("{}.", io_cause(errno)));
  struct stat facts {};
  if (::fstat(file.number, &facts) != 0) return refused(path, fmt::format("{}.", io_cause(errno)));
  if (!S_ISREG(facts.st_mode)) return refused(path, "it is not a regular file.");
  std::array<char, 16> head{};
  if (::pread(file.number, head.data(), head.size(), 0) != static_cast<ssize_t>(head.size())) {
    return refused(path, "it is shorter than any database; it is damaged, or something else.");
  }
  if (std::memcmp(head.data(), "SQLite format 3", head.size()) == 0) {
    return refused(path, "it is a plain SQLite file, not an encrypted one.");
  }
  return {};
}

Result<void> create_empty_file(const DataDirectory& directory) {
  // SQLite would make the file with the umask's mode. The log and the index beside it take the mode of this file.
  const int file = ::open(directory.database().c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) {
    return Error{ErrorCode::unavailable,
                 fmt::format("The database {} cannot be made: {}.", directory.database().string(), io_cause(errno))};
  }
  ::close(file);
  return {};
}

// Syncs the directory, so that created and deleted files stay so. After a power cut the rollback journal of the
// creation must not come back: SQLite would take it for an interrupted write and undo what was acknowledged since.
void sync_entries(const DataDirectory& directory) {
  const int folder = ::open(directory.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  ::fsync(folder);
  ::close(folder);
}

// The first read: shows whether the key is right.
Result<void> check_key(Connection& connection, const std::string& path) {
  const Result<std::int64_t> tables = connection.pragma("schema_version");
  if (tables) return {};
  if (tables.error().cause.find("sqlite 11:") != std::string::npos) return as_torn(tables.error(), path);
  // SQLCipher cannot tell a wrong key from a foreign file: in both cases the first page does not authenticate.
  Error why =
      refused(path,
              "the key does not fit, or the file is damaged or no connlog database. Restore the file and its keys "
              "directory from the same copy, or a backup: `connlog restore FILE`.");
  if (tables.error().cause.find("sqlite 26:") == std::string::npos) why = refused(path, tables.error().message);
  why.cause = tables.error().cause;
  return why;
}

Result<void> check_owner(Connection& connection, const std::string& path) {
  const std::int64_t application = TRY(connection.pragma("application_id"));
  if (application == kApplicationId) return {};
  Statement count = TRY(connection.prepare("SELECT COUNT(*) FROM sqlite_master"));
  const bool counted = TRY(count.step());
  if (!counted) return damaged_row();
  if (application == 0 && Row(count).integer() == 0) return {};  // a first start that was interrupted
  return refused(path, "it belongs to another program.");
}

Result<void> set_up_connection(Connection& connection, std::int64_t cache_kib) {
  TRY(connection.execute("PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF"));
  return connection.execute(
      fmt::format("PRAGMA cache_size = -{}; PRAGMA journal_size_limit = {}", cache_kib, kLogKeptBytes));
}

}  // namespace

Result<std::unique_ptr<Connection>> open_database(const DataDirectory& directory, const OpenFile& file,
                                                  const OpenAs& as) {
  const bool existed = directory.database_exists();
  std::optional<FileMarks> in_file;
  if (existed) {
    TRY(check_shape(file.path));
    in_file = marks_of_file_alone(file);
  } else {
    TRY(directory.refuse_lost_database("is missing or empty"));
    TRY(create_empty_file(directory));
  }
  std::unique_ptr<Connection> connection = TRY(Connection::open(file, Connection::Access::read_write));
  TRY(check_key(*connection, file.path));
  TRY(check_owner(*connection, file.path));
  const auto known_version = schema_version(*connection);
  if (!known_version) return as_torn(known_version.error(), file.path);
  const std::int64_t version = *known_version;
  if (version > 0) {
    if (auto sound = check_soundness(*connection, file, in_file, as.clock); !sound) {
      if (!as.accept_damage) return std::move(sound).error();
      log_error("storage.damage_accepted", {{"message", sound.error().message}, {"cause", sound.error().cause}});
    }
  } else {
    TRY(directory.refuse_lost_database("is empty"));
    // Neither auto_vacuum nor the page size can be changed later without writing the whole file anew. SQLCipher's
    // default page size is 4096 already.
    TRY(connection->execute("PRAGMA auto_vacuum = INCREMENTAL"));
    TRY(connection->execute("PRAGMA journal_mode = WAL"));
    TRY(connection->execute(fmt::format("PRAGMA application_id = {}", kApplicationId)));
    sync_entries(directory);
  }
  TRY(set_up_connection(*connection, kWriterCacheKib));
  TRY(migrate(*connection, MigrationPlan{as.migrations, directory.database(), directory.backups()}, as.clock.now()));
  return connection;
}

Result<std::optional<CarryOverRoom>> carry_over_due(const DataDirectory& directory, const OpenFile& file) {
  TRY(check_shape(file.path));
  const std::unique_ptr<Connection> connection = TRY(Connection::open(file, Connection::Access::read_write));
  TRY(check_key(*connection, file.path));
  TRY(check_owner(*connection, file.path));
  const std::vector<TakenStep> taken = TRY(taken_steps(*connection));
  const SchemaDue due = TRY(schema_due(taken, embedded_migrations()));
  if (due != SchemaDue::carry_over) return std::optional<CarryOverRoom>();
  const CarryOverRoom room = TRY(room_to_carry_over(directory.database()));
  return std::optional(room);
}

Result<std::unique_ptr<Connection>> open_beside(const OpenFile& file, Connection::Access access) {
  std::unique_ptr<Connection> connection = TRY(Connection::open(file, access));
  TRY(set_up_connection(*connection, kReaderCacheKib));
  return connection;
}

}  // namespace connlog::storage
