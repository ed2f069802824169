// What a large fleet costs the real program ($CONNLOG_BIN): its start over a long log (cold, warm, and after kill -9), the
// memory of a known agent, and the pages that people open. The data are made through storage alone: `--agents` known agents
// with the default rules, and `--rows` readings of them in turn.
//
//   bench_large_fleet [--agents 60000] [--rows 20000000] [--dir <where the data lies>] [--keep <directory>]
//
// With --keep the data are made in that directory, or found there, and stay. Each figure is printed beside its limit
// (docs/architecture.md); the ratio is measured to limit.

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <vector>

#include "tests/support/http_session.h"
#include "tests/support/seeded_appliance.h"
#include "tests/support/server_process.h"

namespace {

using std::chrono::steady_clock;
namespace fs = std::filesystem;

constexpr double kBytesOfAgentMax = 2'500;
constexpr double kPageMillisecondsMax = 15;
constexpr double kPageBytesMax = 300'000;
const std::string kOwner = "owner@example.org", kPassword = "violet anchor seldom rises";

struct GivenUp {
  std::string why;
};
[[noreturn]] void give_up(const std::string& why) {
  throw GivenUp{why};
}

struct Arguments {
  int agents = 60'000;
  std::int64_t rows = 20'000'000;
  fs::path directory = fs::temp_directory_path();
  fs::path keep;
};

double seconds_since(steady_clock::time_point began) {
  return std::chrono::duration<double>(steady_clock::now() - began).count();
}

// Asks the kernel to forget what it holds of the files.
void make_cold(const fs::path& data) {
  ::sync();
  for (const auto& entry : fs::recursive_directory_iterator(data)) {
    if (!entry.is_regular_file()) continue;
    const int fd = ::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) continue;
    ::posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    ::close(fd);
  }
}

double start(connlog::ServerProcess& server, const fs::path& data) {
  const auto began = steady_clock::now();
  if (!server.start({.data_directory = data}, std::chrono::seconds(600)))
    give_up("the server did not start:\n" + server.failure());
  return seconds_since(began);
}

void stop(connlog::ServerProcess& server, int signal) {
  server.process().signal(signal);
  server.process().wait(std::chrono::seconds(60));
}

// The median time and the size of a page.
void measure_page(connlog::HttpSession& person, const char* name, const std::string& path) {
  std::vector<double> took;
  std::size_t bytes = 0;
  for (int i = 0; i < 21; ++i) {
    const auto began = steady_clock::now();
    const auto reply = person.get(path);
    took.push_back(seconds_since(began) * 1e3);
    if (reply.status != 200) give_up(fmt::format("{}: {} {}", path, reply.status, reply.body));
    bytes = reply.body.size();
  }
  std::sort(took.begin(), took.end());
  const double middle = took[took.size() / 2];
  fmt::print("{:<22} {:>7.1f} ms ({:.2f} of the limit) {:>9} bytes ({:.2f})\n", name, middle,
             middle / kPageMillisecondsMax, bytes, static_cast<double>(bytes) / kPageBytesMax);
}

Arguments parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    if (name == "--agents") arguments.agents = std::atoi(argv[i + 1]);
    else if (name == "--rows") arguments.rows = std::atoll(argv[i + 1]);
    else if (name == "--dir") arguments.directory = argv[i + 1];
    else if (name == "--keep") arguments.keep = argv[i + 1];
    else give_up("unknown argument " + name);
  }
  return arguments;
}

int run(const Arguments& arguments) {
  std::string name = (arguments.directory / "connlog-fleet-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) give_up("cannot make a directory in " + arguments.directory.string());
  const fs::path scratch = name;
  struct Removal {
    const fs::path& path;
    ~Removal() { fs::remove_all(path); }
  } removal{scratch};
  const fs::path data = arguments.keep.empty() ? scratch / "data" : arguments.keep;

  connlog::ServerProcess server;
  const double of_nothing = start(server, scratch / "empty");
  const auto empty = connlog::facts_of(server.process().pid());
  stop(server, SIGTERM);
  fmt::print("an empty appliance starts in {:.2f} s, {} MiB resident\n", of_nothing, empty.resident_kib / 1024);

  if (!fs::exists(data)) {
    const auto began = steady_clock::now();
    const auto seeded = connlog::seed_appliance(data, {.agents = arguments.agents,
                                                          .readings = arguments.rows,
                                                          .owner_mail = kOwner,
                                                          .owner_password = kPassword});
    if (!seeded) give_up(seeded.error().message + " " + seeded.error().cause);
    fmt::print("{} agents and {} readings made in {:.0f} s\n", arguments.agents, arguments.rows, seconds_since(began));
  }
  fmt::print("database: {} MiB\n", fs::file_size(data / "connlog.db") / (1024 * 1024));

  make_cold(data);
  fmt::print("start, cold:           {:6.2f} s\n", start(server, data));
  const auto full = connlog::facts_of(server.process().pid());
  const double each = static_cast<double>(full.resident_kib - empty.resident_kib) * 1024 / arguments.agents;
  fmt::print("resident:              {} MiB; {:.0f} bytes for each known agent ({:.2f} of the limit)\n",
             full.resident_kib / 1024, each, each / kBytesOfAgentMax);
  stop(server, SIGTERM);
  fmt::print("start, warm:           {:6.2f} s\n", start(server, data));
  stop(server, SIGKILL);
  fmt::print("start after kill -9:   {:6.2f} s, warm\n", start(server, data));
  stop(server, SIGKILL);
  make_cold(data);
  fmt::print("start after kill -9:   {:6.2f} s, cold\n", start(server, data));

  connlog::HttpSession person(server.http_port());
  std::string failure;
  const std::string workspace = person.log_in(kOwner, kPassword, failure);
  if (workspace.empty()) give_up("login: " + failure);
  measure_page(person, "overview", workspace + "/overview");
  measure_page(person, "agents, first page", workspace + "/agents");
  measure_page(person, "subjects, first page", workspace + "/subjects");
  measure_page(person, "subjects, down", workspace + "/subjects?state=down");
  stop(server, SIGTERM);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(parse(argc, argv));
  } catch (const GivenUp& reason) {
    fmt::print(stderr, "bench_large_fleet: {}\n", reason.why);
    return 1;
  }
}
