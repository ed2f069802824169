// Durable heartbeats per second of the real program ($CONNLOG_BIN), over keep-alive connections, plain and TLS, beside
// what the disk and the bare database can do in the same minute on the same machine.
//
// One run: every one of `--agents` seeded agents sends one heartbeat, as fast as `--connections` connections with one
// request in flight each allow. So each is a distinct agent's, none is refused for its rate, none is a duplicate, and a
// 200 means that the reading is on the disk. Five runs, at least ten seconds apart (the agents' shortest interval); the
// median counts. The load generator is one thread on the same machine.
//
//   bench_heartbeats [--agents 100000] [--connections 1000] [--runs 5] [--dir <where the data lies>]
//                    [--plain-only] [--json] [--seeded <directory>]
//
// With --seeded the data directory is a copy of that one, which is made when it is absent.
// With --json each measured run is told as one more line, a JSON object, and what the disk and the bare database can do
// is left out: bench/compare reads that, of two executables in turn.

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <thread>

#include "tests/support/load_generator.h"
#include "tests/support/seeded_appliance.h"
#include "tests/support/server_process.h"

namespace {

using std::chrono::steady_clock;

struct Arguments {
  int agents = 100'000;
  int connections = 1'000;
  int runs = 5;
  bool plain_only = false;
  std::filesystem::path seeded;  // empty: a directory of its own
  bool json = false;             // for bench/compare
  std::filesystem::path directory = std::filesystem::temp_directory_path();
};

double seconds_since(steady_clock::time_point began) {
  return std::chrono::duration<double>(steady_clock::now() - began).count();
}

// Caught in main alone: the server is stopped and the directory removed on the way.
struct GivenUp {
  std::string why;
};
[[noreturn]] void give_up(const std::string& why) {
  throw GivenUp{why};
}

// One page appended and synced, as a commit of one reading would be at best.
double raw_syncs_per_second(const std::filesystem::path& directory) {
  const std::string path = (directory / "sync-rate").string();
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) give_up("cannot write to " + directory.string());
  const std::string page(4'096, 'x');
  int count = 0;
  const auto began = steady_clock::now();
  while (seconds_since(began) < 1.0) {
    if (write(fd, page.data(), page.size()) < 0 || fdatasync(fd) != 0) give_up("the disk refuses to sync");
    ++count;
  }
  const double rate = count / seconds_since(began);
  close(fd);
  std::filesystem::remove(path);
  return rate;
}

// Rows shaped like a reading into an encrypted database with the appliance's own pragmas and nothing around it: no
// HTTP, no alerting, no other thread. `rows_per_commit` as the server's groups were.
double bare_inserts_per_second(const std::filesystem::path& directory, int rows_per_commit) {
  const std::string path = (directory / "bare.db").string();
  sqlite3* database = nullptr;
  const auto must = [&](int code, int wanted = SQLITE_OK) {
    if (code != wanted) give_up(fmt::format("bare database: {}", sqlite3_errmsg(database)));
  };
  const auto run = [&](const char* sql) { must(sqlite3_exec(database, sql, nullptr, nullptr, nullptr)); };
  must(sqlite3_open(path.c_str(), &database));
  run("PRAGMA key = \"x'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'\"");
  run("PRAGMA journal_mode=WAL");
  run("PRAGMA synchronous=FULL");
  run("CREATE TABLE reading_log (sequence INTEGER PRIMARY KEY, skew BIGINT, subject_number BIGINT, back BIGINT, "
      "key BLOB, vals BLOB)");
  sqlite3_stmt* insert = nullptr;
  must(sqlite3_prepare_v2(database,
                          "INSERT INTO reading_log VALUES "
                          "(NULL,?,?,?,?,x'01fe0708fac60ac413964ce030807c80a00680c4135400')",
                          -1, &insert, nullptr));
  std::int64_t rows = 0;
  const auto began = steady_clock::now();
  while (seconds_since(began) < 2.0) {
    run("BEGIN IMMEDIATE");
    for (int i = 0; i < rows_per_commit; ++i) {
      std::uint64_t id[2] = {static_cast<std::uint64_t>(++rows) * 0x9e3779b97f4a7c15, static_cast<std::uint64_t>(rows)};
      sqlite3_bind_int64(insert, 1, rows);
      sqlite3_bind_int64(insert, 2, rows % 1'000);
      sqlite3_bind_int64(insert, 3, rows);
      sqlite3_bind_blob(insert, 4, id, sizeof id, SQLITE_STATIC);
      must(sqlite3_step(insert), SQLITE_DONE);
      sqlite3_reset(insert);
    }
    run("COMMIT");
  }
  const double rate = static_cast<double>(rows) / seconds_since(began);
  sqlite3_finalize(insert);
  sqlite3_close(database);
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
  return rate;
}

// What the disk and the bare database can do, a second.
struct Yardstick {
  double syncs = 0, bare_1 = 0, bare_1000 = 0;
};

Yardstick measure_yardstick(const std::filesystem::path& directory) {
  Yardstick found;
  found.syncs = raw_syncs_per_second(directory);
  found.bare_1 = bare_inserts_per_second(directory, 1);
  found.bare_1000 = bare_inserts_per_second(directory, 1'000);
  fmt::print(
      "raw:   {:.0f} page writes with fdatasync a second\nbare:  {:.0f} encrypted inserts/s one a commit, {:.0f}/s in commits of 1,000\n\n",
      found.syncs, found.bare_1, found.bare_1000);
  return found;
}

struct Measured {
  double per_second = 0;
  std::int64_t p50_us = 0, p99_us = 0, max_us = 0;
  double bytes_per_heartbeat = 0;
  double server_cpu_us = 0;  // per heartbeat
};

Measured median(std::vector<Measured> runs) {
  std::sort(runs.begin(), runs.end(), [](const Measured& a, const Measured& b) { return a.per_second < b.per_second; });
  return runs[runs.size() / 2];
}

Measured measure(const Arguments& arguments, connlog::ServerProcess& server, bool tls) {
  auto opened = connlog::LoadGenerator::open({.port = tls ? server.https_port() : server.http_port(), .tls = tls},
                                             arguments.connections);
  if (!opened) give_up(opened.error().message + "\n" + server.process().output());
  auto& load = **opened;
  if (tls) {
    const auto full = load.handshakes();
    fmt::print("  handshakes: {} in {:.2f} s ({:.0f}/s)\n", full.full, full.seconds, full.full / full.seconds);
  }
  std::vector<Measured> runs;
  static auto next_start = steady_clock::now();  // over plain and TLS alike: the agents are the same
  for (int i = 0; i <= arguments.runs; ++i) {    // the first one warms up and is not counted
    std::this_thread::sleep_until(next_start);
    const auto before = connlog::facts_of(server.process().pid());
    const auto report = load.run(0, arguments.agents, 120);
    const auto after = connlog::facts_of(server.process().pid());
    // From the end: a faster run comes sooner to each agent than the one before it did.
    next_start = steady_clock::now() + std::chrono::milliseconds(10'000);
    if (report.accepted != arguments.agents) {
      std::string refused;
      for (const auto& [status, count] : report.refused) refused += fmt::format(" {}×{}", count, status);
      give_up(fmt::format("only {} of {} heartbeats were accepted; refused:{}\n{}", report.accepted, arguments.agents,
                          refused, server.process().output()));
    }
    const double n = static_cast<double>(report.accepted);
    const Measured run{.per_second = report.per_second(),
                       .p50_us = report.p50_us,
                       .p99_us = report.p99_us,
                       .max_us = report.max_us,
                       .bytes_per_heartbeat = static_cast<double>(after.bytes_written - before.bytes_written) / n,
                       .server_cpu_us = static_cast<double>(after.cpu_ticks - before.cpu_ticks) * 1e6 /
                                        static_cast<double>(sysconf(_SC_CLK_TCK)) / n};
    fmt::print(
        "  {}{:>9.0f}/s   p50 {:>6.1f} ms   p99 {:>6.1f} ms   max {:>6.1f} ms   {:>5.0f} B written, {:>4.1f} µs of server CPU each\n",
        i == 0 ? "(warm-up) " : fmt::format("run {}     ", i), run.per_second, static_cast<double>(run.p50_us) / 1e3,
        static_cast<double>(run.p99_us) / 1e3, static_cast<double>(run.max_us) / 1e3, run.bytes_per_heartbeat,
        run.server_cpu_us);
    if (i > 0 && arguments.json) {
      fmt::print(R"({{"way":"{}","per_second":{:.1f},"p50_us":{},"p99_us":{},"max_us":{},"server_cpu_us":{:.3f},"bytes":{:.1f}}})"
                 "\n",
                 tls ? "TLS" : "plain", run.per_second, run.p50_us, run.p99_us, run.max_us, run.server_cpu_us,
                 run.bytes_per_heartbeat);
    }
    std::fflush(stdout);
    if (i > 0) runs.push_back(run);
  }
  return median(runs);
}

void conclude(const char* what, const Measured& result, double aim, double bare) {
  fmt::print("{:<6} median {:.0f}/s, p99 {:.1f} ms; {:.2f} of the bare insert rate; aim {:.0f}/s: {} ({:.2f})\n\n",
             what, result.per_second, static_cast<double>(result.p99_us) / 1e3, result.per_second / bare, aim,
             result.per_second >= aim ? "reached" : "missed", result.per_second / aim);
}

Arguments parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const auto value = [&] {
      if (++i == argc) give_up(fmt::format("{} takes a value", argv[i - 1]));
      return argv[i];
    };
    if (std::strcmp(argv[i], "--agents") == 0)
      arguments.agents = std::atoi(value());
    else if (std::strcmp(argv[i], "--connections") == 0)
      arguments.connections = std::atoi(value());
    else if (std::strcmp(argv[i], "--runs") == 0)
      arguments.runs = std::atoi(value());
    else if (std::strcmp(argv[i], "--dir") == 0)
      arguments.directory = value();
    else if (std::strcmp(argv[i], "--plain-only") == 0)
      arguments.plain_only = true;
    else if (std::strcmp(argv[i], "--seeded") == 0)
      arguments.seeded = value();
    else if (std::strcmp(argv[i], "--json") == 0)
      arguments.json = true;
    else
      give_up(fmt::format("unknown argument {}", argv[i]));
  }
  return arguments;
}

int run(const Arguments& arguments) {
  std::string name = (arguments.directory / "connlog-bench-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) give_up("cannot make a directory in " + arguments.directory.string());
  const std::filesystem::path directory = name;
  struct Removal {
    const std::filesystem::path& path;
    ~Removal() { std::filesystem::remove_all(path); }
  } removal{directory};

  fmt::print("{}: {} agents, {} connections, {} runs; {} processors; {}\n\n", connlog::connlog_executable(),
             arguments.agents, arguments.connections, arguments.runs, std::thread::hardware_concurrency(),
             directory.string());
  const bool concludes = !arguments.json;
  const Yardstick yardstick = concludes ? measure_yardstick(directory) : Yardstick{};

  connlog::ServerProcess server;
  const auto data = directory / "data";
  const auto seed = arguments.seeded.empty() ? data : arguments.seeded;
  if (!std::filesystem::exists(seed)) {
    if (const auto seeded = connlog::seed_appliance(seed, {.agents = arguments.agents, .interval_seconds = 300});
        !seeded) {
      give_up(seeded.error().message + " " + seeded.error().cause);
    }
  }
  if (seed != data) std::filesystem::copy(seed, data, std::filesystem::copy_options::recursive);
  if (!server.start({.data_directory = data, .https = true})) give_up("the server did not start:\n" + server.failure());
  const auto idle = connlog::facts_of(server.process().pid());
  fmt::print("server: {} threads, {} MiB resident with {} agents known and nobody connected\n\n", idle.threads,
             idle.resident_kib / 1024, arguments.agents);

  fmt::print("plain, {} connections\n", arguments.connections);
  const Measured plain = measure(arguments, server, false);
  if (concludes) conclude("plain", plain, 40'000, yardstick.bare_1000);
  if (!arguments.plain_only) {
    fmt::print("TLS, {} connections\n", arguments.connections);
    const Measured tls = measure(arguments, server, true);
    if (concludes) conclude("TLS", tls, 25'000, yardstick.bare_1000);
  }
  const auto end = connlog::facts_of(server.process().pid());
  fmt::print("server: {} threads, {} MiB resident, {} MiB at most\n", end.threads, end.resident_kib / 1024,
             end.resident_peak_kib / 1024);
  if (concludes) {
    fmt::print("durable heartbeats per raw sync: {:.1f}; per one-a-commit insert: {:.1f}\n",
               plain.per_second / yardstick.syncs, plain.per_second / yardstick.bare_1);
  }
  server.process().signal(SIGTERM);
  const int code = server.process().wait(std::chrono::seconds(10));
  fmt::print("stopped with exit code {}\n", code);
  return code == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(parse(argc, argv));
  } catch (const GivenUp& reason) {
    fmt::print(stderr, "bench_heartbeats: {}\n", reason.why);
    return 1;
  }
}
