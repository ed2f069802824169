#include "cli/restore_swap.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <system_error>
#include <vector>

#include "cli/restore_files.h"
#include "core/base/file_bytes.h"
#include "core/base/io_cause.h"
#include "core/base/log.h"

namespace connlog {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// What an appliance keeps in its data directory, and a restore replaces: all of it, so that nothing of two appliances
// stands beside each other. Not the lock, the backups, the socket and connlog.toml.
constexpr std::string_view kReplaced[] = {"connlog.db", "connlog.db-wal", "connlog.db-shm", "connlog.db-journal",
                                          "connlog.db.rekey", "audit.anchor", "keys", "tls", "legal", "agents",
                                          "connlog.toml.restored"};
constexpr std::string_view kRestored[] = {"connlog.db", "audit.anchor", "keys", "tls", "legal", "agents", "connlog.toml",
                                          "connlog.toml.restored"};
constexpr std::string_view kReplacedPrefix = "replaced-";

struct Journal {
  std::string replaced;                // the directory's name
  std::vector<std::string> away, come;  // what goes there, and what takes its place
};

void tell(const RestoreSteps& steps, const std::string& step) {
  if (steps) steps(step);
}

bool is_there(const fs::path& path) {
  struct stat facts {};
  return ::lstat(path.c_str(), &facts) == 0;
}

Error cannot(const char* verb, const fs::path& path, int reason) {
  return Error{ErrorCode::unavailable,
               fmt::format("{} cannot be {}: {}. The restore is half done and goes on at the next start of connlog, once "
                           "this is mended.",
                           path.string(), verb, io_cause(reason))};
}

Result<void> move(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return cannot("moved", from, errno);
  return {};
}

std::string without_colons(Instant at) {
  std::string text = to_iso8601(at);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

std::vector<std::string> present(std::span<const std::string_view> names, const fs::path& directory) {
  std::vector<std::string> found;
  for (const std::string_view name : names) {
    if (is_there(directory / name)) found.emplace_back(name);
  }
  return found;
}

bool are_known(const std::vector<std::string>& names, std::span<const std::string_view> known) {
  return std::ranges::all_of(names, [&](const std::string& name) { return std::ranges::find(known, name) != known.end(); });
}

Result<void> write_journal(const fs::path& data, const Journal& journal) {
  const fs::path file = data / kRestoreJournal, beside = data / (std::string(kRestoreJournal) + ".new");
  ::unlink(beside.c_str());
  const std::string text =
      json{{"version", 1}, {"replaced", journal.replaced}, {"away", journal.away}, {"come", journal.come}}.dump() + "\n";
  {
    const std::unique_ptr<FileSink> out = TRY(FileSink::make(beside));
    TRY(out->write({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
    TRY(out->sync());
  }
  TRY(move(beside, file));
  return sync_directory(data);
}

// Written whole or not at all, so one that cannot be read was damaged, or is of a later version.
Result<Journal> read_journal(const fs::path& data) {
  const fs::path file = data / kRestoreJournal;
  std::ifstream in(file, std::ios::binary);
  const json read = json::parse(std::string(std::istreambuf_iterator<char>(in), {}), nullptr, false);
  const Error damaged{ErrorCode::conflict,
                      fmt::format("{} cannot be read, so it is not known how far a restore came. The former files are in "
                                  "a directory replaced-… beside it, the restored ones in restore.new or in place.",
                                  file.string())};
  if (!read.is_object() || !read.contains("version") || read["version"] != 1) return damaged;
  Journal journal;
  const auto names = [&read](const char* member) {
    std::vector<std::string> out;
    const auto found = read.find(member);
    if (found == read.end() || !found->is_array()) return out;
    for (const json& each : *found) out.push_back(each.is_string() ? each.get<std::string>() : std::string());
    return out;
  };
  if (const auto found = read.find("replaced"); found != read.end() && found->is_string())
    journal.replaced = found->get<std::string>();
  journal.away = names("away");
  journal.come = names("come");
  const bool good = journal.replaced.starts_with(kReplacedPrefix) && journal.replaced.find('/') == std::string::npos &&
                    are_known(journal.away, kReplaced) && are_known(journal.come, kRestored) && !journal.come.empty();
  if (!good) return damaged;
  return journal;
}

// Everything goes away before anything comes: so a name that is still in restore.new has not come, and what stands under
// it in the data directory is the former one.
Result<void> carry_out(const fs::path& data, const Journal& journal, const RestoreSteps& steps) {
  const fs::path from = data / kRestoreNew, aside = data / journal.replaced;
  const auto comes_later = [&](const std::string& name) {
    return std::ranges::find(journal.come, name) == journal.come.end() || is_there(from / name);
  };
  if (!journal.away.empty()) {
    if (::mkdir(aside.c_str(), 0700) != 0 && errno != EEXIST) return cannot("made", aside, errno);
    for (const std::string& name : journal.away) {
      if (is_there(data / name) && comes_later(name)) TRY(move(data / name, aside / name));
      tell(steps, "away " + name);
    }
    TRY(sync_directory(aside));
    TRY(sync_directory(data));
  }
  tell(steps, "all away");
  for (const std::string& name : journal.come) {
    if (is_there(from / name)) TRY(move(from / name, data / name));
    tell(steps, "come " + name);
  }
  TRY(sync_directory(data));
  tell(steps, "all come");
  const fs::path file = data / kRestoreJournal;
  if (::unlink(file.c_str()) != 0) return cannot("removed", file, errno);
  TRY(sync_directory(data));
  tell(steps, "journal removed");
  std::error_code ignored;  // what is left there is of no use, and the next start tries again
  fs::remove_all(from, ignored);
  tell(steps, "tidied");
  return {};
}

}  // namespace

Result<fs::path> swap_in(const fs::path& data, Instant now, const RestoreSteps& steps) {
  Journal journal;
  journal.away = present(kReplaced, data);
  journal.come = present(kRestored, data / kRestoreNew);
  journal.replaced = std::string(kReplacedPrefix) + without_colons(now);
  for (int more = 2; is_there(data / journal.replaced); ++more)
    journal.replaced = fmt::format("{}{}-{}", kReplacedPrefix, without_colons(now), more);
  // A settings file that is there stays; the restored one was written beside it.
  if (is_there(data / "connlog.toml")) std::erase(journal.come, "connlog.toml");
  TRY(write_journal(data, journal));
  tell(steps, "journal");
  TRY(carry_out(data, journal, steps));
  return journal.away.empty() ? fs::path() : data / journal.replaced;
}

Result<bool> finish_interrupted_restore(const fs::path& data, const RestoreSteps& steps) {
  ::unlink((data / (std::string(kRestoreJournal) + ".new")).c_str());
  if (!is_there(data / kRestoreJournal)) {
    std::error_code ignored;
    fs::remove_all(data / kRestoreNew, ignored);
    return false;
  }
  const Journal journal = TRY(read_journal(data));
  TRY(carry_out(data, journal, steps));
  log_warning("restore.finished", {{"replaced", (data / journal.replaced).string()}});
  return true;
}

}  // namespace connlog
