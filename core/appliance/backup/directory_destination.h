// A directory that takes backups: one that connlog.toml names and `connlog backup init` marked, or `<data>/backups`, which
// needs no mark. Without its mark a directory counts as absent, so that nothing fills the mount point of a disk that is not
// there. A backup is written as "<name>.part", synced, and only then gets its name; what an interruption leaves is removed
// by sweep(). Only names of this appliance are ever touched, and no link is followed inside the directory. One thread at a
// time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/appliance/backup/backup.h"
#include "core/appliance/backup/destination.h"

namespace connlog {

// Stored in the directory: {"instance": …, "made_at": …}.
inline constexpr const char* kBackupMark = ".connlog-backup";
std::string backup_mark_text(const std::string& instance, Instant at);

// "connlog-<instance, 8 hex>-<YYYYMMDDTHHMMSSZ>-<backup id>.clb"
std::string backup_file_name(const std::string& instance, Instant at, const BackupId& id);
// Whether the name is one of those, of this instance.
bool is_backup_file_name(std::string_view name, const std::string& instance);

enum class DirectoryMark { needed, not_needed };

class DirectoryDestination final : public Destination {
 public:
  DirectoryDestination(std::filesystem::path path, std::string instance, DirectoryMark mark)
      : path_(std::move(path)), instance_(std::move(instance)), mark_(mark) {}

  std::string name() const override { return path_.string(); }
  bool is_directory() const override { return true; }
  Result<void> probe() override;
  Result<std::int64_t> put(const std::string& name, std::int64_t bytes_expected, ByteSource& from,
                           const std::function<Result<void>(std::int64_t done)>& go_on) override;
  Result<std::unique_ptr<ByteSource>> open(const std::string& name) override;
  Result<bool> has(const std::string& name, std::int64_t bytes) override;
  Result<void> remove(const std::string& name) override;

  // A backup while it is written. Destroyed without keep(), nothing of it stays.
  class Part : public ByteSink {
   public:
    // Syncs it and gives it its name; its length.
    virtual Result<std::int64_t> keep() = 0;
  };
  // `bytes_expected`: refused where there is not that much room; 0: not known.
  Result<std::unique_ptr<Part>> begin(const std::string& name, std::int64_t bytes_expected);

  bool is_built_in() const { return mark_ == DirectoryMark::not_needed; }
  // Removes what interrupted backups of this appliance left. Nothing is being written meanwhile.
  void sweep();
  std::int64_t free_bytes() const;                                       // -1: not known
  bool is_on_device_of(const std::filesystem::path& directory) const;  // false where either cannot be asked
  std::vector<StoredBackup> list();                                      // of this appliance

 private:
  class OpenDirectory;
  class PartFile;
  Result<std::unique_ptr<OpenDirectory>> open_directory() const;
  Error trouble(const char* what, int error) const;

  const std::filesystem::path path_;
  const std::string instance_;
  const DirectoryMark mark_;
};

}  // namespace connlog
