// What a flood of logins does to heartbeats: the real program ($CONNLOG_BIN), in one run, before, during and after.
//
// Every attempt comes from an address of its own (a trusted proxy on loopback says so) and names an account of its own,
// so that neither limit stops it and every one reaches the password hasher or is turned away because no slot for a hash
// is free: the worst that a botnet can do. A second flood comes from one address, as one attacker would. Heartbeats go
// out at a steady pace beside it, each from another agent. The flood, the heartbeats and the server share this machine.
//
//   bench_login_flood [--agents 200 a second] [--seconds 15] [--threads 8] [--dir <where the data lies>]

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <thread>
#include <vector>

#include "tests/support/load_generator.h"
#include "tests/support/seeded_appliance.h"
#include "tests/support/server_process.h"

namespace {

using std::chrono::steady_clock;

constexpr int kConnections = 50;
constexpr int kSlicesPerSecond = 10;

struct Arguments {
  int agents_per_second = 200;
  int seconds = 15;
  int threads = 8;
  std::filesystem::path directory = std::filesystem::temp_directory_path();
};

struct GivenUp {
  std::string why;
};

struct Heartbeats {
  std::vector<std::int64_t> latencies_us;
  std::int64_t refused = 0;

  std::int64_t percentile(int of_a_thousand) const {
    return latencies_us.empty()
               ? 0
               : latencies_us[(latencies_us.size() - 1) * static_cast<std::size_t>(of_a_thousand) / 1'000];
  }
};

// Each agent once, at a steady pace.
Heartbeats beat(connlog::LoadGenerator& load, const Arguments& arguments, int first) {
  Heartbeats all;
  const int slice = std::max(1, arguments.agents_per_second / kSlicesPerSecond);
  auto next = steady_clock::now();
  for (int i = 0; i < arguments.seconds * kSlicesPerSecond; ++i) {
    std::this_thread::sleep_until(next);
    next += std::chrono::milliseconds(1'000 / kSlicesPerSecond);
    const auto report = load.run(first + i * slice, slice, 60);
    all.latencies_us.insert(all.latencies_us.end(), report.latencies_us.begin(), report.latencies_us.end());
    for (const auto& [status, count] : report.refused) all.refused += count;
  }
  std::sort(all.latencies_us.begin(), all.latencies_us.end());
  return all;
}

enum class From { everywhere, one_address };

class Flood {
 public:
  Flood(std::uint16_t port, int threads, From from) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this, port, i, from] { attack(port, i, from); });
  }
  ~Flood() { end(); }
  void end() {
    over_ = true;
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }
  std::int64_t hashed() const { return hashed_; }
  std::int64_t turned_away() const { return turned_away_; }

 private:
  void attack(std::uint16_t port, int thread, From from) {
    for (int i = 0; !over_; ++i) {
      const std::string body =
          fmt::format(R"({{"mail":"guess-{}-{}@example.org","password":"wrong wrong wrong"}})", thread, i);
      const std::string address = from == From::everywhere
                                      ? fmt::format("198.18.{}.{}", (thread * 31 + i / 250) % 250, i % 250)
                                      : "203.0.113.9";
      const std::string answer = connlog::exchange_bytes(
          port, fmt::format("POST /api/v1/login HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: {}\r\n"
                            "Content-Type: application/json\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{}",
                            address, body.size(), body));
      if (answer.compare(0, 12, "HTTP/1.1 401") == 0)
        ++hashed_;
      else
        ++turned_away_;
    }
  }

  std::atomic<bool> over_{false};
  std::atomic<std::int64_t> hashed_{0}, turned_away_{0};
  std::vector<std::thread> threads_;
};

void show(const char* when, const Heartbeats& beats) {
  fmt::print("{:<32} {:>6} heartbeats  p50 {:>7.2f} ms  p99 {:>7.2f} ms  max {:>8.2f} ms  refused {}\n", when,
             beats.latencies_us.size(), static_cast<double>(beats.percentile(500)) / 1'000,
             static_cast<double>(beats.percentile(990)) / 1'000, static_cast<double>(beats.percentile(1'000)) / 1'000,
             beats.refused);
  std::fflush(stdout);
}

void run(const Arguments& arguments, const std::filesystem::path& directory) {
  const int phase = arguments.agents_per_second * arguments.seconds;
  const std::filesystem::path data = directory / "data";
  if (const auto seeded = connlog::seed_appliance(data, {.agents = 4 * phase}); !seeded)
    throw GivenUp{seeded.error().message};
  connlog::ServerProcess server;
  if (!server.start({.data_directory = data, .arguments = {"--trusted-proxies", "127.0.0.1"}}))
    throw GivenUp{server.failure()};
  auto opened = connlog::LoadGenerator::open({.port = server.http_port()}, kConnections);
  if (!opened) throw GivenUp{opened.error().message};
  connlog::LoadGenerator& load = **opened;

  (void)load.run(0, std::min(phase, 200), 60);  // warms up
  const Heartbeats before = beat(load, arguments, phase);
  show("before", before);
  std::int64_t worst = 0;
  int first = 2 * phase;
  for (const From from : {From::everywhere, From::one_address}) {
    Flood flood(server.http_port(), arguments.threads, from);
    const Heartbeats during = beat(load, arguments, first);
    flood.end();
    show(from == From::everywhere ? "during a flood from everywhere" : "during a flood from one address", during);
    fmt::print("{:<32} {} passwords hashed, {} attempts turned away\n", "", flood.hashed(), flood.turned_away());
    worst = std::max(worst, during.percentile(990));
    first += phase;
  }
  fmt::print("p99 during / before: {:.2f}\n",
             static_cast<double>(worst) / static_cast<double>(std::max<std::int64_t>(1, before.percentile(990))));
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--agents") == 0) arguments.agents_per_second = std::max(10, std::atoi(argv[i + 1]));
    if (std::strcmp(argv[i], "--seconds") == 0) arguments.seconds = std::max(1, std::atoi(argv[i + 1]));
    if (std::strcmp(argv[i], "--threads") == 0) arguments.threads = std::clamp(std::atoi(argv[i + 1]), 1, 64);
    if (std::strcmp(argv[i], "--dir") == 0) arguments.directory = argv[i + 1];
  }
  signal(SIGPIPE, SIG_IGN);
  std::string name = (arguments.directory / "connlog-flood-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) return 1;
  int code = 0;
  try {
    run(arguments, name);
  } catch (const GivenUp& reason) {
    fmt::print(stderr, "{}\n", reason.why);
    code = 1;
  }
  std::filesystem::remove_all(name);
  return code;
}
