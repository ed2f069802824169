// How many outside checks a second connlog makes, beside prometheus-blackbox-exporter on the same local targets in the
// same run. Every check of either makes a connection of its own; no session of TLS is resumed; both verify the same
// certificate by the same authority.
//
// The target is nginx where there is one, else a small server of this program (plain HTTP alone). connlog's checks are made
// by one thread with `--concurrent` under way. The exporter is asked over as many keep-alive connections, one probe in
// flight on each, by one thread of this program; it uses every core that it wants. All share this machine, so each line
// says what processor time a check cost, too.
//
// Apart from that, 10,000 monitors of one minute's interval run in the loop itself (CheckLoop) for a minute: processor and
// memory. With --steady 0 that is left out.
//
//   bench_checks [--seconds 5] [--runs 3] [--concurrent 100] [--steady 60] [--dir <where files lie>]

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/base/random.h"
#include "core/checks/check_loop.h"
#include "tests/support/one_check.h"
#include "tests/support/outside.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_directory.h"

namespace {

using std::chrono::steady_clock;
using namespace connlog;

constexpr int kTargets = 8;  // 127.0.0.1 to 127.0.0.8: one alone runs out of ports
constexpr const char* kExporter = "/usr/bin/prometheus-blackbox-exporter";
constexpr const char* kNginx[] = {"/usr/sbin/nginx", "/usr/local/sbin/nginx"};

struct Arguments {
  int seconds = 5;
  int runs = 3;
  int concurrent = 100;
  int steady = 60;
  std::filesystem::path directory = std::filesystem::temp_directory_path();
};

// Caught in main alone: children end on the way.
struct GivenUp {
  std::string why;
};
[[noreturn]] void give_up(const std::string& why) {
  throw GivenUp{why};
}

double seconds_since(steady_clock::time_point began) {
  return std::chrono::duration<double>(steady_clock::now() - began).count();
}

void write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  if (!out.flush()) give_up("cannot write " + path.string());
}

