#include "cli/restore_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iostream>
#include <iterator>
#include <system_error>

#include "cli/master_key_prompt.h"
#include "core/base/file_bytes.h"
#include "core/base/io_cause.h"
#include "core/crypto/master_key.h"
#include "storage/appliance/page_copy.h"

namespace connlog {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSettings = "settings/connlog.toml";
constexpr std::string_view kAnchor = "audit.anchor";
constexpr std::string_view kKeys = "keys/content";
constexpr std::string_view kFolders[] = {"legal/", "tls/", "agents/"};
constexpr std::size_t kKeyTextBytesMax = 4'096;

bool is_plain_part(std::string_view part) {
  return !part.empty() && part.front() != '.' && std::ranges::all_of(part, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  });
}

bool is_plain_path(std::string_view path) {
  while (true) {
    const std::size_t slash = path.find('/');
    if (!is_plain_part(path.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

Error unknown_file(const std::string& name) {
  return Error{ErrorCode::conflict,
               fmt::format("The backup has a file that no connlog puts there: {}. Nothing was replaced.",
                           name.substr(0, 100))};
}

// Where a file of the archive goes, below the directory.
Result<std::string> place_of(const std::string& name, bool settings_beside) {
  if (name == kSettings) return std::string(settings_beside ? "connlog.toml.restored" : "connlog.toml");
  if (name == kAnchor) return name;
  for (const std::string_view folder : kFolders) {
    if (name.starts_with(folder) && is_plain_path(name)) return name;
  }
  return unknown_file(name);
}

Result<void> make_folders(const fs::path& base, const std::string& name) {
  for (std::size_t slash = name.find('/'); slash != std::string::npos; slash = name.find('/', slash + 1)) {
    const fs::path folder = base / name.substr(0, slash);
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
      return Error{ErrorCode::unavailable,
                   fmt::format("The directory {} cannot be made: {}.", folder.string(), io_cause(errno))};
  }
  return {};
}

// One line of words or of a passphrase.
Result<Secret> read_key_text(const std::string& path, const char* option) {
  std::string text;
  if (path == "-") {
    std::getline(std::cin, text);
  } else {
    std::ifstream file(path, std::ios::binary);
    if (!file) return invalid(option, fmt::format("{} cannot be read.", path));
    text.assign(std::istreambuf_iterator<char>(file), {});
  }
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  if (text.empty() || text.size() > kKeyTextBytesMax)
    return invalid(option, fmt::format("{} holds no key: it must be one line.", path == "-" ? "Standard input" : path));
  return Secret(std::move(text));
}

bool has_slot(const ArchiveHeader& header, KeySlotKind kind) {
  return std::ranges::any_of(header.slots, [kind](const KeySlot& slot) { return slot.kind == kind; });
}

Result<Key> opened(Result<Key> key, const char* what) {
  if (!key && key.error().code == ErrorCode::not_found) {
    return Error{ErrorCode::forbidden,
                 fmt::format("This {} does not open the backup: it was made for another one.", what)};
  }
  return key;
}

}  // namespace

Result<std::unique_ptr<ByteSource>> open_archive_file(const std::string& path) {
  if (path == "-") {
    const int input = ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
    if (input < 0) return Error{ErrorCode::unavailable, "Standard input cannot be read."};
    return std::unique_ptr<ByteSource>(std::make_unique<FileSource>(input, "standard input"));
  }
  std::unique_ptr<FileSource> file = TRY(FileSource::open(path));
  return std::unique_ptr<ByteSource>(std::move(file));
}

Result<Key> ask_content_key(const CommandLine& line, const ArchiveHeader& header) {
  if (!line.recovery_key_file.empty()) {
    const Secret words = TRY(read_key_text(line.recovery_key_file, "recovery-key-file"));
    return opened(content_key_by_words(header, words), "recovery key");
  }
  if (!line.passphrase_file.empty()) {
    const Secret passphrase = TRY(read_key_text(line.passphrase_file, "passphrase-file"));
    return opened(content_key_by_passphrase(header, passphrase), "passphrase");
  }
  const bool by_words = has_slot(header, KeySlotKind::recovery);
  if (!has_terminal()) {
    return invalid(by_words ? "recovery-key-file" : "passphrase-file",
                   fmt::format("There is no terminal to ask for the key of the backup on. Use {}.",
                               by_words ? "--recovery-key-file" : "--passphrase-file"));
  }
  if (by_words) {
    const Secret words = TRY(ask_unseen("Recovery key (ten words): "));
    return opened(content_key_by_words(header, words), "recovery key");
  }
  const Secret passphrase = TRY(ask_unseen("Passphrase of the backups: "));
  return opened(content_key_by_passphrase(header, passphrase), "passphrase");
}

Result<std::size_t> CountedSource::read(std::span<std::uint8_t> into) {
  const std::size_t got = TRY(from_.read(into));
  bytes_ += static_cast<std::int64_t>(got);
  if (tell_) tell_(bytes_);
  return got;
}

Result<void> RestoredFiles::file(const std::string& name, std::string content) {
  if (options_.go_on) TRY(options_.go_on());
  if (name == kKeys) {
    if (keys_) return unknown_file(name);
    TRY(Keyring::make_from_content(options_.directory, Secret(std::move(content)), NewMasterKey{}, random_));
    Keyring made = TRY(Keyring::open(options_.directory, true, random_));
    keys_.emplace(std::move(made));
    return {};
  }
  const std::string place = TRY(place_of(name, options_.settings_beside));
  TRY(make_folders(options_.directory, place));
  const std::unique_ptr<FileSink> out = TRY(FileSink::make(options_.directory / place));
  TRY(out->write({reinterpret_cast<const std::uint8_t*>(content.data()), content.size()}));
  return out->sync();
}

Result<void> RestoredFiles::begin_database(std::uint32_t page_bytes) {
  if (!keys_) {
    return Error{ErrorCode::conflict,
                 "The backup has no keys before its database, so nothing can be restored from it. Nothing was replaced."};
  }
  const storage::OpenFile file{(options_.directory / "connlog.db").string(), keys_->database_key(), {}};
  database_ = storage::new_database(file, options_.kind);
  return database_->begin(page_bytes);
}

Result<void> RestoredFiles::pages(std::uint32_t first, std::span<const std::uint8_t> pages) {
  if (options_.go_on) TRY(options_.go_on());
  return database_->pages(first, pages);
}

Result<void> RestoredFiles::finish(const Manifest& manifest) {
  if (!database_) return Error{ErrorCode::conflict, "The backup has no database. Nothing was replaced."};
  TRY(database_->finish(manifest));
  database_.reset();
  return sync_tree(options_.directory);
}

std::uint64_t free_bytes_of(const fs::path& directory) {
  struct statvfs disk {};
  if (::statvfs(directory.c_str(), &disk) != 0) return 0;
  return std::uint64_t{disk.f_bavail} * disk.f_frsize;
}

Result<void> check_room(const fs::path& directory, std::uint64_t bytes_wanted) {
  const std::uint64_t free = free_bytes_of(directory);
  if (free >= bytes_wanted) return {};
  return Error{ErrorCode::unavailable,
               fmt::format("There is no room for it where {} is: {} MiB are free, {} MiB are needed. Make room, or restore "
                           "to another disk (--data-dir). Nothing was replaced.",
                           directory.string(), free >> 20, (bytes_wanted >> 20) + 1)};
}

Result<void> check_owner(const fs::path& data_directory) {
  struct stat facts {};
  if (::geteuid() != 0 || ::stat(data_directory.c_str(), &facts) != 0 || facts.st_uid == 0) return {};
  return Error{ErrorCode::forbidden,
               fmt::format("{0} belongs to the user {1}, as whom connlog runs: it could not read what root makes there. Run "
                           "the same as that user: sudo -u '#{1}' connlog … Nothing was changed.",
                           data_directory.string(), facts.st_uid)};
}

Result<void> sync_directory(const fs::path& directory) {
  const int folder = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = folder >= 0 && ::fsync(folder) == 0;
  const int reason = errno;
  if (folder >= 0) ::close(folder);
  if (synced) return {};
  return Error{ErrorCode::unavailable,
               fmt::format("The directory {} cannot be synced: {}.", directory.string(), io_cause(reason))};
}

Result<void> sync_tree(const fs::path& directory) {
  std::error_code trouble;
  for (fs::recursive_directory_iterator at(directory, trouble), end; !trouble && at != end; at.increment(trouble)) {
    if (at->is_directory(trouble) && !at->is_symlink(trouble)) TRY(sync_directory(at->path()));
  }
  if (trouble) {
    return Error{ErrorCode::unavailable,
                 fmt::format("The directory {} cannot be read: {}.", directory.string(), trouble.message())};
  }
  return sync_directory(directory);
}

}  // namespace connlog
