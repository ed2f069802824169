// `connlog restore` and `connlog restore finish`: what is asked and what is printed. The work is in restore_work.cpp.
#include "cli/restore.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <iostream>
#include <string>
#include <system_error>
#include <utility>

#include "cli/ask_appliance.h"
#include "cli/commands.h"
#include "cli/control_commands.h"
#include "cli/master_key_prompt.h"
#include "cli/restore_files.h"
#include "core/base/file_bytes.h"
#include "core/base/log.h"
#include "storage/data_directory.h"

namespace connlog {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kRoomKept = std::uint64_t{64} << 20;  // is left free on the disk
constexpr std::int64_t kProgressEvery = std::int64_t{4} << 20;
constexpr int kRoomAskedEvery = 32;  // pieces

std::string mib(std::int64_t bytes) {
  return bytes < 10 * 1024 * 1024 ? fmt::format("{} KiB", bytes / 1024) : fmt::format("{} MiB", bytes >> 20);
}

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : std::string("this machine");
}

std::string typed_line(const std::string& prompt) {
  std::fputs(prompt.c_str(), stderr);
  std::fflush(stderr);
  std::string typed;
  std::getline(std::cin, typed);
  return typed;
}

std::string last_group(const std::string& fingerprint) {
  const std::size_t hyphen = fingerprint.rfind('-');
  return hyphen == std::string::npos ? fingerprint : fingerprint.substr(hyphen + 1);
}

void show_header(const ArchiveHeader& header) {
  std::fprintf(stderr,
               "The backup %s\n  made       %s by connlog %s, %s\n  instance   %s\n  signed by  %s\n",
               header.backup_id.c_str(), to_iso8601(header.at).c_str(), header.version.c_str(),
               header.kind == BackupKind::whole ? "whole" : "without the history of readings", header.instance.c_str(),
               fingerprint_of(header.signer).c_str());
}

void show_present(const fs::path& data, const PresentAppliance& present) {
  if (!present.has_database) {
    std::fprintf(stderr, "It goes to %s, where no appliance is.\n", data.c_str());
    return;
  }
  std::fprintf(stderr, "It replaces what is in %s: %s", data.c_str(), mib(present.bytes).c_str());
  if (present.newest_data.is_set())
    std::fprintf(stderr, ", the newest data of %s", to_iso8601(present.newest_data).c_str());
  std::fputs(".\n", stderr);
  if (!present.unreadable.empty())
    std::fprintf(stderr, "It is not known what is newer there: %s\n", present.unreadable.c_str());
}

// Whether the archive may be taken although something speaks against it.
Result<void> settle_doubts(const CommandLine& line, const ArchiveHeader& header,
                           const std::vector<std::string>& doubts) {
  if (doubts.empty()) return {};
  std::string all;
  for (const std::string& doubt : doubts) all += (all.empty() ? "" : " ") + doubt;
  if (line.accept_signer) {
    std::fprintf(stderr, "%s Taken all the same (--accept-signer).\n", all.c_str());
    return {};
  }
  const std::string fingerprint = fingerprint_of(header.signer);
  if (!has_terminal()) {
    return Error{ErrorCode::forbidden,
                 fmt::format("{} The backup is signed by {}. Give --signer with the fingerprint of the recovery sheet, or "
                             "--accept-signer to take it as it is. Nothing was replaced.",
                             all, fingerprint)};
  }
  const std::string typed = typed_line(all + "\nTo take it all the same, type the last group of its fingerprint: ");
  if (!is_same_fingerprint(typed, fingerprint) && typed != last_group(fingerprint))
    return Error{ErrorCode::forbidden, "That is not it. Nothing was replaced."};
  return {};
}

std::int64_t rows_of(const Manifest& manifest, const char* table) {
  const auto found = manifest.rows.find(table);
  return found == manifest.rows.end() ? 0 : found->second;
}

Result<void> confirm_replacing(const CommandLine& line, const PresentAppliance& present, const Manifest& manifest) {
  std::fprintf(stderr,
               "\rRead and checked. It brings %lld people, %lld workspaces, %lld agents, %lld incidents, %lld readings.\n",
               static_cast<long long>(rows_of(manifest, "app_user")),
               static_cast<long long>(rows_of(manifest, "workspace")),
               static_cast<long long>(rows_of(manifest, "agent")),
               static_cast<long long>(rows_of(manifest, "incident")),
               static_cast<long long>(rows_of(manifest, "reading_log")));
  if (line.yes || !present.has_database) return {};
  if (!has_terminal()) {
    return Error{ErrorCode::forbidden,
                 "There is an appliance in the data directory, and no terminal to ask on whether to replace it. Add --yes. "
                 "Nothing was replaced."};
  }
  if (typed_line("Type restore to replace it: ") != "restore")
    return Error{ErrorCode::forbidden, "Nothing was replaced."};
  return {};
}

std::function<void(std::int64_t)> progress_of(std::int64_t bytes_in_all) {
  if (::isatty(STDERR_FILENO) != 1) return {};
  return [bytes_in_all, next = std::int64_t{0}](std::int64_t done) mutable {
    if (done < next) return;
    next = done + kProgressEvery;
    if (bytes_in_all > 0)
      std::fprintf(stderr, "\r%s of %s ", mib(done).c_str(), mib(bytes_in_all).c_str());
    else
      std::fprintf(stderr, "\r%s ", mib(done).c_str());
    std::fflush(stderr);
  };
}

