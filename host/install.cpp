#include "host/install.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "core/base/embedded.h"

namespace connlog {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kExecutablePath = "/usr/local/bin/connlog";
constexpr std::string_view kForeignExecutablePath = "/usr/local/bin/connlog-agent";
constexpr std::string_view kUnitPath = "/etc/systemd/system/connlog-agent.service";
constexpr std::string_view kUnitName = "connlog-agent.service";
constexpr std::string_view kOurExecStart = "ExecStart=/usr/local/bin/connlog agent run";
constexpr const char* kUser = "connlog-agent";
constexpr std::string_view kProbePath = "/etc/connlog/probe.toml";
constexpr std::string_view kPingRangePath = "/proc/sys/net/ipv4/ping_group_range";
constexpr std::string_view kSysctlPath = "/etc/sysctl.d/60-connlog.conf";
// Files of a server on this host, which uses the same executable (its service is connlog-server, docs/architecture.md).
constexpr std::string_view kServerTraces[] = {
    "/etc/systemd/system/connlog-server.service", "/lib/systemd/system/connlog-server.service",
    "/usr/lib/systemd/system/connlog-server.service", "/var/lib/connlog-server"};

Error failed(std::string what, std::string cause = {}) {
  return {.code = ErrorCode::internal, .message = std::move(what), .cause = std::move(cause)};
}

std::string read_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

bool exists(const fs::path& path) {
  std::error_code ignored;
  return fs::symlink_status(path, ignored).type() > fs::file_type::not_found;
}

// Writes the file whole or not at all: into a new file beside it, which is synced and renamed over it.
Result<void> put_file(const fs::path& path, std::string_view content, mode_t mode) {
  const std::string beside = path.string() + ".new";
  unlink(beside.c_str());
  const int fd = open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
  if (fd < 0) return failed(fmt::format("{} cannot be written: {}.", beside, std::strerror(errno)));
  std::string_view rest = content;
  bool good = fchmod(fd, mode) == 0;
  while (good && !rest.empty()) {
    const ssize_t count = write(fd, rest.data(), rest.size());
    if (count < 0 && errno == EINTR) continue;
    good = count > 0;
    if (good) rest.remove_prefix(static_cast<std::size_t>(count));
  }
  good = good && fsync(fd) == 0;
  const int problem = errno;
  good = close(fd) == 0 && good;
  if (!good || std::rename(beside.c_str(), path.c_str()) != 0) {
    const int reason = good ? errno : problem;
    unlink(beside.c_str());
    return failed(fmt::format("{} cannot be written: {}.", path.string(), std::strerror(reason)));
  }
  return {};
}

Result<void> make_directory(const fs::path& path, mode_t mode) {
  std::error_code problem;
  fs::create_directories(path, problem);
  if (problem) return failed(fmt::format("The directory {} cannot be made: {}.", path.string(), problem.message()));
  if (mode != 0 && chmod(path.c_str(), mode) != 0)
    return failed(fmt::format("The directory {} cannot be protected: {}.", path.string(), std::strerror(errno)));
  return {};
}

Result<void> must_run(const InstallSurroundings& surroundings, const std::vector<std::string>& argv) {
  const int code = TRY(surroundings.run(argv));
  if (code == 0) return {};
  std::string command;
  for (const std::string& word : argv) command += (command.empty() ? "" : " ") + word;
  return failed(fmt::format("`{}` failed with exit code {}.", command, code));
}

Result<void> put_executable(const InstallSurroundings& surroundings) {
  const fs::path target = surroundings.root + std::string(kExecutablePath);
  std::error_code ignored;
  if (fs::equivalent(surroundings.executable, target, ignored)) return {};
  const std::string content = read_text(surroundings.executable);
  if (content.empty())
    return failed(fmt::format("This program's own file {} cannot be read.", surroundings.executable));
  TRY(make_directory(target.parent_path(), 0));
  TRY(put_file(target, content, 0755));
  surroundings.say(fmt::format("Installed {}.", kExecutablePath));
  return {};
}

Result<void> make_user(const InstallSurroundings& surroundings) {
  const int status = TRY(surroundings.run({"id", "-u", kUser}));
  if (status == 0) return {};
  const auto useradd = surroundings.run({"useradd", "--system", "--user-group", "--no-create-home", "--home-dir",
                                         "/nonexistent", "--shell", "/usr/sbin/nologin", kUser});
  if (useradd && *useradd == 0) return {};
  return failed(fmt::format(
      "The system user {0} could not be made. Make it (useradd --system --user-group --shell /usr/sbin/nologin {0}) and try again.",
      kUser));
}

// A host that is a probe may be asked to ping. Where the kernel lets no group do that (its own default: a range that is
// empty) a line for it is put in; a range that somebody chose stays.
Result<void> allow_pings(const InstallSurroundings& surroundings) {
  const std::string& root = surroundings.root;
  if (!exists(root + std::string(kProbePath))) return {};
  std::istringstream range(read_text(root + std::string(kPingRangePath)));
  long lowest = 0, highest = 0;
  if (!(range >> lowest >> highest) || lowest <= highest) return {};
  const fs::path path = root + std::string(kSysctlPath);
  TRY(make_directory(path.parent_path(), 0));
  TRY(put_file(path, embedded_text("packaging/60-connlog.conf"), 0644));
  TRY(must_run(surroundings, {"sysctl", "-q", "-p", path.string()}));
  surroundings.say(fmt::format("Wrote {}, so that the probe may ping.", kSysctlPath));
  return {};
}

Result<void> put_settings(const AgentSettings& settings, const InstallSurroundings& surroundings) {
  const fs::path directory = surroundings.root + "/etc/connlog";
  TRY(make_directory(directory, 0750));
  // The service may enter it (for ca.pem); agent.conf itself is read by systemd, as root.
  if (has_systemd(surroundings.root)) TRY(must_run(surroundings, {"chgrp", kUser, directory.string()}));
  AgentSettings stored{.base = settings.base,
                       .token = settings.token.clone(),
                       .ca_pin = settings.ca_pin,
                       .ca_file = {},
                       .ca_pem = {},
                       .expose_system_info = settings.expose_system_info,
                       .allow_plain_http = settings.allow_plain_http,
                       .allowed_domains = settings.allowed_domains,
                       .outbound_proxy = settings.outbound_proxy,
                       .outbound_ca_bundle = settings.outbound_ca_bundle,
                       .state_directory = {},
                       .runtime_directory = {}};
  if (!settings.ca_pem.empty()) {
    TRY(put_file(surroundings.root + std::string(kAgentCaPath), settings.ca_pem, 0644));
    stored.ca_file = kAgentCaPath;  // a copy: the original may lie where the service cannot read
  }
  // From here on a start of the service uses the new token.
  TRY(put_file(surroundings.root + std::string(kAgentConfPath), render_agent_conf(stored), 0600));
  surroundings.say(fmt::format("Wrote {} (readable by root only).", kAgentConfPath));
  return {};
}

Result<int> spawn_and_wait(const std::vector<std::string>& argv) {
  std::vector<char*> words;
  for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  // Neither the caller's PATH nor the agent's token may reach a program that runs as root (threats 13).
  static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
  static char locale[] = "LC_ALL=C";
  char* environment[] = {path, locale, nullptr};
  std::string program = argv.at(0);
  if (program.find('/') == std::string::npos) {
    for (const char* directory : {"/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/"}) {
      if (access((directory + argv[0]).c_str(), X_OK) == 0) {
        program = directory + argv[0];
        break;
      }
    }
  }
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int problem = posix_spawn(&child, program.c_str(), &files, nullptr, words.data(), environment);
  posix_spawn_file_actions_destroy(&files);
  if (problem != 0) return failed(fmt::format("{} could not be started: {}.", argv[0], std::strerror(problem)));
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return failed(fmt::format("{} was lost: {}.", argv[0], std::strerror(errno)));
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool has_server(const std::string& root) {
  for (const std::string_view trace : kServerTraces) {
    if (exists(root + std::string(trace))) return true;
  }
  return false;
}

bool is_our_unit(const std::string& root) {
  return read_text(root + std::string(kUnitPath)).find(kOurExecStart) != std::string::npos;
}

}  // namespace

InstallSurroundings real_install_surroundings(const std::string& root) {
  std::error_code ignored;
  return {.root = root,
          .executable = fs::read_symlink("/proc/self/exe", ignored).string(),
          .run = spawn_and_wait,
          .say = [](const std::string& line) { fmt::print("{}\n", line); },
          .within_own_stop = false};
}

bool has_systemd(const std::string& root) {
  return exists(root + "/run/systemd/system");
}

std::string foreign_installation(const std::string& root) {
  if (exists(root + std::string(kForeignExecutablePath))) {
    return fmt::format(
        "This host already has a ConnLog agent ({}) that connlog did not install; the two would use the same service and settings. "
        "Keep that one, or remove it first: sudo connlog-agent uninstall. Then install again.",
        kForeignExecutablePath);
  }
  if (exists(root + std::string(kUnitPath)) && !is_our_unit(root)) {
    return fmt::format(
        "{} exists and was not made by connlog. Remove it first (systemctl disable --now connlog-agent; rm {}), then install again.",
        kUnitPath, kUnitPath);
  }
  return {};
}

Result<void> install_agent(const AgentSettings& settings, const InstallSurroundings& surroundings) {
  if (surroundings.root.empty() && geteuid() != 0) {
    return Error{.code = ErrorCode::forbidden,
                 .message = "Only root can install a service. Run the command with sudo."};
  }
  if (const std::string foreign = foreign_installation(surroundings.root); !foreign.empty()) {
    return Error{.code = ErrorCode::conflict, .message = foreign};
  }
  const bool systemd = has_systemd(surroundings.root);
  if (systemd) TRY(make_user(surroundings));
  TRY(put_executable(surroundings));
  TRY(put_settings(settings, surroundings));
  TRY(allow_pings(surroundings));
  if (!systemd) {
    surroundings.say("There is no systemd here, so no service was set up. The agent reads its settings from " +
                     std::string(kAgentConfPath) + ".\nRun it, as root, from your init system or container:\n\n    " +
                     std::string(kExecutablePath) + " agent run\n");
    return {};
  }
  const std::string_view unit = embedded_text("packaging/connlog-agent.service");
  TRY(make_directory(fs::path(surroundings.root + std::string(kUnitPath)).parent_path(), 0));
  TRY(put_file(surroundings.root + std::string(kUnitPath), unit, 0644));
  TRY(must_run(surroundings, {"systemctl", "daemon-reload"}));
  TRY(must_run(surroundings, {"systemctl", "enable", std::string(kUnitName)}));
  TRY(must_run(surroundings, {"systemctl", "restart", std::string(kUnitName)}));
  surroundings.say("The service connlog-agent runs and starts with this host. Look at it with: connlog agent status");
  return {};
}

Result<void> store_agent_settings(const AgentSettings& settings, const InstallSurroundings& surroundings) {
  if (const std::string foreign = foreign_installation(surroundings.root); !foreign.empty()) {
    return Error{.code = ErrorCode::conflict, .message = foreign};
  }
  if (has_systemd(surroundings.root)) TRY(make_user(surroundings));
  return put_settings(settings, surroundings);
}

Result<void> uninstall_agent(const InstallSurroundings& surroundings) {
  const std::string& root = surroundings.root;
  if (root.empty() && geteuid() != 0) {
    return Error{.code = ErrorCode::forbidden,
                 .message = "Only root can remove the service. Run the command with sudo."};
  }
  if (const std::string foreign = foreign_installation(root); !foreign.empty()) {
    return Error{
        .code = ErrorCode::conflict,
        .message =
            "The agent on this host was not installed by connlog, so connlog does not remove it. Use: sudo connlog-agent uninstall"};
  }
  const bool unit = exists(root + std::string(kUnitPath));
  if (!unit && !exists(root + std::string(kAgentConfPath))) {
    surroundings.say("No agent is installed here.");
    return {};
  }
  if (unit) {
    // Within our own ExecStopPost the service is stopping: asking systemd to stop it would wait for this very process.
    if (!surroundings.within_own_stop && has_systemd(root))
      TRY(must_run(surroundings, {"systemctl", "stop", std::string(kUnitName)}));
    if (has_systemd(root)) TRY(must_run(surroundings, {"systemctl", "disable", std::string(kUnitName)}));
    std::error_code problem;
    fs::remove(root + std::string(kUnitPath), problem);
    if (problem) return failed(fmt::format("{} cannot be removed: {}.", kUnitPath, problem.message()));
    if (has_systemd(root)) TRY(must_run(surroundings, {"systemctl", "daemon-reload"}));
  }
  // The server on this host needs it, too; and one that somebody changed is theirs.
  if (const fs::path sysctl = root + std::string(kSysctlPath);
      !has_server(root) && read_text(sysctl) == embedded_text("packaging/60-connlog.conf")) {
    std::error_code problem;
    fs::remove(sysctl, problem);
    if (problem) return failed(fmt::format("{} cannot be removed: {}.", kSysctlPath, problem.message()));
  }
  for (const std::string& path : {std::string("/etc/connlog"), std::string(kAgentStatePath)}) {
    std::error_code problem;
    fs::remove_all(root + path, problem);
    if (problem) return failed(fmt::format("{} cannot be removed: {}.", path, problem.message()));
  }
  if (has_server(root)) {
    surroundings.say(fmt::format("The agent is removed. {} stays: the server on this host uses it.", kExecutablePath));
    return {};
  }
  std::error_code problem;
  fs::remove(root + std::string(kExecutablePath), problem);
  if (problem) return failed(fmt::format("{} cannot be removed: {}.", kExecutablePath, problem.message()));
  surroundings.say("The agent is removed. The system user connlog-agent stays.");
  return {};
}

}  // namespace connlog
