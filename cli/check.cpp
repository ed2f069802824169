#include "cli/check.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "cli/appliance.h"
#include "cli/check_certificate.h"
#include "cli/check_facts.h"
#include "cli/control_commands.h"
#include "cli/control_socket.h"
#include "cli/master_key_prompt.h"
#include "core/appliance/inspection_json.h"
#include "core/base/io_cause.h"
#include "core/base/time_zone.h"
#include "core/crypto/key_file.h"
#include "storage/database.h"

namespace connlog {
namespace {

namespace fs = std::filesystem;

constexpr double kFreeSpaceLow = 0.10;

void check_private(std::vector<CheckLine>& lines, const fs::path& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0) return;
  if ((facts.st_mode & 077) == 0) {
    lines.push_back({LineVerdict::ok, fmt::format("{} is private", path.string()), true});
  } else {
    lines.push_back(
        {LineVerdict::failed,
         fmt::format("{} can be read by others (mode {:04o}). Whoever read it can open the database: chmod go-rwx {}",
                     path.string(), facts.st_mode & 07777, path.string()),
         true});
  }
}

// Reports which form the master key has, and warns if the process is given a credential that this form does not need:
// people may believe that it protects the keys. Also warns of a master key file that is no longer needed.
void check_form(std::vector<CheckLine>& lines, const fs::path& data) {
  const auto wrapped = key_file::read(data / "keys" / "database.key");
  if (!wrapped || !*wrapped) return;  // another check reports it
  const MasterKeyForm form = (*wrapped)->wrapping.form;
  lines.push_back({LineVerdict::ok, fmt::format("The master key comes as a {}", to_text(form))});
  const fs::path credentials = master_key_sources_of_process().credentials_directory;
  const auto given = [&](std::string_view name) { return !credentials.empty() && fs::exists(credentials / name); };
  if (given(kMasterKeyCredential) && form != MasterKeyForm::credential) {
    lines.push_back(
        {LineVerdict::warning,
         fmt::format("The service gives the credential {}, but the keys do not need it. Change their form with "
                     "`connlog key rotate --to credential`, or remove it from the service.",
                     kMasterKeyCredential)});
  }
  if (given(kPassphraseCredential) && form != MasterKeyForm::passphrase) {
    lines.push_back(
        {LineVerdict::warning,
         fmt::format("The service gives the credential {}, but the keys do not need it. Change their form with "
                     "`connlog key rotate --to passphrase`, or remove it from the service.",
                     kPassphraseCredential)});
  }
  if (form != MasterKeyForm::file && fs::exists(data / "keys" / "master.key")) {
    lines.push_back(
        {LineVerdict::warning,
         fmt::format("{} is of no use any more, but opens older copies of the keys. Remove it once you need "
                     "none of them.",
                     (data / "keys" / "master.key").string())});
  }
}

// Backups (*.clb) are sealed to a recovery key or a passphrase; copies of before an upgrade open with the master key.
bool has_plain_copies(const fs::path& backups) {
  std::error_code absent;
  for (const auto& each : fs::directory_iterator(backups, absent)) {
    if (each.path().extension() == ".db") return true;
  }
  return false;
}

void check_keys(std::vector<CheckLine>& lines, const fs::path& data) {
  for (const char* name : {"keys", "keys/master.key", "keys/master.key.next", "keys/database.key"})
    check_private(lines, data / name);
  check_form(lines, data);
  if (fs::exists(data / "keys" / "master.key") && has_plain_copies(data / "backups")) {
    lines.push_back(
        {LineVerdict::warning,
         fmt::format("Copies of the database lie in {}, and the master key beside them: whoever carries {} away has "
                     "everything. Move them, or keep the master key elsewhere (`connlog key rotate --to …`).",
                     (data / "backups").string(), data.string()),
         true});
  }
  if (fs::exists(data / "keys" / "master.key") && fs::exists(data / "connlog.db")) {
    lines.push_back(
        {LineVerdict::warning,
         fmt::format("The master key lies beside the database. A backup that takes all of {} carries both: whoever has "
                     "it has everything. Keep {} elsewhere.",
                     data.string(), (data / "keys").string()),
         true});
  }
}

// To open the appliance would carry the database over; that is for the start.
Result<std::optional<storage::CarryOverRoom>> due_carry_over(const ApplianceFiles& files) {
  if (!files.directory.database_exists()) return std::optional<storage::CarryOverRoom>();
  return storage::carry_over_due(files.directory,
                                 storage::OpenFile{files.directory.database().string(), files.keys.database_key()});
}

// What the running server finds about itself and its database. False: it is of a version that does not know the check.
bool ask_for_findings(std::vector<Finding>& findings, const fs::path& socket) {
  const auto answer = ask_running_server(socket, inspection_request(), std::chrono::seconds(60));
  if (!answer || !*answer || !read_control_answer(**answer)) return false;
  const nlohmann::json said = nlohmann::json::parse(**answer, nullptr, false);
  const auto given = said.find("findings");
  if (given == said.end()) return false;
  std::vector<Finding> served = read_findings(*given);
  std::ranges::move(served, std::back_inserter(findings));
  return true;
}

void check_database(std::vector<CheckLine>& lines, const Settings& settings, Clock& clock, Random& random,
                    std::vector<Finding>* findings) {
  const fs::path data = settings.data_dir;
  if (!fs::exists(data / "connlog.db") && !fs::exists(data / "audit.anchor")) {
    lines.push_back({LineVerdict::ok,
                     fmt::format("There is no database in {} yet: the first `connlog serve` makes it", data.string())});
    return;
  }
  const auto answer = ask_running_server(data / "control.sock", ready_request());
  if (!answer) {
    lines.push_back({LineVerdict::failed, answer.error().message});
    return;
  }
  if (*answer) {
    const auto state = read_control_answer(**answer);
    lines.push_back(state
                        ? CheckLine{LineVerdict::ok, "A server is running here and answers"}
                        : CheckLine{LineVerdict::failed, "The running server is not ready: " + state.error().message});
    const bool inspected = findings != nullptr && ask_for_findings(*findings, data / "control.sock");
    for (std::string& finding : read_control_findings(**answer))
      lines.push_back({LineVerdict::failed, std::move(finding), inspected});
    return;
  }
  auto files = Appliance::open_files(settings, random);
  if (!files) {
    lines.push_back({LineVerdict::failed, files.error().message});
    return;
  }
  if (const auto room = due_carry_over(*files); !room || *room) {
    lines.push_back(room
                        ? CheckLine{(*room)->is_enough() ? LineVerdict::ok : LineVerdict::failed, (*room)->sentence()}
                        : CheckLine{LineVerdict::failed, room.error().message});
    return;
  }
  const auto appliance = Appliance::open(settings, clock, random, std::move(*files));
  if (!appliance) {
    lines.push_back({LineVerdict::failed, appliance.error().message});
    return;
  }
  lines.push_back({LineVerdict::ok, fmt::format("The database {}", (*appliance)->check_database())});
  for (const std::string& text : (*appliance)->unknown_words()) lines.push_back({LineVerdict::warning, text, true});
  for (std::string& finding : (*appliance)->findings())
    lines.push_back({LineVerdict::failed, std::move(finding), true});
  if (findings == nullptr) return;
  auto found = (*appliance)->inspect();
  if (found) {
    std::ranges::move(*found, std::back_inserter(*findings));
  } else {
    lines.push_back({LineVerdict::failed, found.error().message});
  }
}

// Writes a small file where the data lies, syncs it and removes it. 0, or why that failed (errno).
int try_to_write(const fs::path& directory) {
  std::string name = (directory / ".connlog-check-XXXXXX").string();
  const int file = ::mkostemp(name.data(), O_CLOEXEC);
  if (file < 0) return errno;
  ::unlink(name.c_str());
  const std::string content(64 * 1024, 'c');
  std::size_t written = 0;
  int error = 0;
  while (written < content.size() && error == 0) {
    const ssize_t count = ::write(file, content.data() + written, content.size() - written);
    if (count > 0) {
      written += static_cast<std::size_t>(count);
    } else if (count == 0 || errno != EINTR) {
      error = count == 0 ? ENOSPC : errno;
    }
  }
  if (error == 0 && ::fsync(file) != 0) error = errno;
  ::close(file);
  return error;
}

void check_writing(std::vector<CheckLine>& lines, const fs::path& data) {
  if (!fs::exists(data)) return;
  const int error = try_to_write(data);
  if (error == 0) {
    lines.push_back({LineVerdict::ok, fmt::format("{} can be written", data.string())});
    return;
  }
  const IoCause* known = find_io_cause(error);
  lines.push_back({LineVerdict::failed, fmt::format("Nothing can be written in {}: {}.{}{}", data.string(),
                                                     io_cause(error), known ? " " : "", known ? known->remedy : "")});
}

void check_limits(std::vector<CheckLine>& lines, const Settings& settings) {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  const auto wanted = static_cast<rlim_t>(settings.max_connections) + 64;
  if (files.rlim_max != RLIM_INFINITY && files.rlim_max < wanted) {
    lines.push_back(
        {LineVerdict::warning,
         fmt::format(
             "max_connections is {}, but this process may open only {} files. Raise the limit (LimitNOFILE= in the "
             "service) or lower the setting.",
             settings.max_connections, files.rlim_max),
         true});
  }
  struct statvfs disk {};
  if (::statvfs(settings.data_dir.c_str(), &disk) == 0 && disk.f_blocks > 0) {
    const double free_part = static_cast<double>(disk.f_bavail) / static_cast<double>(disk.f_blocks);
    const double free_gib =
        static_cast<double>(disk.f_bavail) * static_cast<double>(disk.f_frsize) / (1024.0 * 1024.0 * 1024.0);
    lines.push_back({free_part < kFreeSpaceLow ? LineVerdict::warning : LineVerdict::ok,
                     fmt::format("{:.1f} GiB are free where the data lies ({:.0f} %)", free_gib, free_part * 100),
                     true});
  }
}

void check_timezones(std::vector<CheckLine>& lines) {
  const std::string own = built_in_timezones_version();
  if (has_timezones()) {
    const std::string version = timezones_version();
    lines.push_back({LineVerdict::ok, fmt::format("Time zones: this machine's, {}",
                                                   version.empty() ? "of a version that it does not say" : version)});
  } else if (!own.empty()) {
    lines.push_back({LineVerdict::ok, fmt::format("Time zones: connlog's own, {}; this machine has none", own)});
  } else {
    lines.push_back({LineVerdict::warning, "There is no data of time zones: a schedule can only be in UTC.", true});
  }
}

}  // namespace

