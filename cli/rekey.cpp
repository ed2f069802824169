#include "cli/rekey.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <iostream>
#include <string>
#include <utility>

#include "cli/appliance.h"
#include "cli/ask_appliance.h"
#include "cli/backup_command.h"
#include "cli/commands.h"
#include "cli/master_key_prompt.h"
#include "cli/restore_files.h"
#include "core/base/io_cause.h"
#include "core/base/log.h"
#include "storage/appliance/page_copy.h"
#include "storage/connection.h"
#include "storage/database.h"

namespace connlog {
namespace {

namespace fs = std::filesystem;
using storage::Connection;
using storage::OpenFile;

constexpr std::uint64_t kRoomBeside = 32ULL << 20;  // free space that stays

std::string copy_of(const storage::DataDirectory& directory) {
  return directory.database().string() + ".rekey";
}

Error cannot(const std::string& what, int reason) {
  return Error{ErrorCode::unavailable, fmt::format("{}: {}.", what, io_cause(reason))};
}

// An absent file is no error.
Result<void> remove_file(const std::string& path) {
  if (::unlink(path.c_str()) == 0 || errno == ENOENT) return {};
  return cannot(path + " cannot be removed", errno);
}

Result<void> remove_copy(const std::string& copy) {
  for (const char* beside : {"-journal", "-wal", "-shm", ""}) TRY(remove_file(copy + beside));
  return {};
}

// Whether the key opens the file, by its first page alone; the log beside it is not looked at.
bool opens(const std::string& path, const Key& key) {
  const auto connection = Connection::open(OpenFile{path, key}, Connection::Access::file_alone);
  return connection && (*connection)->number("SELECT COUNT(*) FROM sqlite_schema").has_value();
}

// Everything that the log holds goes into the file, and the log is empty then: its pages are under the former key, and
// must not lie beside a file under the new one.
Result<void> empty_log(const OpenFile& file) {
  const auto connection = TRY(storage::open_beside(file, Connection::Access::read_write));
  const std::int64_t busy = TRY(connection->pragma("wal_checkpoint(TRUNCATE)"));
  if (busy != 0) {
    return Error{ErrorCode::conflict,
                 fmt::format("{} is in use by another program. End it first. Nothing was changed.", file.path)};
  }
  return {};
}

Result<void> remove_log(const std::string& path) {
  const std::string log = path + "-wal";
  struct stat facts {};
  if (::stat(log.c_str(), &facts) == 0 && facts.st_size > 0) {
    return Error{ErrorCode::conflict,
                 fmt::format("Something wrote to {} meanwhile. End what uses the database, and try again. Nothing was "
                             "changed.",
                             path)};
  }
  TRY(remove_file(log));
  return remove_file(path + "-shm");
}

Result<void> check_room_beside(const storage::DataDirectory& directory) {
  struct stat facts {};
  struct statvfs disk {};
  if (::stat(directory.database().c_str(), &facts) != 0 || ::statvfs(directory.path().c_str(), &disk) != 0) return {};
  const std::uint64_t wanted = static_cast<std::uint64_t>(facts.st_size) + kRoomBeside;
  const std::uint64_t free = static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize;
  if (free >= wanted) return {};
  return Error{ErrorCode::unavailable,
               fmt::format("The new database is written beside the old one: {} MB are needed in {}, and {} MB are free. "
                           "Make room first. Nothing was changed.",
                           wanted / 1'000'000, directory.path().string(), free / 1'000'000)};
}

void tell(const RekeySteps& steps, std::string_view step) {
  if (steps.reached) steps.reached(step);
}

// A copy under the new key, complete, checked and durable.
Result<void> make_copy(const OpenFile& from, const OpenFile& to, const RekeySteps& steps) {
  const auto pages = storage::pages_of(from);
  const auto fresh = storage::new_database(to, BackupKind::whole);
  const auto begin = [&](std::uint32_t page_bytes) -> Result<void> {
    TRY(fresh->begin(page_bytes));
    tell(steps, "began");
    return {};
  };
  const auto take = [&](std::uint32_t first, std::span<const std::uint8_t> bytes) { return fresh->pages(first, bytes); };
  const auto go_on = [&](const PageProgress& progress) -> Result<void> {
    if (steps.progress) steps.progress(progress);
    return {};
  };
  const Manifest manifest = TRY(pages->copy(BackupKind::whole, begin, take, go_on));
  tell(steps, "copied");
  TRY(fresh->finish(manifest));
  tell(steps, "checked");
  return {};
}

}  // namespace

Result<void> rekey_database(const storage::DataDirectory& directory, Keyring& keyring, Random& random,
                            const RekeySteps& steps) {
  const std::string path = directory.database().string(), copy = copy_of(directory);
  TRY(check_room_beside(directory));
  TRY(remove_copy(copy));
  const OpenFile from{path, keyring.database_key()};
  TRY(empty_log(from));
  const Key next = TRY(keyring.prepare_rekey(random));
  tell(steps, "prepared");
  const auto replace = [&]() -> Result<void> {
    TRY(make_copy(from, OpenFile{copy, next}, steps));
    TRY(remove_log(path));
    TRY(sync_directory(directory.path()));
    tell(steps, "log_removed");
    if (::rename(copy.c_str(), path.c_str()) != 0) return cannot(copy + " cannot take the place of " + path, errno);
    return {};
  };
  if (const auto replaced = replace(); !replaced) {
    // The former file is untouched.
    if (const auto removed = remove_copy(copy); !removed)
      log_warning("rekey.leftover", {{"message", removed.error().message}});
    TRY(keyring.settle_rekey(false, random));
    return replaced.error();
  }
  // From here on the new key alone opens the file. What fails now is finished by the next start.
  TRY(sync_directory(directory.path()));
  tell(steps, "replaced");
  TRY(keyring.settle_rekey(true, random));
  tell(steps, "settled");
  return {};
}

Result<void> settle_rekey_at_start(const storage::DataDirectory& directory, Keyring& keyring, Random& random) {
  const std::string path = directory.database().string(), copy = copy_of(directory);
  const auto next = keyring.next_database_key();
  if (!next) return remove_copy(copy);
  const bool by_former = opens(path, keyring.database_key());
  if (!by_former && !opens(path, *next)) {
    return Error{ErrorCode::conflict,
                 fmt::format("{} was being encrypted under a new key when connlog ended, and neither the former key nor "
                             "the new one opens it now: it is damaged, or was replaced since. Restore a backup. "
                             "Everything was left untouched.",
                             path)};
  }
  TRY(sync_directory(directory.path()));  // the name that was found is durable before the other key is forgotten
  TRY(keyring.settle_rekey(!by_former, random));
  TRY(remove_copy(copy));
  log_info(by_former ? "rekey.undone" : "rekey.finished");
  return {};
}

namespace {

Result<void> confirm_rekey(const CommandLine& line, const Settings& settings) {
  std::fprintf(stderr,
               "Every page of %s/connlog.db is written anew under a new key. It takes as much room again while it runs,\n"
               "and connlog must not serve meanwhile. Copies and backups made before stay readable with their own keys.\n"
               "An SD card or an SSD keeps old blocks for a while: what was once written there under the former key may\n"
               "still be found on it. To be sure, destroy or wipe the medium.\n",
               settings.data_dir.c_str());
  if (line.yes) return {};
  if (!has_terminal())
    return Error{ErrorCode::forbidden, "There is no terminal to ask for a confirmation on. Add --yes."};
  std::fputs("Type yes to go on: ", stderr);
  std::string typed;
  std::getline(std::cin, typed);
  if (typed != "yes") return Error{ErrorCode::forbidden, "Nothing was changed."};
  return {};
}

// "Copying: 42 %", over itself on a terminal.
void show_progress(const PageProgress& progress, int& shown) {
  const int percent = progress.of == 0 ? 100 : static_cast<int>(progress.done * 100 / progress.of);
  if (percent == shown) return;
  shown = percent;
  if (::isatty(STDERR_FILENO) != 1) return;
  std::fprintf(stderr, "\rCopying: %d %%%s", percent, percent == 100 ? ", then checking\n" : "");
  std::fflush(stderr);
}

Result<void> rekey(const CommandLine& line, const Settings& settings, Clock& clock, Random& random) {
  {
    // Before anything is asked: whether the directory is free, and holds a database.
    TRY(check_owner(settings.data_dir));
    const auto free = TRY(storage::DataDirectory::open(settings.data_dir));
    if (!free.database_exists()) {
      return Error{ErrorCode::not_found, fmt::format("There is no connlog database in {}. Name its directory with "
                                                     "--data-dir.",
                                                     settings.data_dir)};
    }
  }
  TRY(confirm_rekey(line, settings));
  if (!line.no_backup) {
    const std::string where = TRY(backup_before(BackupTrigger::before_rekey, settings, clock, random));
    std::fprintf(stderr, "Backed up: %s\n", where.c_str());
  }
  auto directory = TRY(storage::DataDirectory::open(settings.data_dir));
  MasterKeySources sources = master_key_sources_of_process();
  sources.keep_master = true;
  auto keys = TRY(Keyring::open(directory.path(), true, random, sources));
  TRY(settle_rekey_at_start(directory, keys, random));
  int shown = -1;
  RekeySteps steps;
  steps.progress = [&shown](const PageProgress& progress) { show_progress(progress, shown); };
  TRY(rekey_database(directory, keys, random, steps));
  // Opened once as the appliance will open it, to prove that it does and to say it in the trail.
  const auto appliance =
      TRY(Appliance::open(settings, clock, random, ApplianceFiles{std::move(directory), std::move(keys)}));
  return appliance->record("keys.database_key_renewed", "database key",
                           line.no_backup ? "without a backup before" : "after a backup");
}

}  // namespace

int key_rekey_command(const CommandLine& line, const Settings& settings, Clock& clock, Random& random) {
  if (const auto done = rekey(line, settings, clock, random); !done) return refuse_command(done.error());
  std::printf("The database is encrypted under a new key. The former key opens only copies that were made before.\n"
              "Back up %s/keys again, and make a new backup.\n",
              settings.data_dir.c_str());
  return 0;
}

}  // namespace connlog
