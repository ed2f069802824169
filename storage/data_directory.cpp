#include "storage/data_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>

#include "core/base/io_cause.h"

namespace connlog::storage {

namespace fs = std::filesystem;

Result<DataDirectory> DataDirectory::open(const fs::path& path) {
  std::error_code trouble;
  fs::create_directories(path.parent_path(), trouble);  // a failure shows at the next step
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    return Error{ErrorCode::unavailable,
                 fmt::format("The data directory {} cannot be made: {}.", path.string(), io_cause(errno))};
  }
  const fs::path lock_path = path / "connlog.lock";
  const int lock = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (lock < 0) {
    return Error{ErrorCode::unavailable,
                 fmt::format("The lock file {} cannot be opened: {}.", lock_path.string(), io_cause(errno))};
  }
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    const int reason = errno;
    ::close(lock);
    if (reason == EWOULDBLOCK) {
      return Error{
          ErrorCode::conflict,
          fmt::format("The data directory {} is in use by another connlog. Stop it first, or name another directory.",
                      path.string())};
    }
    return Error{ErrorCode::unavailable,
                 fmt::format("The data directory {} cannot be locked: {}.", path.string(), io_cause(reason))};
  }
  return DataDirectory(path, lock);
}

DataDirectory::DataDirectory(DataDirectory&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

DataDirectory::~DataDirectory() {
  if (lock_ >= 0) ::close(lock_);
}

bool DataDirectory::database_exists() const {
  struct stat facts {};
  return ::stat(database().c_str(), &facts) == 0 && facts.st_size > 0;
}

std::string DataDirectory::how_to_begin_anew() const {
  return fmt::format("To begin anew on purpose: mv {} {}.before", path_.string(), path_.string());
}

Result<void> DataDirectory::refuse_lost_database(std::string_view found) const {
  std::error_code trouble;
  if (!fs::exists(anchor(), trouble)) return {};
  return Error{
      ErrorCode::conflict,
      fmt::format("The database {} {}, but {} says that this appliance had one. Restore a whole copy: connlog.db, "
                  "connlog.db-wal if there is one, audit.anchor and keys, all of one time; or a backup: `connlog "
                  "restore FILE`. {}",
                  database().string(), found, anchor().string(), how_to_begin_anew())};
}

milliseconds DataDirectory::suggested_commit_window() const {
  struct stat facts {};
  if (::stat(path_.c_str(), &facts) != 0) return milliseconds(0);
  const std::string device = fmt::format("/sys/dev/block/{}:{}", major(facts.st_dev), minor(facts.st_dev));
  std::error_code trouble;
  const fs::path real = fs::canonical(device, trouble);
  if (trouble || real.string().find("mmcblk") == std::string::npos) return milliseconds(0);
  return milliseconds(1'000);
}

}  // namespace connlog::storage
