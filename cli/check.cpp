#include "cli/check.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <filesystem>

#include "cli/appliance.h"
#include "cli/control_commands.h"
#include "cli/control_socket.h"
#include "cli/master_key_prompt.h"
#include "core/crypto/key_file.h"

namespace connlog {
namespace {

namespace fs = std::filesystem;
using Verdict = CheckLine::Verdict;

constexpr double kFreeSpaceLow = 0.10;

void check_private(std::vector<CheckLine>& lines, const fs::path& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0) return;
  if ((facts.st_mode & 077) == 0) {
    lines.push_back({Verdict::ok, fmt::format("{} is private", path.string())});
  } else {
    lines.push_back(
        {Verdict::failed,
         fmt::format("{} can be read by others (mode {:04o}). Whoever read it can open the database: chmod go-rwx {}",
                     path.string(), facts.st_mode & 07777, path.string())});
  }
}

// Reports which form the master key has, and warns if the process is given a credential that this form does not need:
// people may believe that it protects the keys. Also warns of a master key file that is no longer needed.
void check_form(std::vector<CheckLine>& lines, const fs::path& data) {
  const auto wrapped = key_file::read(data / "keys" / "database.key");
  if (!wrapped || !*wrapped) return;  // another check reports it
  const MasterKeyForm form = (*wrapped)->wrapping.form;
  lines.push_back({Verdict::ok, fmt::format("The master key comes as a {}", to_text(form))});
  const fs::path credentials = master_key_sources_of_process().credentials_directory;
  const auto given = [&](std::string_view name) { return !credentials.empty() && fs::exists(credentials / name); };
  if (given(kMasterKeyCredential) && form != MasterKeyForm::credential) {
    lines.push_back(
        {Verdict::warning,
         fmt::format("The service gives the credential {}, but the keys do not need it. Change their form with "
                     "`connlog key rotate --to credential`, or remove it from the service.",
                     kMasterKeyCredential)});
  }
  if (given(kPassphraseCredential) && form != MasterKeyForm::passphrase) {
    lines.push_back(
        {Verdict::warning,
         fmt::format("The service gives the credential {}, but the keys do not need it. Change their form with "
                     "`connlog key rotate --to passphrase`, or remove it from the service.",
                     kPassphraseCredential)});
  }
  if (form != MasterKeyForm::file && fs::exists(data / "keys" / "master.key")) {
    lines.push_back(
        {Verdict::warning,
         fmt::format("{} is of no use any more, but opens older copies of the keys. Remove it once you need "
                     "none of them.",
                     (data / "keys" / "master.key").string())});
  }
}

void check_keys(std::vector<CheckLine>& lines, const fs::path& data) {
  for (const char* name : {"keys", "keys/master.key", "keys/master.key.next", "keys/database.key"})
    check_private(lines, data / name);
  check_form(lines, data);
  std::error_code absent;
  if (fs::exists(data / "keys" / "master.key") && fs::is_directory(data / "backups", absent) &&
      !fs::is_empty(data / "backups", absent)) {
    lines.push_back(
        {Verdict::warning,
         fmt::format("Copies of the database lie in {}, and the master key beside them: whoever carries {} away has "
                     "everything. Move them, or keep the master key elsewhere (`connlog key rotate --to …`).",
                     (data / "backups").string(), data.string())});
  }
  if (fs::exists(data / "keys" / "master.key") && fs::exists(data / "connlog.db")) {
    lines.push_back(
        {Verdict::warning,
         fmt::format("The master key lies beside the database. A backup that takes all of {} carries both: whoever has "
                     "it has everything. Keep {} elsewhere.",
                     data.string(), (data / "keys").string())});
  }
}

void check_mail(std::vector<CheckLine>& lines, const std::string& ping_answer) {
  const std::string trouble = mail_trouble_in(ping_answer);
  if (!trouble.empty()) lines.push_back({Verdict::failed, trouble + " Look at Appliance, Mail."});
}

void check_database(std::vector<CheckLine>& lines, const Settings& settings, Clock& clock, Random& random) {
  const fs::path data = settings.data_dir;
  if (!fs::exists(data / "connlog.db")) {
    lines.push_back({Verdict::ok,
                     fmt::format("There is no database in {} yet: the first `connlog serve` makes it", data.string())});
    return;
  }
  const auto answer = ask_running_server(data / "control.sock", ping_request());
  if (!answer) {
    lines.push_back({Verdict::failed, answer.error().message});
    return;
  }
  if (*answer) {
    const auto state = read_control_answer(**answer);
    lines.push_back(state ? CheckLine{Verdict::ok, "A server is running here and answers"}
                          : CheckLine{Verdict::failed, state.error().message});
    check_mail(lines, **answer);
    return;
  }
  const auto appliance = Appliance::open(settings, clock, random);
  if (!appliance) {
    lines.push_back({Verdict::failed, appliance.error().message});
    return;
  }
  lines.push_back({Verdict::ok, fmt::format("The database {}", (*appliance)->check_database())});
  check_mail(lines, (*appliance)->answer_control_request(ping_request()));
}

void check_limits(std::vector<CheckLine>& lines, const Settings& settings) {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  const auto wanted = static_cast<rlim_t>(settings.max_connections) + 64;
  if (files.rlim_max != RLIM_INFINITY && files.rlim_max < wanted) {
    lines.push_back(
        {Verdict::warning,
         fmt::format(
             "max_connections is {}, but this process may open only {} files. Raise the limit (LimitNOFILE= in the "
             "service) or lower the setting.",
             settings.max_connections, files.rlim_max)});
  }
  struct statvfs disk {};
  if (::statvfs(settings.data_dir.c_str(), &disk) == 0 && disk.f_blocks > 0) {
    const double free_part = static_cast<double>(disk.f_bavail) / static_cast<double>(disk.f_blocks);
    const double free_gib =
        static_cast<double>(disk.f_bavail) * static_cast<double>(disk.f_frsize) / (1024.0 * 1024.0 * 1024.0);
    lines.push_back({free_part < kFreeSpaceLow ? Verdict::warning : Verdict::ok,
                     fmt::format("{:.1f} GiB are free where the data lies ({:.0f} %)", free_gib, free_part * 100)});
  }
}

}  // namespace

std::vector<CheckLine> check_appliance(const Settings& settings, Clock& clock, Random& random) {
  std::vector<CheckLine> lines;
  const fs::path data = settings.data_dir;
  check_private(lines, data);
  check_keys(lines, data);
  check_database(lines, settings, clock, random);
  check_limits(lines, settings);
  if (settings.allow_plain_http) {
    lines.push_back(
        {Verdict::warning, "allow_plain_http is on: passwords and agent tokens may cross the network unencrypted."});
  }
  if (settings.public_url.empty()) {
    lines.push_back(
        {Verdict::warning,
         fmt::format(
             "public_url is not set; links and install commands use {}. Set it when others cannot resolve that name.",
             public_url_of(settings))});
  }
  return lines;
}

}  // namespace connlog
