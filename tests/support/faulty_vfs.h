// SQLite's door to the disk, with a disk of the test's own behind it: syncs that take a settable time, writes and syncs
// that fail from the n-th on (disk full, I/O error) until the disk is healed, and counts of both. Everything else is
// the system's VFS. Register one per test; it must outlive the database. Any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>

struct sqlite3_vfs;

namespace connlog {

class FaultyVfs {
 public:
  FaultyVfs();
  ~FaultyVfs();
  FaultyVfs(const FaultyVfs&) = delete;
  FaultyVfs& operator=(const FaultyVfs&) = delete;

  const std::string& name() const { return name_; }

  enum class Trouble { disk_full, io_error, quota, read_only, permission, file_size };
  // The n-th write (sync) from now on fails, and each one after it, until heal(). 1: the next one.
  void fail_writes(std::int64_t nth, Trouble trouble = Trouble::disk_full);
  void fail_syncs(std::int64_t nth);
  void heal();

  // From now on each sync notes the file's whole content: what a power cut would leave. For small files.
  void remember_what_is_durable() { remembering_ = true; }
  void write_durable_files(const std::filesystem::path& directory) const;

  std::atomic<std::int64_t> sync_microseconds{0};
  std::atomic<std::int64_t> writes{0}, syncs{0}, bytes_written{0}, failures{0};

  // For the implementation.
  bool write_fails();
  bool sync_fails();
  void synced(const std::string& path);
  void deleted(const std::string& path);
  int write_error() const { return write_error_; }
  int write_errno() const { return write_errno_; }
  sqlite3_vfs* system() const { return system_; }

 private:
  std::string name_;
  sqlite3_vfs* system_;
  sqlite3_vfs* mine_;
  std::atomic<std::int64_t> writes_until_failure_{-1}, syncs_until_failure_{-1};  // -1: never
  std::atomic<int> write_error_{0}, write_errno_{0};                              // SQLite's code, the system's number
  std::atomic<bool> remembering_{false};
  mutable std::mutex mutex_;
  std::map<std::string, std::string> durable_;  // under mutex_: file name → content
};

}  // namespace connlog
