// The real program as a child: started on free loopback ports over a data directory, waited for, measured through
// /proc, stopped in order or killed. $CONNLOG_BIN names the executable; otherwise it is `connlog` beside the test's
// own. One owner thread; the child is killed with the object, and by the kernel if the test dies first.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace connlog {

std::string connlog_executable();

// A port of 127.0.0.1 that nobody uses at this moment.
std::uint16_t free_port();

// Any program, its standard output and error in a file.
class ChildProcess {
 public:
  ChildProcess() = default;
  ChildProcess(const std::vector<std::string>& argv, const std::map<std::string, std::string>& environment,
               const std::filesystem::path& output);
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  ~ChildProcess();

  bool running();
  void signal(int number);
  // Waits at most `limit`; gives the exit code, 128 + signal, or -1 when it still runs.
  int wait(std::chrono::milliseconds limit);
  std::string output() const;
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
  int exit_code_ = -1;
  std::filesystem::path output_;
};

struct ProcessFacts {
  std::int64_t resident_kib = 0, resident_peak_kib = 0;
  int threads = 0;
  std::int64_t bytes_written = 0;  // to the disk (/proc/<pid>/io: write_bytes)
  std::int64_t cpu_ticks = 0;      // user and system
};
ProcessFacts facts_of(pid_t pid);

class ServerProcess {
 public:
  struct Options {
    std::filesystem::path data_directory;
    bool https = false;                       // beside http
    std::vector<std::string> arguments = {};  // further ones of `serve`
  };
  // Returns when /readyz answers 200, or false after `limit` with the output in `failure()`.
  bool start(const Options& options, std::chrono::milliseconds limit = std::chrono::seconds(30));
  const std::string& failure() const { return failure_; }

  // The setting public_url that it was started with: over https where that is served.
  std::string public_url(bool https) const;
  std::uint16_t http_port() const { return http_port_; }
  std::uint16_t https_port() const { return https_port_; }
  ChildProcess& process() { return process_; }

 private:
  ChildProcess process_;
  std::uint16_t http_port_ = 0, https_port_ = 0;
  std::string failure_;
};

// One request over a connection of its own, as bytes; the whole answer, or "" when there was none.
std::string exchange_bytes(std::uint16_t port, const std::string& request);

}  // namespace connlog
