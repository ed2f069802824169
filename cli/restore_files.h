// What is in a backup, written into a directory that becomes a data directory, or that a drill looks at. Only names that
// connlog gives are taken, nothing is overwritten, and every file is durable before finish() returns. Also the questions
// that all commands ask who open an archive. Main thread, or the thread of a drill.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "cli/command_line.h"
#include "core/appliance/backup/archive.h"
#include "core/appliance/backup/database_pages.h"
#include "core/base/byte_stream.h"
#include "core/base/random.h"
#include "core/crypto/keyring.h"

namespace connlog {

// A file, or "-" for standard input.
Result<std::unique_ptr<ByteSource>> open_archive_file(const std::string& path);

// The content key of an archive: by the words or the passphrase of the named files ("-": standard input), or by asking at
// the terminal for what the header has a slot for.
Result<Key> ask_content_key(const CommandLine& line, const ArchiveHeader& header);

// Counts what is read, and tells of it.
class CountedSource final : public ByteSource {
 public:
  CountedSource(ByteSource& from, std::function<void(std::int64_t bytes)> tell) : from_(from), tell_(std::move(tell)) {}
  Result<std::size_t> read(std::span<std::uint8_t> into) override;

 private:
  ByteSource& from_;
  std::function<void(std::int64_t)> tell_;
  std::int64_t bytes_ = 0;
};

class RestoredFiles final : public ArchiveVisitor {
 public:
  struct Options {
    std::filesystem::path directory;  // exists, 0700, empty
    BackupKind kind = BackupKind::whole;
    bool settings_beside = false;  // connlog.toml.restored in place of connlog.toml
    // Asked between pieces; an error ends the work. Empty: goes on.
    std::function<Result<void>()> go_on = {};
  };
  RestoredFiles(Options options, Random& random) : options_(std::move(options)), random_(random) {}

  Result<void> file(const std::string& name, std::string content) override;
  Result<void> begin_database(std::uint32_t page_bytes) override;
  Result<void> pages(std::uint32_t first, std::span<const std::uint8_t> pages) override;
  // After the archive was read and its signature held: checks the database against the manifest, and syncs.
  Result<void> finish(const Manifest& manifest);

  // Set once the archive's keys were read: under a new master key, in the directory.
  const std::optional<Keyring>& keys() const { return keys_; }

 private:
  const Options options_;
  Random& random_;
  std::optional<Keyring> keys_;
  std::unique_ptr<NewDatabase> database_;
};

// Refuses where fewer bytes are free.
Result<void> check_room(const std::filesystem::path& directory, std::uint64_t bytes_wanted);
std::uint64_t free_bytes_of(const std::filesystem::path& directory);  // 0: not known

// Refused for root where the directory is another user's: what root makes there is of no use to the service, and its owner
// could lead root's writes elsewhere.
Result<void> check_owner(const std::filesystem::path& data_directory);

// Syncs every directory of the tree, so that the names in it are durable.
Result<void> sync_tree(const std::filesystem::path& directory);
// fsync of one directory.
Result<void> sync_directory(const std::filesystem::path& directory);

}  // namespace connlog