bool answers(std::uint16_t port) {
  return !exchange_bytes(port, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").empty();
}

void wait_until_it_answers(std::uint16_t port, ChildProcess* child, const std::string& what) {
  const auto began = steady_clock::now();
  while (!answers(port)) {
    const bool dead = child != nullptr && !child->running();
    if (dead || seconds_since(began) > 10) {
      give_up(fmt::format("{} does not answer: {}", what, child == nullptr ? "" : child->output()));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

std::string output_of(const std::vector<std::string>& argv, const std::filesystem::path& directory) {
  ChildProcess child(argv, {}, directory / "version.txt");
  child.wait(std::chrono::seconds(10));
  const std::string all = child.output();
  return all.substr(0, all.find('\n'));
}

// ---- the target

struct Target {
  std::uint16_t port = 0, tls_port = 0;  // 0: no TLS
  std::string what;
  ChildProcess nginx;
  pid_t own = -1;

  Target() = default;
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;
  ~Target() {
    if (own <= 0) return;
    ::kill(own, SIGKILL);
    ::waitpid(own, nullptr, 0);
  }
};

// One answer for each connection, in a process of its own.
[[noreturn]] void serve(std::uint16_t port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(port);
  at.sin_addr.s_addr = htonl(INADDR_ANY);  // all of 127.0.0.0/8
  if (::bind(listener, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0 || ::listen(listener, 4'096) != 0) ::_exit(1);
  const std::string reply = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nwell\n";
  for (;;) {
    const int client = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    char request[4'096];
    if (::recv(client, request, sizeof request, 0) > 0) ::send(client, reply.data(), reply.size(), MSG_NOSIGNAL);
    ::close(client);
  }
}

std::string nginx_settings(const std::filesystem::path& at, const Target& target) {
  std::string listens;
  for (int i = 1; i <= kTargets; ++i) listens += fmt::format("    listen 127.0.0.{}:{} backlog=4096;\n", i, target.port);
  const std::string here = at.string();
  return fmt::format(
      "daemon off;\nworker_processes 1;\npid {0}/nginx.pid;\nerror_log {0}/error.log;\n"
      "events {{ worker_connections 8192; }}\n"
      "http {{\n  access_log off;\n  keepalive_timeout 0;\n  default_type text/plain;\n"
      "  client_body_temp_path {0}/b;\n  proxy_temp_path {0}/p;\n  fastcgi_temp_path {0}/f;\n  uwsgi_temp_path {0}/u;\n"
      "  scgi_temp_path {0}/s;\n"
      "  server {{\n{1}    location / {{ return 200 \"well\\n\"; }}\n  }}\n"
      "  server {{\n    listen 127.0.0.1:{2} ssl backlog=4096;\n    ssl_certificate {3}/server.pem;\n"
      "    ssl_certificate_key {3}/server.key;\n    ssl_protocols TLSv1.2 TLSv1.3;\n    ssl_session_cache off;\n"
      "    ssl_session_tickets off;\n    location / {{ return 200 \"well\\n\"; }}\n  }}\n}}\n",
      here, listens, target.tls_port, test::certificates().string());
}

void start(Target& target, const std::filesystem::path& directory) {
  target.port = free_port();
  for (const char* path : kNginx) {
    if (!std::filesystem::exists(path)) continue;
    target.tls_port = free_port();
    const std::filesystem::path file = directory / "nginx.conf";
    write_file(file, nginx_settings(directory, target));
    target.nginx = ChildProcess({path, "-c", file.string(), "-e", (directory / "error.log").string()}, {}, directory / "nginx.txt");
    target.what = output_of({path, "-v"}, directory) + ", one worker";
    wait_until_it_answers(target.port, &target.nginx, "nginx");
    return;
  }
  target.own = ::fork();
  if (target.own == 0) serve(target.port);
  target.what = "a small server of this program, one process (no nginx is installed, so no TLS)";
  wait_until_it_answers(target.port, nullptr, "the target");
}

// ---- what was measured

struct Measured {
  std::int64_t done = 0, failed = 0;
  double seconds = 0, cpu_us = 0;  // processor time for each
  double per_second() const { return seconds > 0 ? static_cast<double>(done) / seconds : 0; }
};

Measured median(std::vector<Measured> runs) {
  std::ranges::sort(runs, {}, &Measured::per_second);
  return runs[runs.size() / 2];
}

void print(const std::string& who, const std::vector<Measured>& runs) {
  for (const Measured& one : runs) {
    fmt::print("  {:<28}{:>9} checks in {:5.2f} s  {:>8.0f}/s  {:>6} failed  {:>7.0f} us of a processor each\n", who, one.done,
               one.seconds, one.per_second(), one.failed, one.cpu_us);
  }
}

// ---- ours

double thread_cpu_us() {
  rusage used{};
  ::getrusage(RUSAGE_THREAD, &used);
  return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6 +
         static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

std::vector<std::shared_ptr<const CheckSpec>> specs_of(const Target& target, bool tls) {
  std::vector<std::shared_ptr<const CheckSpec>> all;
  for (int i = 1; i <= (tls ? 1 : kTargets); ++i) {
    std::vector<std::pair<std::string, FieldValue>> values;
    values.emplace_back("url", tls ? fmt::format("https://127.0.0.1:{}/", target.tls_port)
                                   : fmt::format("http://127.0.0.{}:{}/", i, target.port));
    if (tls) {
      values.emplace_back("tls_trust", std::string("ca"));
      values.emplace_back("ca", test::read_text(test::certificates() / "ca.pem"));
    }
    all.push_back(test::checked_spec("http", values));
  }
  return all;
}

// Keeps as many checks under way as was asked for, and counts those that end.
class OwnPeak {
 public:
  OwnPeak(std::vector<std::shared_ptr<const CheckSpec>> specs, int concurrent)
      : specs_(std::move(specs)), runtime_({outbound_, clock_, random_, {}}), places_(static_cast<std::size_t>(concurrent)) {}

  Measured run(double seconds) {
    goes_on_ = true;
    counted_ = {};
    const double cpu = thread_cpu_us();
    const auto began = steady_clock::now();
    for (std::size_t i = 0; i < places_.size(); ++i) begin(i);
    while (seconds_since(began) < seconds) runtime_.poll(milliseconds(10));
    Measured out = counted_;
    out.seconds = seconds_since(began);
    out.cpu_us = out.done == 0 ? 0 : (thread_cpu_us() - cpu) / static_cast<double>(out.done);
    goes_on_ = false;
    for (auto& place : places_) place.reset();
    return out;
  }
  const std::string& first_failure() const { return first_failure_; }

 private:
  void begin(std::size_t place) {
    places_[place] = run_check(runtime_, specs_[next_++ % specs_.size()], [this, place](CheckResult result) {
      ++counted_.done;
      if (result.verdict != CheckVerdict::up) {
        ++counted_.failed;
        if (first_failure_.empty()) first_failure_ = result.text;
      }
      if (goes_on_) begin(place);  // destroys the check that is calling
    });
  }

  const std::vector<std::shared_ptr<const CheckSpec>> specs_;
  const SystemClock clock_;
  SystemRandom random_;
  const OutboundOptions outbound_;
  CheckRuntime runtime_;
  std::vector<std::unique_ptr<RunningCheck>> places_;
  std::size_t next_ = 0;
  bool goes_on_ = false;
  Measured counted_;
  std::string first_failure_;
};

// ---- the exporter

std::string exporter_settings() {
  return fmt::format(
      "modules:\n  plain:\n    prober: http\n    timeout: 10s\n    http:\n      preferred_ip_protocol: ip4\n"
      "  tls:\n    prober: http\n    timeout: 10s\n    http:\n      preferred_ip_protocol: ip4\n      fail_if_not_ssl: true\n"
      "      tls_config:\n        ca_file: {}\n",
      (test::certificates() / "ca.pem").string());
}

// One keep-alive connection to the exporter with one probe in flight.
struct ProbeLine {
  int fd = -1;
  std::string answer;
};

bool is_whole(const std::string& answer) {
  const std::size_t head = answer.find("\r\n\r\n");
  if (head == std::string::npos) return false;
  const std::size_t length = answer.find("Content-Length: ");
  if (length == std::string::npos || length > head) return answer.ends_with("\r\n0\r\n\r\n");
  return answer.size() >= head + 4 + std::strtoul(answer.c_str() + length + 16, nullptr, 10);
}

class ExporterPeak {
 public:
  ExporterPeak(std::uint16_t port, std::vector<std::string> requests, int concurrent) : requests_(std::move(requests)) {
    epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    lines_.resize(static_cast<std::size_t>(concurrent));
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      sockaddr_in at{};
      at.sin_family = AF_INET;
      at.sin_port = htons(port);
      at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      lines_[i].fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      if (::connect(lines_[i].fd, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0) give_up("the exporter refuses");
      const int on = 1;
      ::setsockopt(lines_[i].fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = i;
      ::epoll_ctl(epoll_, EPOLL_CTL_ADD, lines_[i].fd, &event);
    }
  }
  ExporterPeak(const ExporterPeak&) = delete;
  ExporterPeak& operator=(const ExporterPeak&) = delete;
  ~ExporterPeak() {
    for (const ProbeLine& line : lines_) ::close(line.fd);
    ::close(epoll_);
  }

  Measured run(double seconds, pid_t exporter) {
    Measured out;
    const std::int64_t ticks = facts_of(exporter).cpu_ticks;
    const auto began = steady_clock::now();
    for (ProbeLine& line : lines_) send(line);
    int under_way = static_cast<int>(lines_.size());
    while (under_way > 0) {
      epoll_event events[64];
      const int count = ::epoll_wait(epoll_, events, 64, 15'000);
      if (count <= 0) give_up("the exporter does not answer");
      for (int i = 0; i < count; ++i) {
        ProbeLine& line = lines_[static_cast<std::size_t>(events[i].data.u64)];
        char part[16 * 1'024];
        const ssize_t got = ::recv(line.fd, part, sizeof part, 0);
        if (got <= 0) give_up("the exporter closed a connection: " + line.answer.substr(0, 200));
        line.answer.append(part, static_cast<std::size_t>(got));
        if (!is_whole(line.answer)) continue;
        // What ends after the time is not counted, and none is begun.
        if (seconds_since(began) < seconds) {
          ++out.done;
          if (line.answer.find("\nprobe_success 1") == std::string::npos) ++out.failed;
          out.seconds = seconds_since(began);
          send(line);
        } else {
          --under_way;
        }
      }
    }
    const double cpu = static_cast<double>(facts_of(exporter).cpu_ticks - ticks) / static_cast<double>(::sysconf(_SC_CLK_TCK));
    out.cpu_us = out.done == 0 ? 0 : cpu * 1e6 / static_cast<double>(out.done);
    return out;
  }

 private:
  void send(ProbeLine& line) {
    line.answer.clear();
    const std::string& request = requests_[next_++ % requests_.size()];
    if (::send(line.fd, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size()))
      give_up("the exporter takes no request");
  }

  const std::vector<std::string> requests_;
  std::vector<ProbeLine> lines_;
  int epoll_ = -1;
  std::size_t next_ = 0;
};

std::vector<std::string> probes_of(const Target& target, bool tls) {
  std::vector<std::string> all;
  for (int i = 1; i <= (tls ? 1 : kTargets); ++i) {
    all.push_back(fmt::format("GET /probe?module={}&target={}%3A%2F%2F127.0.0.{}%3A{}%2F HTTP/1.1\r\nHost: a\r\n\r\n",
                              tls ? "tls" : "plain", tls ? "https" : "http", i, tls ? target.tls_port : target.port));
  }
  return all;
}

// ---- the runs

void compare(const Arguments& arguments, const Target& target, bool tls, std::uint16_t exporter_port, pid_t exporter) {
  OwnPeak ours(specs_of(target, tls), arguments.concurrent);
  std::unique_ptr<ExporterPeak> theirs;
  if (exporter > 0) theirs = std::make_unique<ExporterPeak>(exporter_port, probes_of(target, tls), arguments.concurrent);
  ours.run(1);  // warm
  if (theirs) theirs->run(1, exporter);
  std::vector<Measured> own_runs, other_runs;
  for (int i = 0; i < arguments.runs; ++i) {  // in turn
    own_runs.push_back(ours.run(arguments.seconds));
    if (theirs) other_runs.push_back(theirs->run(arguments.seconds, exporter));
  }
  fmt::print("\n{}, {} at a time, a fresh connection for each\n", tls ? "HTTPS" : "plain HTTP", arguments.concurrent);
  print("connlog, one thread", own_runs);
  print("blackbox exporter", other_runs);
  const Measured own = median(own_runs);
  const double aim = tls ? 600 : 3'000;
  fmt::print("  median {:.0f}/s; aim {:.0f}/s: {}\n", own.per_second(), aim, own.per_second() >= aim ? "reached" : "missed");
  if (!ours.first_failure().empty()) fmt::print("  the first failure of ours: {}\n", ours.first_failure());
  if (theirs) {
    const double ratio = own.per_second() / median(other_runs).per_second();
    fmt::print("  ratio {:.2f}{}\n", ratio, tls ? "" : fmt::format("; aim 3: {}", ratio >= 3 ? "reached" : "missed"));
  }
}

void run_steadily(const Arguments& arguments, const Target& target) {
  constexpr int kMonitors = 10'000;
  const auto specs = specs_of(target, false);
  const SystemClock clock;
  SystemRandom random;
  const OutboundOptions outbound;
  std::atomic<std::int64_t> down{0};
  CheckLoop loop({.outbound = outbound,
                  .clock = clock,
                  .random = random,
                  .finished = [&](const CheckId&, CheckResult result) -> std::optional<milliseconds> {
                    if (result.verdict != CheckVerdict::up) ++down;
                    return std::nullopt;
                  }});
  for (int i = 0; i < kMonitors; ++i) {
    PlannedCheck check;
    random.fill(check.id);
    // As in the appliance, each has a spec of its own.
    check.spec = test::checked_spec("http", {{"url", fmt::format("http://127.0.0.{}:{}/m/{}", i % kTargets + 1, target.port, i)}});
    loop.put(std::move(check));
  }
  loop.start();
  std::this_thread::sleep_for(std::chrono::seconds(2));
  const std::uint64_t made = loop.counts().made;
  const std::int64_t ticks = facts_of(::getpid()).cpu_ticks;
  const auto began = steady_clock::now();
  std::size_t most = 0;
  microseconds lag{0};
  while (seconds_since(began) < arguments.steady) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    const CheckLoopCounts now = loop.counts();
    most = std::max(most, now.running);
    lag = std::max(lag, now.latest_lag);
  }
  const double took = seconds_since(began);
  const ProcessFacts facts = facts_of(::getpid());
  const double cpu = static_cast<double>(facts.cpu_ticks - ticks) / static_cast<double>(::sysconf(_SC_CLK_TCK)) / took * 100;
  const double rss = static_cast<double>(facts.resident_kib) / 1'024;
  const double a_minute = static_cast<double>(loop.counts().made - made) / took * 60;
  loop.stop();
  fmt::print("\n{} monitors, each every 60 s, for {:.0f} s\n", kMonitors, took);
  fmt::print("  {:.0f} checks a minute, {} not up, at most {} at once, at most {:.1f} ms late\n", a_minute, down.load(), most,
             static_cast<double>(lag.count()) / 1'000);
  fmt::print("  {:.1f} % of one core (aim 50: {}), {:.1f} MiB resident, the bench itself included (aim 120: {})\n", cpu,
             cpu < 50 ? "reached" : "missed", rss, rss < 120 ? "reached" : "missed");
}

void measure(const Arguments& arguments) {
  const std::filesystem::path directory = arguments.directory / fmt::format("connlog-bench-checks-{}", ::getpid());
  std::filesystem::create_directories(directory);
  struct Remove {
    const std::filesystem::path& what;
    ~Remove() {
      std::error_code ignored;
      std::filesystem::remove_all(what, ignored);
    }
  } const remove{directory};
  Target target;
  start(target, directory);
  ChildProcess exporter;
  const std::uint16_t exporter_port = free_port();
  fmt::print("target: {}\nprocessors: {}\n", target.what, std::thread::hardware_concurrency());
  if (std::filesystem::exists(kExporter)) {
    write_file(directory / "exporter.yml", exporter_settings());
    fmt::print("peer: {}\nits settings:\n{}", output_of({kExporter, "--version"}, directory), exporter_settings());
    exporter = ChildProcess({kExporter, "--config.file=" + (directory / "exporter.yml").string(),
                             fmt::format("--web.listen-address=127.0.0.1:{}", exporter_port), "--log.level=error"},
                            {}, directory / "exporter.txt");
    wait_until_it_answers(exporter_port, &exporter, "the exporter");
  } else {
    fmt::print("peer: {} is not installed; there is no ratio\n", kExporter);
  }
  for (const bool tls : {false, true}) {
    if (!tls || target.tls_port != 0) compare(arguments, target, tls, exporter_port, exporter.pid());
  }
  if (arguments.steady > 0) run_steadily(arguments, target);
}

Arguments parse(int argc, char** argv) {
  Arguments out;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (i + 1 >= argc) give_up(name + " needs a value");
    const char* value = argv[++i];
    if (name == "--seconds") {
      out.seconds = std::max(1, std::atoi(value));
    } else if (name == "--runs") {
      out.runs = std::max(1, std::atoi(value));
    } else if (name == "--concurrent") {
      out.concurrent = std::clamp(std::atoi(value), 1, 2'000);
    } else if (name == "--steady") {
      out.steady = std::max(0, std::atoi(value));
    } else if (name == "--dir") {
      out.directory = value;
    } else {
      give_up("there is no " + name);
    }
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  ::signal(SIGPIPE, SIG_IGN);
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
  }
  try {
    measure(parse(argc, argv));
  } catch (const GivenUp& reason) {
    fmt::print(stderr, "bench_checks: {}\n", reason.why);
    return 1;
  }
  return 0;
}
