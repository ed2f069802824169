// Real agents as probes of the real appliance: k of n decide, a host that was not listed is not reached, a probe that falls
// silent makes the state unknown by name, and one that tells of a monitor that is not its own gets 404 and an event.

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/support/http_session.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_directory.h"

using namespace connlog;
using std::chrono::seconds;
using std::chrono::steady_clock;

namespace {

// A port of loopback that accepts connections while the object lives.
class Listener {
 public:
  Listener() {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(socket_, 64) == 0);
    socklen_t length = sizeof address;
    REQUIRE(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &length) == 0);
    port_ = ntohs(address.sin_port);
  }
  ~Listener() { close(); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  void close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }
  int port() const { return port_; }

 private:
  int socket_ = -1;
  int port_ = 0;
};

struct Appliance {
  TemporaryDirectory directory;
  ServerProcess server;
  std::unique_ptr<HttpSession> owner;
  std::string workspace;  // its path in the API

  Appliance() {
    REQUIRE_MESSAGE(server.start({.data_directory = directory.path() / "data", .https = true}), server.failure());
    owner = std::make_unique<HttpSession>(server.http_port());
    std::string failure;
    const auto until = steady_clock::now() + seconds(10);
    while (server.process().output().find("#token=") == std::string::npos && steady_clock::now() < until)
      std::this_thread::yield();
    workspace = owner->set_up(server.process().output(), failure);
    REQUIRE_MESSAGE(!workspace.empty(), failure);
  }

  nlohmann::json add_agent(const std::string& name) {
    const auto reply = owner->post(workspace + "/agents", {{"name", name}, {"authorised", true}});
    REQUIRE_MESSAGE(reply.status == 201, reply.body);
    return reply.json;
  }
  // An agent on a host of its own whose probe.toml is `toml`.
  ChildProcess run(const nlohmann::json& agent, const std::string& name, const std::string& toml) {
    const auto root = directory.path() / name;
    std::filesystem::create_directories(root / "etc/connlog");
    std::ofstream(root / "etc/connlog/probe.toml") << toml;
    const std::string pin = owner->get("/api/v1/appliance").json.value("ca_pin", "");
    return ChildProcess({connlog_executable(), "agent", "run", "--server", server.public_url(true), "--ca-pin", pin},
                        {{"CONNLOG_TOKEN", agent["token"]},
                         {"CONNLOG_STATE_DIR", root.string()},
                         {"DESTDIR", root.string()}},
                        directory.path() / (name + ".txt"));
  }
  nlohmann::json monitor(const std::string& id) { return owner->get(workspace + "/monitors/" + id).json; }
  bool becomes(const std::string& id, const std::string& state, seconds limit) {
    const auto until = steady_clock::now() + limit;
    while (steady_clock::now() < until) {
      if (monitor(id).value("observed", "") == state) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return false;
  }
};

std::string id_of(const nlohmann::json& agent) {
  return agent["agent"]["id"];
}

nlohmann::json tcp_monitor(const std::string& name, int port, const std::vector<std::string>& agents, int needed) {
  return {{"name", name},
          {"kind", "tcp"},
          {"fields", {{"host", "127.0.0.1"}, {"port", port}}},
          {"own", {{"interval_seconds", 5}, {"retries", 0}, {"time_limit_ms", 2'000}}},
          {"probes", {{"mode", "agents"}, {"agents", agents}, {"needed", needed}}},
          {"confirmed_host", true}};
}

constexpr const char* kLoopback = "kinds = [\"tcp\"]\nnetworks = [\"127.0.0.1\"]\nrate = 600\n";
constexpr const char* kElsewhere = "kinds = [\"tcp\"]\nnetworks = [\"192.0.2.0/24\"]\nrate = 600\n";

}  // namespace

TEST_CASE("a monitor is checked from the hosts that allow it, and turns down when enough of them say so") {
  Appliance appliance;
  Listener target;
  const auto east = appliance.add_agent("east"), west = appliance.add_agent("west");
  ChildProcess east_agent = appliance.run(east, "east", kLoopback);
  ChildProcess west_agent = appliance.run(west, "west", kLoopback);
  const auto made = appliance.owner->post(appliance.workspace + "/monitors",
                                          tcp_monitor("the service", target.port(), {id_of(east), id_of(west)}, 2));
  REQUIRE_MESSAGE(made.status == 201, made.body);
  const std::string id = made.json["id"];
  CHECK_MESSAGE(appliance.becomes(id, "up", seconds(40)), appliance.monitor(id).dump(), east_agent.output());

  // West falls silent: one of the two that are needed is left, so nobody can say.
  west_agent.signal(SIGTERM);
  CHECK(west_agent.wait(seconds(10)) == 0);
  CHECK_MESSAGE(appliance.becomes(id, "unknown", seconds(60)), appliance.monitor(id).dump());
  CHECK(appliance.monitor(id).value("detail", "").find("west") != std::string::npos);

  ChildProcess west_again = appliance.run(west, "west-again", kLoopback);
  CHECK_MESSAGE(appliance.becomes(id, "up", seconds(60)), appliance.monitor(id).dump());
  target.close();
  CHECK_MESSAGE(appliance.becomes(id, "down", seconds(40)), appliance.monitor(id).dump());
  west_again.signal(SIGTERM);
  CHECK(west_again.wait(seconds(10)) == 0);
  east_agent.signal(SIGTERM);
  CHECK(east_agent.wait(seconds(10)) == 0);
}

TEST_CASE("a probe reaches nothing that its host did not list, and cannot tell of another's monitor") {
  Appliance appliance;
  Listener target;
  const auto strict = appliance.add_agent("strict"), other = appliance.add_agent("other");
  ChildProcess agent = appliance.run(strict, "strict", kElsewhere);
  const auto made = appliance.owner->post(appliance.workspace + "/monitors",
                                          tcp_monitor("the service", target.port(), {id_of(strict)}, 1));
  REQUIRE_MESSAGE(made.status == 201, made.body);
  const std::string id = made.json["id"];
  const auto until = steady_clock::now() + seconds(40);
  std::string reason;
  while (reason.empty() && steady_clock::now() < until) {
    const auto shown = appliance.monitor(id);
    if (shown["probes"]["agents"].size() == 1 && shown["probes"]["agents"][0]["reason"].is_string())
      reason = shown["probes"]["agents"][0]["reason"];
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  CHECK_MESSAGE(reason == "forbidden", appliance.monitor(id).dump(), agent.output());
  CHECK(appliance.monitor(id).value("observed", "") != "up");

  const auto told = appliance.owner->post_as(
      other["token"], "/api/agents/probe",
      {{"version", 0},
       {"offer", {{"kinds", {"tcp"}}, {"networks", {"127.0.0.1/32"}}}},
       {"results", nlohmann::json::array({{{"monitor", id}, {"verdict", "up"}, {"reason", "ok"}}})}});
  CHECK(told.status == 404);
  CHECK(appliance.monitor(id).value("observed", "") != "up");
  agent.signal(SIGTERM);
  CHECK(agent.wait(seconds(10)) == 0);
}
