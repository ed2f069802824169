// A minute's edge: 10,000 pings in one second from many connections to the real program ($CONNLOG_BIN), answered after the
// commit; then kill -9, a new start, and a count. Every ping that was answered must be there.
//
//   bench_pings [--checks 1200] [--pings 10000] [--connections 200] [--dir <where the data lies>]
//
// Each check gets fewer than ten pings, so none is refused storage for its rate. One thread for each connection, with one
// request in flight. Ends with status 1 where a ping was lost.

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/http_session.h"
#include "tests/support/server_process.h"

using namespace connlog;
using nlohmann::json;
using std::chrono::steady_clock;

namespace {

struct GivenUp {
  std::string why;
};
[[noreturn]] void give_up(const std::string& why) {
  throw GivenUp{why};
}

class Wire {
 public:
  explicit Wire(std::uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (socket_ < 0 || connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
      give_up("cannot connect");
  }
  ~Wire() { close(socket_); }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  // The status and the body; status 0: the connection broke.
  std::pair<int, std::string> ask(const std::string& request) {
    if (send(socket_, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) return {};
    std::string answer;
    std::size_t head = std::string::npos, length = 0;
    while (head == std::string::npos || answer.size() < head + 4 + length) {
      char buffer[65'536];
      const ssize_t got = recv(socket_, buffer, sizeof buffer, 0);
      if (got <= 0) return {};
      answer.append(buffer, static_cast<std::size_t>(got));
      if (head != std::string::npos) continue;
      head = answer.find("\r\n\r\n");
      const std::size_t at = answer.find("Content-Length: ");
      if (head != std::string::npos && at < head) length = std::strtoul(answer.c_str() + at + 16, nullptr, 10);
    }
    return {std::atoi(answer.c_str() + 9), answer.substr(head + 4, length)};
  }

 private:
  int socket_;
};

std::string get(const std::string& path, const std::string& key = {}) {
  return fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\n{}\r\n", path,
                     key.empty() ? std::string() : fmt::format("X-Api-Key: {}\r\n", key));
}

std::vector<std::string> make_checks(HttpSession& owner, const std::string& key, int count) {
  std::vector<std::string> codes;
  while (static_cast<int>(codes.size()) < count) {
    const auto made = owner.post("/api/v3/checks/", {{"api_key", key}, {"name", fmt::format("job {}", codes.size())}});
    if (made.status == 429) {  // the general limit of requests
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      continue;
    }
    if (made.status != 201) give_up("a check was not made: " + made.body);
    codes.push_back(made.json["uuid"]);
  }
  return codes;
}

struct Burst {
  std::int64_t accepted = 0, refused = 0;
  double seconds = 0;
  std::vector<std::int64_t> latencies_us;
};

Burst run_burst(std::uint16_t port, const std::vector<std::string>& codes, int pings, int connections) {
  std::vector<std::unique_ptr<Wire>> wires;
  for (int i = 0; i < connections; ++i) wires.push_back(std::make_unique<Wire>(port));
  std::atomic<int> next{0};
  std::mutex mutex;
  Burst burst;
  std::vector<std::thread> threads;
  const auto began = steady_clock::now();
  for (const auto& wire : wires) {
    threads.emplace_back([&, wire = wire.get()] {
      std::vector<std::int64_t> latencies;
      std::int64_t refused = 0;
      for (int n = next++; n < pings; n = next++) {
        const std::string request = get("/ping/" + codes[static_cast<std::size_t>(n) % codes.size()]);
        const auto sent = steady_clock::now();
        const auto [status, body] = wire->ask(request);
        if (status == 200 && body == "OK")
          latencies.push_back(
              std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - sent).count());
        else
          ++refused;
      }
      const std::lock_guard lock(mutex);
      burst.accepted += static_cast<std::int64_t>(latencies.size());
      burst.refused += refused;
      burst.latencies_us.insert(burst.latencies_us.end(), latencies.begin(), latencies.end());
    });
  }
  for (std::thread& thread : threads) thread.join();
  burst.seconds = std::chrono::duration<double>(steady_clock::now() - began).count();
  std::ranges::sort(burst.latencies_us);
  return burst;
}

struct Counted {
  std::int64_t pings = 0, rows = 0;
};

Counted count(std::uint16_t port, const std::string& key) {
  Wire wire(port);
  Counted counted;
  const auto [status, body] = wire.ask(get("/api/v3/checks/", key));
  if (status != 200) give_up("the checks cannot be listed: " + body);
  const json listed = json::parse(body);  // outlives the loop over its member
  for (const json& check : listed.at("checks")) {
    counted.pings += check["n_pings"].get<std::int64_t>();
    while (true) {
      const auto [read, list] =
          wire.ask(get(fmt::format("/api/v3/checks/{}/pings/", check["uuid"].get<std::string>()), key));
      if (read == 429) {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        continue;
      }
      if (read != 200) give_up("the pings cannot be listed: " + list);
      counted.rows += static_cast<std::int64_t>(json::parse(list)["pings"].size());
      break;
    }
  }
  return counted;
}

int run(int checks, int pings, int connections, const std::filesystem::path& directory) {
  if (pings > checks * 9) give_up("more than nine pings a check would not all be stored");
  std::filesystem::create_directories(directory);
  std::string key;
  Burst burst;
  {
    ServerProcess server;
    if (!server.start({.data_directory = directory})) give_up(server.failure());
    HttpSession owner(server.http_port());
    std::string failure;
    const std::string workspace = owner.set_up(server.process().output(), failure);
    if (workspace.empty()) give_up(failure);
    const auto made = owner.post(workspace + "/api-keys", {{"name", "bench"}, {"form", "checks"}});
    if (made.status != 201) give_up("no key was made: " + made.body);
    key = made.json["token"];
    const std::vector<std::string> codes = make_checks(owner, key, checks);
    burst = run_burst(server.http_port(), codes, pings, connections);
    server.process().signal(SIGKILL);  // at once after the last answer
    server.process().wait(std::chrono::seconds(10));
  }
  const auto at = [&](double share) {
    if (burst.latencies_us.empty()) return std::int64_t{0};
    return burst.latencies_us[static_cast<std::size_t>(share * static_cast<double>(burst.latencies_us.size() - 1))];
  };
  fmt::print("pings: {} answered in {:.3f} s = {:.0f}/s, {} refused; p50 {} us, p99 {} us, max {} us\n", burst.accepted,
             burst.seconds, static_cast<double>(burst.accepted) / burst.seconds, burst.refused, at(0.5), at(0.99),
             at(1));
  ServerProcess again;
  if (!again.start({.data_directory = directory})) give_up(again.failure());
  const Counted counted = count(again.http_port(), key);
  const std::int64_t lost = burst.accepted - std::min(counted.rows, counted.pings);
  fmt::print("after kill -9: {} rows, {} counted, {} lost\n", counted.rows, counted.pings,
             std::max<std::int64_t>(lost, 0));
  return lost > 0 || burst.refused > 0 ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  int checks = 1'200, pings = 10'000, connections = 200;
  std::filesystem::path directory = std::filesystem::temp_directory_path();
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    if (name == "--checks") checks = std::atoi(argv[i + 1]);
    if (name == "--pings") pings = std::atoi(argv[i + 1]);
    if (name == "--connections") connections = std::atoi(argv[i + 1]);
    if (name == "--dir") directory = argv[i + 1];
  }
  const std::filesystem::path data = directory / fmt::format("connlog-bench-pings-{}", getpid());
  try {
    const int code = run(checks, pings, connections, data);
    std::filesystem::remove_all(data);
    return code;
  } catch (const GivenUp& given_up) {
    fmt::print(stderr, "bench_pings: {}\n", given_up.why);
    std::filesystem::remove_all(data);
    return 2;
  }
}
