// The real agent against the real appliance: the command that the interface shows, the pin, a rotated token, removal;
// and the install script, run by a real shell into a directory.

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string_view>
#include <thread>

#include "core/agents/install_script.h"
#include "tests/support/agent_emulator.h"
#include "tests/support/http_session.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_directory.h"

using namespace connlog;
using std::chrono::seconds;
using std::chrono::steady_clock;

namespace {

bool says(const ChildProcess& process, const std::string& text, seconds limit) {
  const auto until = steady_clock::now() + limit;
  while (steady_clock::now() < until) {
    if (process.output().find(text) != std::string::npos) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

struct Appliance {
  TemporaryDirectory directory;
  ServerProcess server;
  std::unique_ptr<HttpSession> owner;
  std::string workspace;  // its path in the API
  std::string ca_pin;

  Appliance() {
    REQUIRE_MESSAGE(server.start({.data_directory = directory.path() / "data", .https = true}), server.failure());
    owner = std::make_unique<HttpSession>(server.http_port());
    REQUIRE(says(server.process(), "#token=", seconds(10)));  // printed once it serves
    std::string failure;
    workspace = owner->set_up(server.process().output(), failure);
    REQUIRE_MESSAGE(!workspace.empty(), failure);
    ca_pin = owner->get("/api/v1/appliance").json.value("ca_pin", "");
    REQUIRE(ca_pin.size() == 64);
  }

  nlohmann::json add(const std::string& name) {
    const auto reply = owner->post(workspace + "/agents", {{"name", name}, {"authorised", true}});
    REQUIRE_MESSAGE(reply.status == 201, reply.body);
    return reply.json;
  }
  std::string path_of(const nlohmann::json& added) const {
    return workspace + "/agents/" + added["agent"]["id"].get<std::string>();
  }
  std::string state_of(const nlohmann::json& added) { return owner->get(path_of(added)).json.value("state", ""); }
  bool becomes(const nlohmann::json& added, const std::string& state, seconds limit) {
    const auto until = steady_clock::now() + limit;
    while (steady_clock::now() < until) {
      if (state_of(added) == state) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
  }
  ChildProcess run_agent(const std::string& token, const std::string& pin, const std::string& name,
                         const std::map<std::string, std::string>& more = {}) {
    std::map<std::string, std::string> environment{
        {"CONNLOG_TOKEN", token}, {"CONNLOG_STATE_DIR", directory.path().string()}, {"DESTDIR", "/nonexistent"}};
    environment.insert(more.begin(), more.end());
    return ChildProcess({connlog_executable(), "agent", "run", "--server", server.public_url(true), "--ca-pin", pin},
                        environment, directory.path() / name);
  }
};

// The value of that metric in the agent's newest reading; null where it was not measured.
nlohmann::json latest(const nlohmann::json& agent, std::string_view metric) {
  if (!agent["latest"].is_object()) return nullptr;
  for (const nlohmann::json& value : agent["latest"]["values"]) {
    if (value["metric"] == metric && value["part"] == "") return value["value"];
  }
  return nullptr;
}

}  // namespace

TEST_CASE("an agent started as shown reports over pinned TLS, obeys a rotation, and ends when it is removed") {
  Appliance appliance;
  const auto added = appliance.add("db-1");
  CHECK(added["run_command"].get<std::string>() ==
        "CONNLOG_TOKEN=" + added["token"].get<std::string>() + " connlog agent run --server " +
            appliance.server.public_url(true) + " --ca-pin " + appliance.ca_pin);
  CHECK(appliance.state_of(added) == "pending");

  // A pin that is not the appliance's: nothing is sent, so nothing is known.
  ChildProcess deceived = appliance.run_agent(added["token"], std::string(64, '0'), "deceived.txt");
  CHECK(says(deceived, "agent.heartbeat_failed", seconds(40)));
  CHECK(appliance.state_of(added) == "pending");
  deceived.signal(SIGTERM);
  CHECK(deceived.wait(seconds(5)) == 0);

  ChildProcess agent = appliance.run_agent(added["token"], appliance.ca_pin, "agent.txt");
  CHECK_MESSAGE(appliance.becomes(added, "up", seconds(15)), agent.output());
  const auto shown = appliance.owner->get(appliance.path_of(added)).json;
  CHECK(latest(shown, "memory_total_mib").get<std::int64_t>() > 0);
  CHECK(shown["core_count"].get<std::int64_t>() >= 1);
  CHECK(shown["hostname"].get<std::string>().empty());  // not shared unless asked to
  CHECK(agent.output().find(added["token"].get<std::string>()) == std::string::npos);

  const auto rotated = appliance.owner->post(appliance.path_of(added) + "/token", nlohmann::json::object());
  REQUIRE_MESSAGE(rotated.status < 300, rotated.body);
  CHECK(says(agent, "does not know this token", seconds(15)));
  CHECK(agent.running());  // 401 is waited out, never obeyed as a removal
  agent.signal(SIGTERM);
  CHECK(agent.wait(seconds(5)) == 0);

  ChildProcess renewed = appliance.run_agent(rotated.json["token"], appliance.ca_pin, "renewed.txt");
  CHECK(says(renewed, "agent.heartbeat_accepted", seconds(15)));
  REQUIRE(appliance.owner->remove(appliance.path_of(added)).status == 204);
  CHECK_MESSAGE(renewed.wait(seconds(15)) == 0, renewed.output());
  CHECK(renewed.output().find("was removed") != std::string::npos);
}

namespace {

// Answers every request with the same bytes, as a proxy or a portal does. One thread; ends with the object.
class DeafProxy {
 public:
  explicit DeafProxy(std::string answer) : answer_(std::move(answer)) {
    socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(listen(socket_, 16) == 0);
    REQUIRE(getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] {
      for (int peer; (peer = accept(socket_, nullptr, nullptr)) >= 0; close(peer)) {
        char request[4'096];
        if (recv(peer, request, sizeof request, 0) > 0) (void)send(peer, answer_.data(), answer_.size(), MSG_NOSIGNAL);
        shutdown(peer, SHUT_WR);
        (void)recv(peer, request, sizeof request, 0);
      }
    });
  }
  ~DeafProxy() {
    shutdown(socket_, SHUT_RDWR);
    thread_.join();
    close(socket_);
  }
  DeafProxy(const DeafProxy&) = delete;
  DeafProxy& operator=(const DeafProxy&) = delete;
  std::string base() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  std::string answer_;
  int socket_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace

TEST_CASE("an agent behind a proxy that answers in the server's place goes on trying, and says what answered") {
  TemporaryDirectory directory;
  std::string head;
  SUBCASE("404") {
    head = "HTTP/1.1 404 Not Found\r\n";
  }
  SUBCASE("401 of a login page") {
    head = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\n";
  }
  SUBCASE("410") {
    head = "HTTP/1.1 410 Gone\r\n";
  }
  SUBCASE("429 for an hour") {
    head = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 3600\r\n";
  }
  SUBCASE("a portal") {
    head = "HTTP/1.1 302 Found\r\nLocation: https://portal.example.org/login?x=1\r\n";
  }
  DeafProxy proxy(head + "Content-Length: 15\r\nConnection: close\r\n\r\n<html>no</html>");
  ChildProcess agent({connlog_executable(), "agent", "run", "--server", proxy.base()},
                     {{"CONNLOG_TOKEN", "agent_" + std::string(64, 'a')},
                      {"CONNLOG_STATE_DIR", directory.path().string()},
                      {"DESTDIR", "/nonexistent"}},
                     directory.path() / "agent.txt");
  CHECK_MESSAGE(says(agent, "not connlog's", seconds(40)), agent.output());
  if (head.find("302") != std::string::npos)
    CHECK(agent.output().find("to https://portal.example.org/login)") != std::string::npos);
  CHECK(agent.running());
  agent.signal(SIGTERM);
  CHECK(agent.wait(seconds(5)) == 0);
}

TEST_CASE("an agent whose host hangs in /proc reports all the same, and ends at SIGTERM") {
  if (geteuid() != 0) {
    MESSAGE("only root can mount: not tried");
    return;
  }
  Appliance appliance;
  const auto added = appliance.add("hanging");
  // In place of a FUSE file system whose daemon hangs: a pipe that nobody writes, over files of /proc.
  const std::string pipe_path = (appliance.directory.path() / "pipe").string();
  REQUIRE(mkfifo(pipe_path.c_str(), 0644) == 0);
  ChildProcess agent({"/usr/bin/unshare", "-m", "/bin/sh", "-c",
                      "mount --bind \"$0\" /proc/loadavg && mount --bind \"$0\" /proc/meminfo && exec \"$@\"",
                      pipe_path, connlog_executable(), "agent", "run", "--server", appliance.server.public_url(true),
                      "--ca-pin", appliance.ca_pin},
                     {{"PATH", "/usr/sbin:/usr/bin:/sbin:/bin"},
                      {"CONNLOG_TOKEN", added["token"]},
                      {"CONNLOG_STATE_DIR", appliance.directory.path().string()},
                      {"DESTDIR", "/nonexistent"}},
                     appliance.directory.path() / "agent.txt");
  CHECK_MESSAGE(says(agent, "agent.heartbeat_accepted", seconds(20)), agent.output());
  CHECK(appliance.state_of(added) == "up");
  const auto shown = appliance.owner->get(appliance.path_of(added)).json;
  CHECK(latest(shown, "uptime_seconds").get<std::int64_t>() > 0);
  CHECK(latest(shown, "memory_total_mib").is_null());
  CHECK(agent.output().find("agent.collector_hangs") != std::string::npos);
  agent.signal(SIGTERM);
  CHECK(agent.wait(seconds(6)) == 0);
}

TEST_CASE("a host with an enrolment key gets a token of its own, once, and reports") {
  Appliance appliance;
  const auto made = appliance.owner->post(
      appliance.workspace + "/enrolment-keys",
      {{"name", "image"}, {"uses", 1}, {"tags", nlohmann::json::array({"fleet"})}, {"authorised", true}});
  REQUIRE_MESSAGE(made.status == 201, made.body);
  const std::string key = made.json["token"];
  const std::string root = (appliance.directory.path() / "host").string();
  std::filesystem::create_directories(root);
  const auto enrol = [&](const std::string& destination, const std::string& name) {
    ChildProcess child({connlog_executable(), "agent", "enrol", "--server", appliance.server.public_url(true),
                        "--ca-pin", appliance.ca_pin, "--name", name},
                       {{"CONNLOG_ENROLMENT_KEY", key}, {"DESTDIR", destination}}, appliance.directory.path() / name);
    const int code = child.wait(seconds(60));
    return std::pair(code, child.output());
  };
  const auto [code, said] = enrol(root, "host-1");
  CHECK_MESSAGE(code == 0, said);
  CHECK(said.find(key) == std::string::npos);
  CHECK(said.find("agent_") == std::string::npos);
  CHECK(std::filesystem::exists(root + "/etc/connlog/agent.conf"));
  CHECK_FALSE(std::filesystem::exists(root + "/etc/connlog/enrolment.request"));

  // The stored token is an ordinary one: the agent reads it and reports.
  ChildProcess agent({connlog_executable(), "agent", "run"},
                     {{"CONNLOG_STATE_DIR", appliance.directory.path().string()}, {"DESTDIR", root}},
                     appliance.directory.path() / "enrolled.txt");
  CHECK_MESSAGE(says(agent, "agent.heartbeat_accepted", seconds(30)), agent.output());
  const auto shown = appliance.owner->get(appliance.workspace + "/enrolment-keys").json["items"][0];
  CHECK(shown["uses"] == 1);
  CHECK(shown["agents"][0]["name"] == "host-1");
  agent.signal(SIGTERM);
  CHECK(agent.wait(seconds(5)) == 0);

  // Running it again changes nothing; another host finds the key used up, and says so.
  const auto [again, said_again] = enrol(root, "host-1");
  CHECK_MESSAGE(again == 0, said_again);
  CHECK(said_again.find("already") != std::string::npos);
  const auto [other, said_other] = enrol((appliance.directory.path() / "other").string(), "host-2");
  CHECK(other == 1);
  CHECK_MESSAGE(said_other.find("as many hosts as it was made for") != std::string::npos, said_other);
}

TEST_CASE("the genuine agent and the server understand each other on every path") {
  Appliance appliance;
  const auto added = appliance.add("genuine");
  const std::uint16_t port = appliance.server.http_port();
  const std::string authority = "127.0.0.1:" + std::to_string(port);
  GenuineAgent agent({.token = added["token"], .base = "http://" + authority + "/", .hostname = "büro-1"});
  const auto ask = [&](const std::string& request) {
    return GenuineAgent::parse_answer(exchange_bytes(port, request));
  };

  // Config first, from an agent that is still pending (§12.8), by a path with two slashes.
  const auto config = ask(agent.render_config_request(authority));
  CHECK_MESSAGE(agent.on_config(config), config.body, agent.complaint());
  CHECK(agent.interval_seconds() == 10);
  CHECK(agent.config_version() >= 1);
  CHECK(appliance.state_of(added) == "pending");
  const auto assignment = ask(agent.render_assignment_request(authority));
  CHECK_MESSAGE(agent.on_assignment(assignment), assignment.body, agent.complaint());
  CHECK(agent.heartbeat_url().ends_with("/api/agents/heartbeat"));

  const std::string id = "7d1b5f9a02c34e8fb6a1c0d9e2f37a54";
  const auto first = ask(agent.render_heartbeat(id, GenuineAgent::kBusyFrame, authority));
  CHECK(first.status == 200);
  auto reaction = agent.on_heartbeat(first, 1);
  CHECK_MESSAGE(reaction.complaint.empty(), first.body);
  CHECK(reaction.does == GenuineAgent::Reaction::Does::sleep_until_cadence);
  CHECK_FALSE(reaction.fetches_config);
  CHECK(first.header("content-encoding").empty());
  CHECK(appliance.state_of(added) == "up");
  const auto shown = appliance.owner->get(appliance.path_of(added)).json;
  CHECK(shown["hostname"] == "büro-1");
  CHECK(latest(shown, "cpu_percent") == 12.5);
  CHECK(latest(shown, "cpu_peak_percent") == 48.75);

  // The same cycle again, as after a lost answer: taken as the same.
  CHECK(ask(agent.render_heartbeat(id, GenuineAgent::kBusyFrame, authority)).status == 200);
  // The installer's one test heartbeat right behind, then too many.
  GenuineAgent diagnostic({.token = added["token"], .base = "http://" + authority, .is_test_heartbeat = true});
  CHECK(ask(diagnostic.render_heartbeat(std::string(32, '1'), GenuineAgent::kFirstFrame, authority)).status == 200);
  const auto early = ask(agent.render_heartbeat(std::string(32, '2'), GenuineAgent::kBusyFrame, authority));
  const auto earlier = ask(agent.render_heartbeat(std::string(32, '3'), GenuineAgent::kBusyFrame, authority));
  CHECK((early.status == 429 || earlier.status == 429));
  CHECK(earlier.status == 429);
  CHECK(std::stoi(earlier.header("retry-after")) <= 10);
  CHECK(appliance.owner->get(appliance.path_of(added)).json["hostname"] == "büro-1");  // the diagnostic erased nothing

  // Settings changed: the agent is told, and reads them.
  REQUIRE(appliance.owner->patch(appliance.path_of(added), {{"interval_seconds", 30}}).status == 200);
  CHECK(agent.on_config(ask(agent.render_config_request(authority))));
  CHECK(agent.interval_seconds() == 30);

  REQUIRE(appliance.owner->patch(appliance.path_of(added), {{"disabled", true}}).status == 200);
  reaction =
      agent.on_heartbeat(ask(agent.render_heartbeat(std::string(32, '4'), GenuineAgent::kBusyFrame, authority)), 1);
  CHECK(reaction.does == GenuineAgent::Reaction::Does::sleep);
  CHECK(reaction.seconds == 300);
  REQUIRE(appliance.owner->patch(appliance.path_of(added), {{"disabled", false}}).status == 200);

  GenuineAgent stranger({.token = "agent_" + std::string(64, 'f'), .base = "http://" + authority});
  CHECK(ask(stranger.render_heartbeat(std::string(32, '5'), GenuineAgent::kBusyFrame, authority)).status == 401);
  CHECK(ask(stranger.render_config_request(authority)).status == 401);

  REQUIRE(appliance.owner->remove(appliance.path_of(added)).status == 204);
  reaction =
      agent.on_heartbeat(ask(agent.render_heartbeat(std::string(32, '6'), GenuineAgent::kBusyFrame, authority)), 1);
  CHECK(reaction.does == GenuineAgent::Reaction::Does::uninstall);
}

TEST_CASE("the command that is shown installs the agent, verified, and what it installed reports") {
  Appliance appliance;
  const auto added = appliance.add("installed");
  const std::string shown = added["install_command"];
  const std::string command_end = " | sudo CONNLOG_TOKEN=" + added["token"].get<std::string>() + " sh -s -- --install";
  REQUIRE_MESSAGE(shown.ends_with(command_end), shown);
  const std::string fetch = shown.substr(0, shown.size() - command_end.size());
  CHECK(fetch.starts_with("curl -fsSk --pinnedpubkey 'sha256//"));

  const auto root = appliance.directory.path() / "host";
  std::filesystem::create_directories(root);
  const std::map<std::string, std::string> environment{
      {"PATH", "/usr/sbin:/usr/bin:/sbin:/bin"}, {"DESTDIR", root.string()}, {"CONNLOG_TOKEN", added["token"]}};
  ChildProcess install({"/bin/sh", "-c", fetch + " | sh -s -- --install"}, environment,
                       appliance.directory.path() / "install.txt");
  CHECK_MESSAGE(install.wait(seconds(60)) == 0, install.output());
  CHECK(install.output().find("There is no systemd here") != std::string::npos);
  CHECK(install.output().find("agent run") != std::string::npos);
  CHECK(install.output().find(added["token"].get<std::string>()) == std::string::npos);
  const auto executable = root / "usr/local/bin/connlog";
  REQUIRE(std::filesystem::exists(executable));
  REQUIRE(std::filesystem::exists(root / "etc/connlog/agent.conf"));

  ChildProcess agent({executable.string(), "agent", "run"}, {{"DESTDIR", root.string()}},
                     appliance.directory.path() / "installed.txt");
  CHECK_MESSAGE(appliance.becomes(added, "up", seconds(15)), agent.output());
  agent.signal(SIGTERM);
  CHECK(agent.wait(seconds(5)) == 0);

  ChildProcess uninstall({executable.string(), "agent", "uninstall"}, {{"DESTDIR", root.string()}},
                         appliance.directory.path() / "uninstall.txt");
  CHECK_MESSAGE(uninstall.wait(seconds(10)) == 0, uninstall.output());
  CHECK_FALSE(std::filesystem::exists(executable));
  CHECK_FALSE(std::filesystem::exists(root / "etc/connlog"));
}

TEST_CASE("the install script fails closed") {
  Appliance appliance;
  const auto added = appliance.add("careful");
  const auto root = appliance.directory.path() / "host";
  std::filesystem::create_directories(root);
  const std::string genuine = [&] {
    const auto script = GenuineAgent::parse_answer(exchange_bytes(
        appliance.server.http_port(), "GET /install.sh HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"));
    REQUIRE(script.status == 200);
    return script.body;
  }();
  std::string script = genuine;
  std::string expected;
  std::vector<std::string> arguments{"--install"};
  std::map<std::string, std::string> environment{
      {"PATH", "/usr/sbin:/usr/bin:/sbin:/bin"}, {"DESTDIR", root.string()}, {"CONNLOG_TOKEN", added["token"]}};
  const auto replace_value = [&](const std::string& name, const std::string& value) {
    const auto at = script.find(name + "='");
    REQUIRE(at != std::string::npos);
    const auto begin = at + name.size() + 2;
    script.replace(begin, script.find('\'', begin) - begin, value);
  };
  SUBCASE("another executable than promised") {
    replace_value("sha256_x86_64", std::string(64, '0'));
    expected = "not what the appliance promised";
  }
  SUBCASE("another server's key") {
    replace_value("server_pin", std::string(43, 'A') + "=");
    expected = "the download";
  }
  SUBCASE("cut off on the way") {
    script.resize(script.rfind("main \"$@\""));
  }
  SUBCASE("no token") {
    environment.erase("CONNLOG_TOKEN");
    expected = "CONNLOG_TOKEN is not set";
  }
  SUBCASE("a token that the server does not know") {
    environment["CONNLOG_TOKEN"] = "agent_" + std::string(64, 'f');
    expected = "does not know this token";
  }
  SUBCASE("an argument that is not known") {
    arguments.push_back("--token=x");
    expected = "CONNLOG_TOKEN";
  }
  SUBCASE("a target that the appliance does not have") {
    replace_value("sha256_x86_64", "");
    expected = "no executable for x86_64";
  }
  SUBCASE("somebody else's agent is there") {
    std::filesystem::create_directories(root / "usr/local/bin");
    std::ofstream(root / "usr/local/bin/connlog-agent") << "genuine";
    expected = "already has a ConnLog agent";
  }
  std::ofstream(appliance.directory.path() / "install.sh") << script;
  std::vector<std::string> argv{"/bin/sh", (appliance.directory.path() / "install.sh").string()};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  ChildProcess install(argv, environment, appliance.directory.path() / "install.txt");
  const int code = install.wait(seconds(60));
  CAPTURE(install.output());
  if (!expected.empty()) {
    CHECK(code == 1);
    CHECK(install.output().find(expected) != std::string::npos);
  }
  CHECK_FALSE(std::filesystem::exists(root / "etc/connlog/agent.conf"));
}
