#include "tests/support/server_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>
#include <utility>

namespace connlog {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::int64_t number_after(const std::string& text, const std::string& name) {
  const auto at = text.find(name);
  return at == std::string::npos ? 0 : std::strtoll(text.c_str() + at + name.size(), nullptr, 10);
}

}  // namespace

std::string connlog_executable() {
  if (const char* named = std::getenv("CONNLOG_BIN"); named != nullptr && *named != '\0') return named;
  return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "connlog").string();
}

std::uint16_t free_port() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (fd < 0 || bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    std::abort();
  }
  close(fd);
  return ntohs(address.sin_port);
}

ChildProcess::ChildProcess(const std::vector<std::string>& argv, const std::map<std::string, std::string>& environment,
                           const std::filesystem::path& output)
    : output_(output) {
  std::vector<std::string> variables;
  for (const auto& [name, value] : environment) variables.push_back(name + "=" + value);
  std::vector<char*> words, entries;
  for (const auto& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  for (const auto& variable : variables) entries.push_back(const_cast<char*>(variable.c_str()));
  words.push_back(nullptr);
  entries.push_back(nullptr);
  const int out = open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    const int null = open("/dev/null", O_RDONLY);
    dup2(null, 0);
    dup2(out, 1);
    dup2(out, 2);
    execve(words[0], words.data(), entries.data());
    _exit(127);
  }
  close(out);
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), exit_code_(other.exit_code_), output_(std::move(other.output_)) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  if (this != &other) {
    this->~ChildProcess();
    new (this) ChildProcess(std::move(other));
  }
  return *this;
}

ChildProcess::~ChildProcess() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

bool ChildProcess::running() {
  return pid_ > 0 && wait(milliseconds(0)) == -1;
}

void ChildProcess::signal(int number) {
  if (pid_ > 0) kill(pid_, number);
}

int ChildProcess::wait(milliseconds limit) {
  const auto until = steady_clock::now() + limit;
  while (pid_ > 0) {
    int status = 0;
    const pid_t ended = waitpid(pid_, &status, WNOHANG);
    if (ended == pid_) {
      pid_ = -1;
      exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      break;
    }
    if (steady_clock::now() >= until) return -1;
    std::this_thread::sleep_for(milliseconds(2));
  }
  return exit_code_;
}

std::string ChildProcess::output() const {
  return read_text(output_);
}

ProcessFacts facts_of(pid_t pid) {
  const std::filesystem::path directory = "/proc/" + std::to_string(pid);
  const std::string status = read_text(directory / "status");
  const std::string stat = read_text(directory / "stat");
  ProcessFacts facts{.resident_kib = number_after(status, "VmRSS:"),
                     .resident_peak_kib = number_after(status, "VmHWM:"),
                     .threads = static_cast<int>(number_after(status, "Threads:")),
                     .bytes_written = number_after(read_text(directory / "io"), "\nwrite_bytes:"),
                     .cpu_ticks = 0};
  std::istringstream fields(stat.substr(stat.rfind(')') == std::string::npos ? 0 : stat.rfind(')') + 2));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  std::int64_t user = 0, system = 0;
  fields >> user >> system;
  facts.cpu_ticks = user + system;
  return facts;
}

std::string ServerProcess::public_url(bool https) const {
  return https ? "https://127.0.0.1:" + std::to_string(https_port_) : "http://127.0.0.1:" + std::to_string(http_port_);
}

bool ServerProcess::start(const Options& options, milliseconds limit) {
  http_port_ = free_port();
  do https_port_ = free_port();
  while (https_port_ == http_port_);
  std::vector<std::string> argv{
      connlog_executable(), "serve",
      "--data-dir",         options.data_directory.string(),
      "--http-listen",      "127.0.0.1:" + std::to_string(http_port_),
      "--https-listen",     options.https ? "127.0.0.1:" + std::to_string(https_port_) : std::string("off"),
      "--public-url",       public_url(options.https)};
  argv.insert(argv.end(), options.arguments.begin(), options.arguments.end());
  process_ =
      ChildProcess(argv, {{"PATH", "/usr/bin:/bin"}}, options.data_directory.parent_path() / "server-output.txt");
  const auto until = steady_clock::now() + limit;
  while (steady_clock::now() < until && process_.running()) {
    if (exchange_bytes(http_port_, "GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            .starts_with("HTTP/1.1 200"))
      return true;
    std::this_thread::sleep_for(milliseconds(5));
  }
  failure_ = process_.output();
  return false;
}

std::string exchange_bytes(std::uint16_t port, const std::string& request) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  std::string answer;
  if (fd >= 0 && connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      send(fd, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size())) {
    char buffer[16 * 1024];
    pollfd waiting{fd, POLLIN, 0};
    while (poll(&waiting, 1, 10'000) == 1) {
      const ssize_t count = recv(fd, buffer, sizeof buffer, 0);
      if (count <= 0) break;
      answer.append(buffer, static_cast<std::size_t>(count));
      // A whole answer on a connection that stays open.
      const auto head = answer.find("\r\n\r\n");
      const auto length = answer.find("Content-Length: ");
      if (head != std::string::npos && length != std::string::npos && length < head &&
          answer.size() >= head + 4 + std::strtoul(answer.c_str() + length + 16, nullptr, 10)) {
        break;
      }
    }
  }
  if (fd >= 0) close(fd);
  return answer;
}

}  // namespace connlog