std::vector<CheckLine> check_appliance(const Settings& settings, Clock& clock, Random& random,
                                       std::vector<Finding>* findings) {
  std::vector<CheckLine> lines;
  const fs::path data = settings.data_dir;
  check_private(lines, data);
  check_keys(lines, data);
  check_writing(lines, data);
  check_database(lines, settings, clock, random, findings);
  check_certificate(lines, settings, clock);
  check_limits(lines, settings);
  check_timezones(lines);
  if (settings.allow_plain_http) {
    lines.push_back({LineVerdict::warning,
                     "allow_plain_http is on: passwords and agent tokens may cross the network unencrypted.", true});
  }
  if (settings.public_url.empty()) {
    lines.push_back(
        {LineVerdict::warning,
         fmt::format(
             "public_url is not set; links and install commands use {}. Set it when others cannot resolve that name.",
             public_url_of(settings)),
         true});
  }
  if (findings != nullptr) {
    InspectionFacts facts;
    facts.at = clock.now();
    facts.set_up = set_up_facts(settings, look_up_public_host(settings), random);
    std::vector<Finding> found = inspect(facts);
    std::ranges::move(found, std::back_inserter(*findings));
  }
  return lines;
}

void add_lines(std::vector<Finding>& findings, const std::vector<CheckLine>& lines) {
  for (const CheckLine& line : lines) {
    if (line.is_found) continue;
    const bool failed = line.verdict == LineVerdict::failed, good = line.verdict == LineVerdict::ok;
    findings.push_back({"check.start", FindingArea::database,
                        good     ? FindingSeverity::ok
                        : failed ? FindingSeverity::danger
                                 : FindingSeverity::warning,
                        line.text, failed ? "connlog does not start, or does not work, like this." : "",
                        good ? "" : "What the sentence says; then `connlog check` again."});
  }
}

int exit_code_of(const std::vector<Finding>& findings) {
  const FindingCounts counts = count(findings);
  return counts.dangers > 0 ? 1 : counts.warnings > 0 ? 3 : 0;
}

}  // namespace connlog
