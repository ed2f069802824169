// The directory of one appliance: the encrypted database, the keys, and a lock that lets one process use them at a time.
// The lock is the kernel's (flock), so it goes away with the process, however that ends. Taken before the keys are made or
// read; held as long as the object lives. One owner thread.
#pragma once

#include <filesystem>

#include "core/base/clock.h"
#include "core/base/result.h"

namespace connlog::storage {

class DataDirectory {
 public:
  // Makes the directory (0700) where it is missing and takes the lock. Refused when another process holds it.
  static Result<DataDirectory> open(const std::filesystem::path& path);
  DataDirectory(DataDirectory&& other) noexcept;
  DataDirectory& operator=(DataDirectory&&) = delete;
  ~DataDirectory();

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path database() const { return path_ / "connlog.db"; }
  std::filesystem::path backups() const { return path_ / "backups"; }
  // A file that was made but never written to (a crash at the very first start) is none.
  bool database_exists() const;

  // How long commits of readings should wait for more to join on this disk: 1 s on SD cards and eMMC, which wear out, else 0.
  milliseconds suggested_commit_window() const;

 private:
  DataDirectory(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}
  std::filesystem::path path_;
  int lock_;
};

}  // namespace connlog::storage
