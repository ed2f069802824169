// The directory of one appliance: the encrypted database, the keys, and a lock that lets one process at a time use
// them. The lock is the kernel's (flock), so it goes away with the process, however the process ends. It is taken
// before the keys are made or read, and held as long as the object lives. One owner thread.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

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
  std::filesystem::path anchor() const { return path_ / "audit.anchor"; }
  std::filesystem::path backups() const { return path_ / "backups"; }
  // An empty file (left by a crash at the very first start) does not count as a database.
  bool database_exists() const;
  // Where an anchor lies, an appliance was: then a database that is missing or empty is no first start, and nobody may
  // set it up anew by accident. `found`: "is missing or empty".
  Result<void> refuse_lost_database(std::string_view found) const;
  // How a person begins anew there on purpose: a sentence.
  std::string how_to_begin_anew() const;

  // How long a commit of readings should wait for more readings on this disk: 1 s on SD cards and eMMC, which wear out,
  // else 0.
  milliseconds suggested_commit_window() const;

 private:
  DataDirectory(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}
  std::filesystem::path path_;
  int lock_;
};

}  // namespace connlog::storage