void show_end(const fs::path& data, const Restored& restored) {
  std::printf("Restored the appliance of %s into %s.\n", to_iso8601(restored.manifest.at).c_str(), data.c_str());
  if (!restored.replaced.empty()) {
    std::printf("What was there is in %s, with its keys: remove it once you do not need it any more.\n",
                restored.replaced.c_str());
  }
  if (restored.settings_beside)
    std::printf("connlog.toml was left as it is; the restored one is connlog.toml.restored beside it.\n");
  std::printf(
      "What to do next:\n"
      "  1. Switch the former machine off, if there is one.\n"
      "  2. Start connlog. It takes heartbeats, and does nothing else: it is in recovery.\n"
      "  3. Log in (every session has ended) and look at Appliance, Recovery: what a restore may have brought back.\n"
      "  4. End the recovery there, or with `connlog restore finish`. From then on people are told again.\n"
      "  5. The master key is a new one, in %s/keys: make a backup, and choose its protection anew if you had one.\n",
      data.c_str());
}

// A directory that the command made for nothing goes again: the lock first, and then itself if nothing else is in it.
class NewDirectory {
 public:
  explicit NewDirectory(fs::path path) : path_(std::move(path)) {
    std::error_code unknown;
    was_there_ = fs::exists(path_, unknown) || unknown;
  }
  NewDirectory(const NewDirectory&) = delete;
  NewDirectory& operator=(const NewDirectory&) = delete;
  ~NewDirectory() {
    if (was_there_) return;
    std::error_code ignored;
    int others = 0;
    for (const auto& each : fs::directory_iterator(path_, ignored))
      others += each.path().filename() == "connlog.lock" ? 0 : 1;
    if (ignored || others > 0) return;
    fs::remove(path_ / "connlog.lock", ignored);
    fs::remove(path_, ignored);
  }

 private:
  fs::path path_;
  bool was_there_ = true;
};

Result<void> restore(const CommandLine& line, const Settings& settings, const Clock& clock, Random& random) {
  if (line.archive.empty()) return invalid("backup", "Name the backup: a file, or - for standard input.");
  if (line.archive == "-" && (line.recovery_key_file == "-" || line.passphrase_file == "-"))
    return invalid("backup", "Standard input cannot be the backup and its key. Put one of them into a file.");
  TRY(check_owner(settings.data_dir));
  const std::unique_ptr<ByteSource> source = TRY(open_archive_file(line.archive));
  std::error_code unknown;
  const auto size = line.archive == "-" ? 0 : fs::file_size(line.archive, unknown);
  const std::int64_t bytes = unknown ? 0 : static_cast<std::int64_t>(size);
  CountedSource counted(*source, progress_of(bytes));
  const std::unique_ptr<ArchiveReader> archive = TRY(ArchiveReader::open(counted));
  const ArchiveHeader& header = archive->header();
  show_header(header);

  const NewDirectory made(settings.data_dir);  // ends after the lock does
  const auto held = TRY(storage::DataDirectory::open(settings.data_dir));
  const fs::path data = held.path();
  const bool finished = TRY(finish_interrupted_restore(data));
  if (finished) std::fprintf(stderr, "An earlier restore that was interrupted is finished now.\n");
  const PresentAppliance present = look_at_present(data, random);
  show_present(data, present);
  const auto doubts = TRY(doubts_about(header, present, line.signer));
  TRY(settle_doubts(line, header, doubts));
  TRY(check_room(data, static_cast<std::uint64_t>(bytes) + kRoomKept));
  Key content_key = TRY(ask_content_key(line, header));

  RestoreWork work;
  work.data_directory = data;
  work.host = host_name();
  work.confirm = [&](const Manifest& manifest) { return confirm_replacing(line, present, manifest); };
  int pieces = 0;
  work.go_on = [&data, pieces]() mutable -> Result<void> {
    if (++pieces % kRoomAskedEvery != 0) return {};
    return check_room(data, kRoomKept);
  };
  const auto restored = restore_archive(*archive, content_key, work, clock, random);
  content_key.fill(0);
  if (!restored) return restored.error();
  show_end(data, *restored);
  return {};
}

Result<void> finish(const CommandLine& line, const Settings& settings, Clock& clock, Random& random) {
  if (!line.yes) {
    if (!has_terminal()) {
      return Error{ErrorCode::forbidden,
                   "The former machine must be off before people are told again, and there is no terminal to ask on. Add "
                   "--yes."};
    }
    if (typed_line("Is the former machine switched off, and have you looked at Appliance, Recovery? Type yes: ") != "yes")
      return Error{ErrorCode::forbidden, "The appliance stays in recovery."};
  }
  const auto answer = TRY(ask_appliance(restore_finish_request(), settings, clock, random));
  TRY(read_control_answer(answer));
  std::printf("The recovery has ended. People are told again; silence counts from now.\n");
  return {};
}

}  // namespace

int restore_command(const CommandLine& line, const Settings& settings, Clock& clock, Random& random) {
  const auto done = line.command == CommandLine::Command::restore_finish ? finish(line, settings, clock, random)
                                                                         : restore(line, settings, clock, random);
  if (done) return 0;
  if (!done.error().cause.empty()) log_error("restore.refused", {{"cause", done.error().cause}});
  return refuse_command(done.error());
}

}  // namespace connlog
