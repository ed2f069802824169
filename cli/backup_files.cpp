#include "cli/backup_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "core/appliance/backup/archive.h"
#include "core/base/file_bytes.h"
#include "core/base/log.h"

namespace connlog {
namespace {

namespace fs = std::filesystem;

constexpr const char* kOwnCertificates[] = {"ca.crt", "ca.key", "server.crt", "server.key"};

// The content of a regular file; nothing where there is none, or where it is too large for an archive.
Result<std::optional<std::string>> content_of(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  struct stat facts {};
  if (file < 0 || ::fstat(file, &facts) != 0 || !S_ISREG(facts.st_mode)) {
    if (file >= 0) ::close(file);
    return std::optional<std::string>();
  }
  FileSource source(file, path.string());
  if (facts.st_size > static_cast<off_t>(kArchiveFileBytesMax)) {
    log_warning("backups.file_left_out", {{"file", path.string()}, {"bytes", facts.st_size}});
    return std::optional<std::string>();
  }
  std::string text(static_cast<std::size_t>(facts.st_size), '\0');
  std::size_t length = 0;
  while (length < text.size()) {
    const std::size_t got =
        TRY(source.read({reinterpret_cast<std::uint8_t*>(text.data()) + length, text.size() - length}));
    if (got == 0) break;
    length += got;
  }
  text.resize(length);
  return std::optional(std::move(text));
}

ExtraFile file_at(std::string name, fs::path path) {
  return {std::move(name), [path = std::move(path)] { return content_of(path); }};
}

// Names as an archive takes them.
bool is_archive_name(const std::string& name) {
  return !name.empty() && name.size() <= 100 && name.front() != '.' && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  });
}

void add_directory(std::vector<ExtraFile>& files, const std::string& below, const fs::path& directory) {
  std::error_code trouble;
  std::vector<std::string> names;
  for (fs::directory_iterator entry(directory, trouble), end; !trouble && entry != end; entry.increment(trouble))
    names.push_back(entry->path().filename().string());
  std::ranges::sort(names);
  for (const std::string& name : names) {
    if (is_archive_name(name)) {
      files.push_back(file_at(below + "/" + name, directory / name));
    } else {
      log_warning("backups.file_left_out", {{"file", (directory / name).string()}, {"reason", "its name"}});
    }
  }
}

}  // namespace

std::vector<ExtraFile> files_for_backup(const Settings& settings, const fs::path& data, const Keyring& keys) {
  std::vector<ExtraFile> files;
  if (!settings.settings_file.empty()) files.push_back(file_at("settings/connlog.toml", settings.settings_file));
  files.push_back({"keys/content", [&keys]() -> Result<std::optional<std::string>> {
                     return std::optional(std::string(keys.content().reveal()));
                   }});
  for (const char* name : kOwnCertificates) files.push_back(file_at(std::string("tls/") + name, data / "tls" / name));
  add_directory(files, "legal", data / "legal");
  files.push_back(file_at("audit.anchor", data / "audit.anchor"));
  add_directory(files, "agents", data / "agents");
  return files;
}

}  // namespace connlog
