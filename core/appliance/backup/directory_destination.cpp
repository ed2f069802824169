#include "core/appliance/backup/directory_destination.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>

#include "core/base/file_bytes.h"
#include "core/base/io_cause.h"
#include "core/base/log.h"
#include "core/base/write_back.h"

namespace connlog {
namespace {

constexpr std::string_view kPart = ".part", kEnding = ".clb";
constexpr std::int64_t kRoomBesideTheData = 16 << 20, kRoomElsewhere = 1 << 20;  // left when the backup is there
constexpr std::size_t kPiece = 256 * 1024;
constexpr std::size_t kMarkBytesMax = 4'096;

std::string prefix_of(const std::string& instance) {
  return "connlog-" + instance.substr(0, 8) + "-";
}

bool is_mark(int directory) {
  const int file = ::openat(directory, kBackupMark, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return false;
  std::string text(kMarkBytesMax, '\0');
  const ssize_t got = ::read(file, text.data(), text.size());
  ::close(file);
  if (got <= 0) return false;
  const auto mark = nlohmann::json::parse(text.substr(0, static_cast<std::size_t>(got)), nullptr, false);
  return mark.is_object() && mark.contains("instance") && mark["instance"].is_string();
}

bool same_file(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

}  // namespace

std::string backup_mark_text(const std::string& instance, Instant at) {
  return nlohmann::json{{"instance", instance}, {"made_at", to_iso8601(at)}}.dump() + "\n";
}

std::string backup_file_name(const std::string& instance, Instant at, const BackupId& id) {
  std::string time = to_iso8601(at);
  std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
  return fmt::format("{}{}-{}{}", prefix_of(instance), time, id.text(), kEnding);
}

bool is_backup_file_name(std::string_view name, const std::string& instance) {
  const std::string prefix = prefix_of(instance);
  constexpr std::size_t kTime = 16, kId = 36;
  if (instance.size() < 8 || name.size() != prefix.size() + kTime + 1 + kId + kEnding.size()) return false;
  if (!name.starts_with(prefix) || !name.ends_with(kEnding)) return false;
  const std::string_view time = name.substr(prefix.size(), kTime);
  for (std::size_t i = 0; i < kTime; ++i) {
    const bool fits = i == 8 ? time[i] == 'T' : i == 15 ? time[i] == 'Z' : time[i] >= '0' && time[i] <= '9';
    if (!fits) return false;
  }
  BackupId id;
  return name[prefix.size() + kTime] == '-' && BackupId::parse(name.substr(prefix.size() + kTime + 1, kId), id);
}

class DirectoryDestination::OpenDirectory {
 public:
  explicit OpenDirectory(int handle) : handle_(handle) {}
  ~OpenDirectory() { ::close(handle_); }
  OpenDirectory(const OpenDirectory&) = delete;
  OpenDirectory& operator=(const OpenDirectory&) = delete;
  int handle() const { return handle_; }

 private:
  const int handle_;
};

// ---------------------------------------------------------------- a backup while it is written

class DirectoryDestination::PartFile final : public Part {
 public:
  PartFile(const DirectoryDestination& place, std::unique_ptr<OpenDirectory> directory, std::string name, int file)
      : place_(place), directory_(std::move(directory)), name_(std::move(name)), file_(file) {}

  ~PartFile() override {
    if (file_ >= 0) ::close(file_);
    if (!is_kept_) ::unlinkat(directory_->handle(), part().c_str(), 0);
  }

  Result<void> write(std::span<const std::uint8_t> bytes) override {
    while (!bytes.empty()) {
      const ssize_t wrote = ::write(file_, bytes.data(), bytes.size());
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote <= 0) return place_.trouble("cannot take the backup", wrote == 0 ? ENOSPC : errno);
      bytes_ += wrote;
      bytes = bytes.subspan(static_cast<std::size_t>(wrote));
    }
    write_back_.wrote(file_, bytes_);
    return {};
  }

  Result<std::int64_t> keep() override {
    if (::fsync(file_) != 0) return place_.trouble("cannot take the backup", errno);
    ::close(std::exchange(file_, -1));
    TRY(check_place());
    if (::renameat(directory_->handle(), part().c_str(), directory_->handle(), name_.c_str()) != 0)
      return place_.trouble("cannot take the backup", errno);
    is_kept_ = true;
    if (::fsync(directory_->handle()) != 0) return place_.trouble("cannot take the backup", errno);
    return bytes_;
  }

 private:
  std::string part() const { return name_ + std::string(kPart); }

  // The directory may have been unmounted, moved or removed meanwhile; the handle would not notice.
  Result<void> check_place() const {
    struct stat mine {}, now {};
    const bool same = ::fstat(directory_->handle(), &mine) == 0 && ::stat(place_.path_.c_str(), &now) == 0 &&
                      same_file(mine, now);
    if (same) return {};
    return Error{ErrorCode::unavailable,
                 fmt::format("{} went away while the backup was written. Attach the disk again.", place_.name())};
  }

  const DirectoryDestination& place_;
  const std::unique_ptr<OpenDirectory> directory_;
  const std::string name_;
  int file_;
  std::int64_t bytes_ = 0;
  WriteBack write_back_;
  bool is_kept_ = false;
};

// ---------------------------------------------------------------- the directory

Error DirectoryDestination::trouble(const char* what, int error) const {
  const std::string remedy = error == ENOSPC || error == EDQUOT ? " Make room there, or keep fewer backups." : "";
  return Error{ErrorCode::unavailable, fmt::format("{} {}: {}.{}", name(), what, io_cause(error), remedy)};
}

Result<std::unique_ptr<DirectoryDestination::OpenDirectory>> DirectoryDestination::open_directory() const {
  if (is_built_in() && ::mkdir(path_.c_str(), 0700) != 0 && errno != EEXIST) return trouble("cannot be made", errno);
  const int handle = ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0 && (errno == ENOENT || errno == ENOTDIR)) {
    return Error{ErrorCode::unavailable,
                 fmt::format("{} is not there. Attach the disk, or make the directory and run `connlog backup init {}`.",
                             name(), name())};
  }
  if (handle < 0) return trouble("cannot be opened", errno);
  auto directory = std::make_unique<OpenDirectory>(handle);
  if (!is_built_in() && !is_mark(handle)) {
    return Error{ErrorCode::unavailable,
                 fmt::format("{} has no mark of connlog: either the disk is not mounted, or the directory was never "
                             "prepared. Mount it, or run `connlog backup init {}`.",
                             name(), name())};
  }
  return directory;
}

Result<void> DirectoryDestination::probe() {
  const auto directory = TRY(open_directory());
  if (::faccessat(directory->handle(), ".", W_OK | X_OK, AT_EACCESS) != 0) {
    const int error = errno;
    if (error != EACCES && error != EROFS) return trouble("cannot be written to", error);
    return Error{ErrorCode::unavailable,
                 fmt::format("{} cannot be written to: {}. Give it to the user that connlog runs as, and see that the "
                             "service may write there: `connlog backup init {}`.",
                             name(), io_cause(error), name())};
  }
  return {};
}

Result<std::unique_ptr<DirectoryDestination::Part>> DirectoryDestination::begin(const std::string& name,
                                                                                std::int64_t bytes_expected) {
  if (!is_backup_file_name(name, instance_))
    return Error{ErrorCode::internal, "The backup has no proper name.", {}, name};
  auto directory = TRY(open_directory());
  const std::int64_t free = free_bytes();
  const std::int64_t needed = bytes_expected + (is_built_in() ? kRoomBesideTheData : kRoomElsewhere);
  if (free >= 0 && free < needed) {
    return Error{ErrorCode::unavailable,
                 fmt::format("{} has room for {} MiB, and the backup needs about {}. Make room there, or keep fewer "
                             "backups.",
                             this->name(), free >> 20, (needed + (1 << 20) - 1) >> 20)};
  }
  const int file = ::openat(directory->handle(), (name + std::string(kPart)).c_str(),
                            O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file < 0) return trouble("cannot take the backup", errno);
  return std::unique_ptr<Part>(std::make_unique<PartFile>(*this, std::move(directory), name, file));
}

Result<std::int64_t> DirectoryDestination::put(const std::string& name, std::int64_t bytes_expected, ByteSource& from,
                                               const std::function<Result<void>(std::int64_t done)>& go_on) {
  const auto part = TRY(begin(name, bytes_expected));
  std::vector<std::uint8_t> piece(kPiece);
  std::int64_t done = 0;
  while (true) {
    const std::size_t got = TRY(from.read(piece));
    if (got == 0) break;
    TRY(part->write(std::span(piece).first(got)));
    done += static_cast<std::int64_t>(got);
    TRY(go_on(done));
  }
  if (done != bytes_expected) {
    return Error{ErrorCode::unavailable,
                 fmt::format("The backup has {} bytes where {} were expected, and was not copied.", done, bytes_expected)};
  }
  return part->keep();
}

Result<std::unique_ptr<ByteSource>> DirectoryDestination::open(const std::string& name) {
  if (!is_backup_file_name(name, instance_)) return Error{ErrorCode::not_found, "There is no such backup."};
  const auto directory = TRY(open_directory());
  const int file = ::openat(directory->handle(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
  struct stat facts {};
  const bool is_file = file >= 0 && ::fstat(file, &facts) == 0 && S_ISREG(facts.st_mode);
  if (!is_file) {
    if (file >= 0) ::close(file);
    return Error{ErrorCode::not_found, fmt::format("The backup is not in {} any more.", this->name())};
  }
  return std::unique_ptr<ByteSource>(
      std::make_unique<FileSource>(file, (path_ / name).string(), static_cast<std::int64_t>(facts.st_size)));
}

Result<bool> DirectoryDestination::has(const std::string& name, std::int64_t bytes) {
  if (!is_backup_file_name(name, instance_)) return false;
  const auto directory = TRY(open_directory());
  struct stat facts {};
  return ::fstatat(directory->handle(), name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(facts.st_mode) &&
         facts.st_size == bytes;
}

Result<void> DirectoryDestination::remove(const std::string& name) {
  if (!is_backup_file_name(name, instance_))
    return Error{ErrorCode::internal, "Only backups of this appliance are removed.", {}, name};
  const auto directory = TRY(open_directory());
  if (::unlinkat(directory->handle(), name.c_str(), 0) != 0 && errno != ENOENT)
    return trouble("does not let the backup be removed", errno);
  return {};
}

std::vector<StoredBackup> DirectoryDestination::list() {
  std::vector<StoredBackup> out;
  const auto directory = open_directory();
  if (!directory) return out;
  DIR* entries = ::fdopendir(::dup((*directory)->handle()));
  if (entries == nullptr) return out;
  while (const dirent* entry = ::readdir(entries)) {
    struct stat facts {};
    if (!is_backup_file_name(entry->d_name, instance_)) continue;
    if (::fstatat((*directory)->handle(), entry->d_name, &facts, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (S_ISREG(facts.st_mode)) out.push_back({entry->d_name, static_cast<std::int64_t>(facts.st_size)});
  }
  ::closedir(entries);
  return out;
}

void DirectoryDestination::sweep() {
  const auto directory = open_directory();
  if (!directory) return;
  DIR* entries = ::fdopendir(::dup((*directory)->handle()));
  if (entries == nullptr) return;
  while (const dirent* entry = ::readdir(entries)) {
    const std::string_view name(entry->d_name);
    if (!name.ends_with(kPart) || !is_backup_file_name(name.substr(0, name.size() - kPart.size()), instance_)) continue;
    if (::unlinkat((*directory)->handle(), entry->d_name, 0) == 0)
      log_info("backups.part_removed", {{"directory", this->name()}, {"file", name}});
  }
  ::closedir(entries);
}

std::int64_t DirectoryDestination::free_bytes() const {
  struct statvfs disk {};
  if (::statvfs(path_.c_str(), &disk) != 0) return -1;
  return static_cast<std::int64_t>(disk.f_bavail) * static_cast<std::int64_t>(disk.f_frsize);
}

bool DirectoryDestination::is_on_device_of(const std::filesystem::path& directory) const {
  struct stat mine {}, theirs {};
  return ::stat(path_.c_str(), &mine) == 0 && ::stat(directory.c_str(), &theirs) == 0 && mine.st_dev == theirs.st_dev;
}

}  // namespace connlog
