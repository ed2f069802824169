#include "tests/support/outside.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

extern char** environ;

namespace connlog::test {
namespace {

constexpr int kPatienceMs = 10'000;

void fail(const std::string& what) {
  throw std::runtime_error(what);
}

std::string run_and_read(const std::string& command) {
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) fail("cannot run: " + command);
  std::string out;
  char buffer[4096];
  while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, pipe)) out.append(buffer, got);
  if (::pclose(pipe) != 0) fail("failed: " + command);
  return out;
}

struct CertificateDirectory {
  std::filesystem::path path;
  CertificateDirectory() {
    char name[] = "/tmp/connlog-certificates-XXXXXX";
    if (::mkdtemp(name) == nullptr) fail("mkdtemp");
    path = name;
    run_and_read((source_directory() / "tests/support/make_certificates.sh").string() + " " + path.string());
  }
  ~CertificateDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
};

}  // namespace

OutsideServer::OutsideServer(const std::string& script, std::vector<std::string> arguments) {
  int to_child[2], from_child[2];
  if (::pipe2(to_child, O_CLOEXEC) != 0 || ::pipe2(from_child, O_CLOEXEC) != 0) fail("pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, to_child[0], 0);
  posix_spawn_file_actions_adddup2(&actions, from_child[1], 1);
  const std::string path = (source_directory() / "tests/support" / script).string();
  // Debian's own python has Debian's aiosmtpd; another one in PATH may not.
  std::vector<std::string> words = {"/usr/bin/python3", path};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t pid = -1;
  const int spawned = ::posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(to_child[0]);
  ::close(from_child[1]);
  input_ = to_child[1];
  output_ = from_child[0];
  pid_ = pid;
  if (spawned != 0) fail("cannot start " + path);
  const std::string ready = next("ready");
  if (ready.empty()) fail(path + " did not start (is python3-aiosmtpd installed?)");
  port_ = nlohmann::json::parse(ready)["port"].get<std::uint16_t>();
}

OutsideServer::~OutsideServer() {
  ::close(input_);
  ::close(output_);
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
}

bool OutsideServer::read_line(std::string& line, int timeout_ms) {
  for (;;) {
    if (const std::size_t end = buffer_.find('\n'); end != std::string::npos) {
      line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return true;
    }
    pollfd wanted{output_, POLLIN, 0};
    if (::poll(&wanted, 1, timeout_ms) <= 0) return false;
    char bytes[4096];
    const ssize_t got = ::read(output_, bytes, sizeof bytes);
    if (got <= 0) return false;
    buffer_.append(bytes, static_cast<std::size_t>(got));
  }
}

std::string OutsideServer::next() {
  std::string line;
  return read_line(line, kPatienceMs) ? line : std::string();
}

std::string OutsideServer::next(const std::string& event) {
  for (;;) {
    const std::string line = next();
    if (line.empty() || nlohmann::json::parse(line)["event"] == event) return line;
  }
}

std::vector<std::string> OutsideServer::rest(int settle_ms) {
  std::vector<std::string> lines;
  for (std::string line; read_line(line, settle_ms);) lines.push_back(line);
  return lines;
}

const std::filesystem::path& certificates() {
  static const CertificateDirectory directory;
  return directory.path;
}

std::string read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::string public_key_pin(const std::filesystem::path& certificate) {
  return run_and_read("openssl x509 -in " + certificate.string() +
                      " -noout -pubkey | openssl pkey -pubin -outform DER | openssl dgst -sha256 -r")
      .substr(0, 64);
}

std::filesystem::path source_directory() {
  const char* named = std::getenv("CONNLOG_SOURCE_DIR");
  if (named != nullptr) return named;
  // Started by hand: from anywhere inside the tree.
  for (std::filesystem::path at = std::filesystem::current_path(); at.has_relative_path(); at = at.parent_path()) {
    if (std::filesystem::exists(at / "tests/support/smtp_server.py")) return at;
  }
  fail("run the tests inside the project, or set CONNLOG_SOURCE_DIR");
  return {};
}

std::string differs_from_golden(const std::string& name, const std::string& actual) {
  const std::filesystem::path file = source_directory() / "tests/golden" / name;
  const char* update = std::getenv("UPDATE_GOLDEN");
  if (update != nullptr && std::string(update) == "1") {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << actual;
    return {};
  }
  if (read_text(file) == actual) return {};
  return "not as in tests/golden/" + name + "; look at the difference, then UPDATE_GOLDEN=1. Now it is:\n" + actual;
}

std::uint16_t unused_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  ::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address);
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length);
  ::close(socket);
  return ntohs(address.sin_port);
}

}  // namespace connlog::test
