#include "storage/disk_trouble.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>

#include "core/base/io_cause.h"

namespace connlog::storage {
namespace {

constexpr const char* kLookAtLog = "Look at the system's log, and at the disk of the data directory.";
constexpr const char* kRestore = "Run `connlog check`, and restore a backup: `connlog restore`.";

DiskTrouble by_errno(int system_error) {
  const IoCause* known = find_io_cause(system_error);
  if (known == nullptr) return {};
  return {std::string(known->cause), std::string(known->remedy)};
}

// The cause by errno, or else `otherwise`: the system's last error may be of another call.
DiskTrouble by_errno_or(int system_error, const char* otherwise, const char* remedy) {
  DiskTrouble trouble = by_errno(system_error);
  if (!trouble.is_set()) trouble = {otherwise, remedy};
  return trouble;
}

DiskTrouble of_io_error(int code, int system_error) {
  if (code == SQLITE_IOERR_NOMEM) return by_errno(ENOMEM);
  if (code == SQLITE_IOERR_SHORT_READ) return {"the database file ends too early", kRestore};
  DiskTrouble trouble = by_errno_or(system_error, "the device reports an I/O error", kLookAtLog);
  trouble.is_reading = code == SQLITE_IOERR_READ;
  return trouble;
}

DiskTrouble of_read_only(int code, int system_error) {
  if (code == SQLITE_READONLY_DBMOVED)
    return {"the database file was moved or deleted", "Stop connlog, put the file back, and start it again."};
  if (system_error == EACCES || system_error == EPERM) return by_errno(system_error);
  return {"the database file or its file system is read-only",
          "Look at the file's owner and mode, and at how its file system is mounted."};
}

}  // namespace

std::string DiskTrouble::sentence() const {
  return fmt::format("{}: {}. {}", is_reading ? "The database cannot be read" : "Nothing can be stored", cause, remedy);
}

DiskTrouble disk_trouble(int code, int system_error) {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return by_errno(system_error == EDQUOT ? EDQUOT : ENOSPC);
    case SQLITE_IOERR:
      return of_io_error(code, system_error);
    case SQLITE_READONLY:
      return of_read_only(code, system_error);
    case SQLITE_CANTOPEN:
      return by_errno_or(system_error, "a file of the database cannot be opened", kLookAtLog);
    case SQLITE_CORRUPT:
      return {"the database file is damaged", kRestore};
    case SQLITE_NOTADB:
      return {"the database file cannot be opened with this key, or is damaged", kRestore};
    case SQLITE_NOMEM:
      return by_errno(ENOMEM);
    case SQLITE_PERM:
      return by_errno(EACCES);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {"another program holds the database", "End it, and try again."};
    default:
      return {};
  }
}

}  // namespace connlog::storage
