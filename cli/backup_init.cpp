// `connlog backup init DIR`: marks a directory as one that takes backups, and lets the service write there. Says what is
// left for a person to do. Nothing that is there is changed or removed.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "cli/backup_commands.h"
#include "cli/commands.h"
#include "core/appliance/backup/directory_destination.h"
#include "core/base/io_cause.h"
#include "core/base/text.h"

namespace connlog {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kUnits[] = {"connlog-server.service", "connlog.service"};
constexpr const char* kUnitDirectories[] = {"/etc/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"};

Error cannot(const fs::path& path, const char* what, int error) {
  return Error{ErrorCode::unavailable, fmt::format("{} {}: {}.", path.string(), what, io_cause(error))};
}

Result<fs::path> directory_of(const std::string& given) {
  const std::string text = fs::absolute(given).lexically_normal().string();
  const std::string path = text.size() > 1 && text.back() == '/' ? text.substr(0, text.size() - 1) : text;
  if (!is_utf8(path) || has_control_character(path) || path.size() > 1'000 || path.find('"') != std::string::npos)
    return invalid("directory", "The directory's name must be plain text.");
  if (path == "/") return invalid("directory", "The root directory is no place for backups.");
  return fs::path(path);
}

// Written beside and renamed, so that a mark is whole or not there.
Result<void> write_mark(const fs::path& directory, const std::string& text) {
  const fs::path mark = directory / kBackupMark;
  const std::string beside = mark.string() + ".part";
  ::unlink(beside.c_str());
  const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (file < 0) return cannot(mark, "cannot be made", errno);
  const bool written = ::fchmod(file, 0644) == 0 &&
                       ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       ::fsync(file) == 0;
  const int error = errno == 0 ? ENOSPC : errno;
  ::close(file);
  if (written && ::rename(beside.c_str(), mark.c_str()) == 0) return {};
  ::unlink(beside.c_str());
  return cannot(mark, "cannot be made", written ? errno : error);
}

// "/mnt/usb disk" → "mnt-usb-disk"
std::string name_for_file(const fs::path& directory) {
  std::string out;
  for (const char c : directory.string()) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (plain) out += c;
    else if (!out.empty() && out.back() != '-') out += '-';
  }
  return out.substr(0, 100);
}

// As systemd reads it: quoted, with doubled percent signs; the hyphen lets the service start while the disk is away.
std::string drop_in_text(const fs::path& directory) {
  std::string path;
  for (const char c : directory.string()) {
    if (c == '%' || c == '\\') path += c;
    path += c;
  }
  return fmt::format("# Made by `connlog backup init`: the service may write its backups there.\n[Service]\nReadWritePaths=\"-{}\"\n", path);
}

// Whether the unit is installed and serves this data directory.
bool serves(const char* unit, const std::string& data) {
  return std::ranges::any_of(kUnitDirectories, [&](const char* place) {
    std::ifstream file(fs::path(place) / unit);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    return text.find(fs::absolute(data).lexically_normal().string()) != std::string::npos;
  });
}

// The services of this machine may write only where their unit says so.
void allow_services(const fs::path& directory, const std::string& data) {
  for (const char* unit : kUnits) {
    std::error_code trouble;
    if (!serves(unit, data)) continue;
    const fs::path file = fs::path("/etc/systemd/system") / (std::string(unit) + ".d") /
                          fmt::format("backup-{}.conf", name_for_file(directory));
    const std::string text = drop_in_text(directory);
    bool written = false;
    if (::geteuid() == 0) {
      fs::create_directories(file.parent_path(), trouble);
      std::ofstream out(file);
      out << text;
      out.close();
      written = out.good();
    }
    if (written) {
      std::printf("%s was written. It holds from the next start: systemctl daemon-reload && systemctl restart %s\n",
                  file.c_str(), unit);
    } else {
      std::printf("The service may write only where its unit says so. As root, write into %s:\n%s"
                  "then: systemctl daemon-reload && systemctl restart %s\n",
                  file.c_str(), text.c_str(), unit);
    }
  }
}

// Who must be able to write there: the owner of the data directory, as whom the service runs.
Result<void> give_to_owner(const fs::path& directory, const struct stat& data, bool was_made) {
  struct stat facts {};
  if (::stat(directory.c_str(), &facts) != 0) return cannot(directory, "cannot be asked", errno);
  if (facts.st_uid != data.st_uid && was_made && ::geteuid() == 0) {
    // Through a handle: the owner of the directory above could put something else under the name.
    const int handle = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    const bool is_given = handle >= 0 && ::fchown(handle, data.st_uid, data.st_gid) == 0;
    const int error = errno;
    if (handle >= 0) ::close(handle);
    if (!is_given) return cannot(directory, "cannot be given to connlog's user", error);
    return {};
  }
  if (facts.st_uid != data.st_uid) {
    std::printf("connlog's user must be able to write there: chown %u:%u '%s'\n", static_cast<unsigned>(data.st_uid),
                static_cast<unsigned>(data.st_gid), directory.c_str());
  } else if ((facts.st_mode & 077) != 0) {
    std::printf("Others can look into it; backups are encrypted all the same. To keep them out: chmod 0700 '%s'\n",
                directory.c_str());
  }
  return {};
}

}  // namespace

Result<void> init_backup_directory(const CommandLine& line, const Settings& settings, Clock& clock, Random& random) {
  const fs::path directory = TRY(directory_of(line.directory));
  auto asker = TRY(BackupAsker::running(settings));
  if (!asker) asker = TRY(BackupAsker::here(settings, clock, random));
  const json facts = TRY(asker->ask({{"command", "backup_facts"}}));
  const std::string instance = facts.value("instance", "");

  const bool was_made = ::mkdir(directory.c_str(), 0700) == 0;
  if (!was_made && errno != EEXIST) return cannot(directory, "cannot be made", errno);
  struct stat place {}, data {};
  if (::stat(directory.c_str(), &place) != 0) return cannot(directory, "cannot be asked", errno);
  if (!S_ISDIR(place.st_mode)) return invalid("directory", fmt::format("{} is no directory.", directory.string()));
  if (::stat(settings.data_dir.c_str(), &data) != 0) return cannot(settings.data_dir, "cannot be asked", errno);
  std::error_code trouble;
  if (fs::exists(directory / kBackupMark, trouble)) {
    std::printf("%s is marked already.\n", directory.c_str());
  } else {
    TRY(write_mark(directory, backup_mark_text(instance, clock.now())));
    std::printf("%s is marked for backups.\n", directory.c_str());
  }
  TRY(give_to_owner(directory, data, was_made));
  if (place.st_dev == data.st_dev) {
    std::printf("It lies on the device that the data are on: what takes the one takes the other. Is the disk mounted?\n");
  }
  allow_services(directory, settings.data_dir);
  if (std::ranges::find(settings.backup_directories, directory.string()) == settings.backup_directories.end()) {
    std::printf("Name it in connlog.toml, then restart connlog:\n  backup_directories = [\"%s\"]\n", directory.c_str());
  }
  return {};
}

}  // namespace connlog
