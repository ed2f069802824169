// Installation into a directory: settings, service, script; what is refused, and what comes away again.

#include "host/install.h"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "host/delivery_log.h"
#include "core/agents/install_script.h"

using namespace connlog;
namespace fs = std::filesystem;

namespace {

const std::string kToken = "agent_" + std::string(64, 'a');
const std::string kPin(64, 'b');

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

struct Host {
  fs::path root;
  std::vector<std::string> commands;
  std::string said;
  int exit_code = 0;
  std::string failing;  // the command that fails

  Host() {
    std::string name = (fs::temp_directory_path() / "connlog-install-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    root = name;
    put("opt/connlog", "the executable");
  }
  ~Host() { fs::remove_all(root); }
  void put(const std::string& path, const std::string& text) const {
    fs::create_directories((root / path).parent_path());
    std::ofstream(root / path) << text;
  }
  void boot_systemd() const { fs::create_directories(root / "run/systemd/system"); }
  InstallSurroundings surroundings() {
    return {.root = root.string(),
            .executable = (root / "opt/connlog").string(),
            .run = [this](const std::vector<std::string>& argv) -> Result<int> {
              std::string line;
              for (const auto& word : argv) line += (line.empty() ? "" : " ") + word;
              commands.push_back(line);
              return !failing.empty() && line.starts_with(failing) ? 1 : 0;
            },
            .say = [this](const std::string& line) { said += line + "\n"; }};
  }
  bool ran(const std::string& command) const {
    return std::find(commands.begin(), commands.end(), command) != commands.end();
  }
};

AgentOptions options_with(std::map<std::string, std::string> environment, const std::string& root = "/nonexistent") {
  AgentOptions options;
  options.environment = std::move(environment);
  options.root = root;
  return options;
}

AgentSettings settings() {
  auto loaded = load_agent_settings(options_with({{"CONNLOG_TOKEN", kToken},
                                                  {"CONNLOG_PLATFORM_URL", "https://monitor.example.org:8443/"},
                                                  {"CONNLOG_CA_PIN", kPin}}));
  REQUIRE(loaded);
  return std::move(*loaded);
}

mode_t mode_of(const fs::path& path) {
  struct stat info;
  REQUIRE(stat(path.c_str(), &info) == 0);
  return info.st_mode & 07777;
}

}  // namespace

TEST_CASE("installing with systemd leaves an executable, private settings, a user, and a running service") {
  Host host;
  host.boot_systemd();
  REQUIRE(install_agent(settings(), host.surroundings()));
  CHECK(text_of(host.root / "usr/local/bin/connlog") == "the executable");
  CHECK(mode_of(host.root / "usr/local/bin/connlog") == 0755);
  const std::string conf = text_of(host.root / "etc/connlog/agent.conf");
  CHECK(mode_of(host.root / "etc/connlog/agent.conf") == 0600);
  CHECK(mode_of(host.root / "etc/connlog") == 0750);
  CHECK(conf.find("CONNLOG_TOKEN=\"" + kToken + "\"\n") != std::string::npos);
  CHECK(conf.find("CONNLOG_PLATFORM_URL=\"https://monitor.example.org:8443\"\n") != std::string::npos);
  CHECK(conf.find("CONNLOG_CA_PIN=\"" + kPin + "\"\n") != std::string::npos);
  const std::string unit = text_of(host.root / "etc/systemd/system/connlog-agent.service");
  CHECK(unit.find("ExecStart=/usr/local/bin/connlog agent run\n") != std::string::npos);
  CHECK(unit.find("NoNewPrivileges=yes") != std::string::npos);
  CHECK(host.ran("systemctl daemon-reload"));
  CHECK(host.ran("systemctl enable connlog-agent.service"));
  CHECK(host.commands.back() == "systemctl restart connlog-agent.service");
  CHECK(host.said.find(kToken) == std::string::npos);
}

TEST_CASE("what was installed is what the agent reads") {
  Host host;
  REQUIRE(install_agent(settings(), host.surroundings()));
  const auto loaded = load_agent_settings(options_with({}, host.root.string()));
  REQUIRE(loaded);
  CHECK(loaded->base == "https://monitor.example.org:8443");
  CHECK(loaded->token.reveal() == kToken);
  CHECK(loaded->ca_pin == kPin);
  CHECK_FALSE(loaded->expose_system_info);
}

TEST_CASE("a host that is a probe may ping afterwards, where no group may; a range that somebody chose stays") {
  const auto put = [](const fs::path& path, const std::string& text) {
    fs::create_directories(path.parent_path());
    std::ofstream(path) << text;
  };
  const auto sysctl = [](const Host& host) { return host.root / "etc/sysctl.d/60-connlog.conf"; };
  Host plain;
  put(plain.root / "proc/sys/net/ipv4/ping_group_range", "1\t0\n");
  REQUIRE(install_agent(settings(), plain.surroundings()));
  CHECK_FALSE(fs::exists(sysctl(plain)));  // it is no probe

  Host probe;
  put(probe.root / "etc/connlog/probe.toml", "");
  put(probe.root / "proc/sys/net/ipv4/ping_group_range", "1\t0\n");
  REQUIRE(install_agent(settings(), probe.surroundings()));
  CHECK(text_of(sysctl(probe)).find("\nnet.ipv4.ping_group_range = 0 2147483647\n") != std::string::npos);
  CHECK(probe.ran("sysctl -q -p " + sysctl(probe).string()));
  REQUIRE(uninstall_agent(probe.surroundings()));
  CHECK_FALSE(fs::exists(sysctl(probe)));

  Host chosen;
  put(chosen.root / "etc/connlog/probe.toml", "");
  put(chosen.root / "proc/sys/net/ipv4/ping_group_range", "100\t200\n");
  REQUIRE(install_agent(settings(), chosen.surroundings()));
  CHECK_FALSE(fs::exists(sysctl(chosen)));
}

TEST_CASE("without systemd the settings are there and the person is told how to run it") {
  Host host;
  REQUIRE(install_agent(settings(), host.surroundings()));
  CHECK(host.commands.empty());
  CHECK(host.said.find("/usr/local/bin/connlog agent run") != std::string::npos);
  CHECK_FALSE(fs::exists(host.root / "etc/systemd/system/connlog-agent.service"));
}

TEST_CASE("installing again replaces token and server, and restarts") {
  Host host;
  host.boot_systemd();
  REQUIRE(install_agent(settings(), host.surroundings()));
  AgentSettings other = settings();
  other.token = Secret("agent_" + std::string(64, 'c'));
  REQUIRE(install_agent(other, host.surroundings()));
  const std::string conf = text_of(host.root / "etc/connlog/agent.conf");
  CHECK(conf.find(kToken) == std::string::npos);
  CHECK(conf.find(std::string(64, 'c')) != std::string::npos);
}

TEST_CASE("an agent that connlog did not install is left alone, whatever is asked") {
  Host host;
  host.boot_systemd();
  SUBCASE("the genuine executable") {
    host.put("usr/local/bin/connlog-agent", "genuine");
  }
  SUBCASE("another unit of that name") {
    host.put("etc/systemd/system/connlog-agent.service", "ExecStart=/usr/local/bin/connlog-agent\n");
  }
  host.put("etc/connlog/agent.conf", "CONNLOG_TOKEN=\"theirs\"\n");
  const auto refused = install_agent(settings(), host.surroundings());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::conflict);
  REQUIRE_FALSE(uninstall_agent(host.surroundings()));
  CHECK(text_of(host.root / "etc/connlog/agent.conf") == "CONNLOG_TOKEN=\"theirs\"\n");
  CHECK(host.commands.empty());
}

TEST_CASE("uninstalling takes everything away, and the second time there is nothing") {
  Host host;
  host.boot_systemd();
  REQUIRE(install_agent(settings(), host.surroundings()));
  host.put("var/lib/connlog/heartbeat-telemetry.jsonl", "{}\n");
  host.commands.clear();
  REQUIRE(uninstall_agent(host.surroundings()));
  CHECK(host.commands.front() == "systemctl stop connlog-agent.service");
  for (const char* path :
       {"etc/connlog", "var/lib/connlog", "etc/systemd/system/connlog-agent.service", "usr/local/bin/connlog"}) {
    CAPTURE(path);
    CHECK_FALSE(fs::exists(host.root / path));
  }
  host.commands.clear();
  REQUIRE(uninstall_agent(host.surroundings()));
  CHECK(host.commands.empty());
}

TEST_CASE("within its own stop the uninstallation does not wait for itself") {
  Host host;
  host.boot_systemd();
  REQUIRE(install_agent(settings(), host.surroundings()));
  host.commands.clear();
  InstallSurroundings surroundings = host.surroundings();
  surroundings.within_own_stop = true;
  REQUIRE(uninstall_agent(surroundings));
  CHECK_FALSE(host.ran("systemctl stop connlog-agent.service"));
  CHECK(host.ran("systemctl disable connlog-agent.service"));
}

TEST_CASE("the executable stays where a server runs from it") {
  Host host;
  host.put("etc/systemd/system/connlog-server.service", "…");
  REQUIRE(install_agent(settings(), host.surroundings()));
  REQUIRE(uninstall_agent(host.surroundings()));
  CHECK(fs::exists(host.root / "usr/local/bin/connlog"));
  CHECK_FALSE(fs::exists(host.root / "etc/connlog"));
}

TEST_CASE("a step that fails is named") {
  Host host;
  host.boot_systemd();
  host.failing = "systemctl enable";
  const auto result = install_agent(settings(), host.surroundings());
  REQUIRE_FALSE(result);
  CHECK(result.error().message.find("systemctl enable connlog-agent.service") != std::string::npos);
}

TEST_CASE("settings come from the command line, then the environment, then agent.conf") {
  Host host;
  host.put("etc/connlog/agent.conf",
           "# ours\nCONNLOG_PLATFORM_URL=\"https://file.example.org\"\nCONNLOG_TOKEN=\"" + kToken + "\"\n");
  AgentOptions options = options_with({}, host.root.string());
  CHECK(load_agent_settings(options)->base == "https://file.example.org");
  options.environment["CONNLOG_PLATFORM_URL"] = "https://environment.example.org";
  CHECK(load_agent_settings(options)->base == "https://environment.example.org");
  options.server = "https://typed.example.org";
  CHECK(load_agent_settings(options)->base == "https://typed.example.org");
  host.put("token", " agent_" + std::string(64, 'e') + "\n");
  options.token_file = (host.root / "token").string();
  CHECK(load_agent_settings(options)->token.reveal() == "agent_" + std::string(64, 'e'));
}

TEST_CASE(
    "\"system\" in place of a pin replaces a pin from an earlier installation, and leaves a file of authorities") {
  Host host;
  REQUIRE(install_agent(settings(), host.surroundings()));
  AgentOptions options = options_with({}, host.root.string());
  CHECK(load_agent_settings(options)->ca_pin == kPin);
  options.environment = {{"CONNLOG_CA_PIN", ""}};
  CHECK(load_agent_settings(options)->ca_pin == kPin);
  options.environment = {{"CONNLOG_CA_PIN", "system"}};
  CHECK(load_agent_settings(options)->ca_pin.empty());
  options.environment.clear();
  options.ca_pin = "system";
  CHECK(load_agent_settings(options)->ca_pin.empty());
}

TEST_CASE("wrong settings are refused in one sentence that holds no secret") {
  const std::map<std::string, std::string> good{{"CONNLOG_TOKEN", kToken},
                                                {"CONNLOG_PLATFORM_URL", "https://m.example.org"}};
  REQUIRE(load_agent_settings(options_with(good)));
  const std::pair<const char*, const char*> wrong[] = {{"CONNLOG_TOKEN", "agent_secret"},
                                                       {"CONNLOG_TOKEN", ""},
                                                       {"CONNLOG_PLATFORM_URL", ""},
                                                       {"CONNLOG_PLATFORM_URL", "http://m.example.org"},
                                                       {"CONNLOG_CA_PIN", "abc"},
                                                       {"CONNLOG_CA_FILE", "/nonexistent/ca.pem"},
                                                       {"CONNLOG_EXPOSE_SYSTEM_INFO", "1"},
                                                       {"CONNLOG_EXPOSE_SYSTEM_INFO", ""},
                                                       {"CONNLOG_EXPOSE_SYSTEM_INFO", "TRUE"},
                                                       {"CONNLOG_ALLOW_PLAIN_HTTP", "yes"}};
  for (const auto& [name, value] : wrong) {
    CAPTURE(name);
    CAPTURE(value);
    auto environment = good;
    environment[name] = value;
    const auto loaded = load_agent_settings(options_with(environment));
    REQUIRE_FALSE(loaded);
    CHECK(loaded.error().code == ErrorCode::invalid_input);
    CHECK(loaded.error().message.find("secret") == std::string::npos);
  }
}

TEST_CASE("agent.conf is KEY=\"value\" lines and nothing else") {
  const auto values = parse_agent_conf("; note\n\nA=\"x \\\"y\\\\z\"\nB=plain\n");
  REQUIRE(values);
  CHECK(values->at("A") == "x \"y\\z");
  CHECK(values->at("B") == "plain");
  for (const char* wrong : {"A", "=x", "A=\"x", "A=\"x\" y", "A=\"x\ty\""}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_agent_conf(wrong));
  }
}

TEST_CASE("diagnostics say later what became of each heartbeat, within bounds") {
  Host host;
  DeliveryLog log(host.root.string());
  for (int i = 0; i < 12'000; ++i) {
    log.append({.at = {1'700'000'000'000'000 + i},
                .event = i % 2 == 0 ? "accepted" : "server_error",
                .status = i % 2 == 0 ? 200 : 503,
                .attempt = 1,
                .wait_seconds = 10,
                .detail = "The server answered \"503\"."});
  }
  const DeliveryHistory history = read_delivery_log(host.root.string(), 100);
  REQUIRE(history.events.size() == 100);
  CHECK(history.events.back().at.micros ==
        1'700'000'000'000'000 + 11'999 - (1'700'000'000'000'000 + 11'999) % 1'000'000);
  CHECK(history.events.back().event == "server_error");
  CHECK(history.events.back().status == 503);
  CHECK(fs::file_size(host.root / "heartbeat-telemetry.jsonl") <= 1'100'000);
  CHECK(fs::file_size(host.root / "heartbeat-telemetry.jsonl.1") <= 1'100'000);
  CHECK_FALSE(read_delivery_log("/nonexistent", 10).found);
}

TEST_CASE("the install script carries the appliance's facts, quoted, and nothing is left to fill") {
  const InstallScriptFacts facts{.public_url = "https://monitor.example.org:8443/",
                                 .server_pin = std::string(43, 'A') + "=",
                                 .ca_pin = kPin,
                                 .sha256 = {{"x86_64", std::string(64, '1')}}};
  const auto script = render_install_script(facts);
  REQUIRE(script);
  CHECK(script->find("server_url='https://monitor.example.org:8443'\n") != std::string::npos);
  CHECK(script->find("sha256_x86_64='" + std::string(64, '1') + "'\n") != std::string::npos);
  CHECK(script->find("sha256_aarch64=''\n") != std::string::npos);
  for (const char* name : {"@SERVER", "@CA_PIN", "@SHA256"}) CHECK(script->find(name) == std::string::npos);
  CHECK(install_command(facts, kToken) ==
        "curl -fsSk --pinnedpubkey 'sha256//" + facts.server_pin +
            "' https://monitor.example.org:8443/install.sh | sudo CONNLOG_TOKEN=" + kToken + " sh -s -- --install");
  CHECK(run_command(facts, kToken) ==
        "CONNLOG_TOKEN=" + kToken + " connlog agent run --server https://monitor.example.org:8443 --ca-pin " + kPin);
  CHECK(install_command(
            {.public_url = "http://127.0.0.1:8080", .server_pin = facts.server_pin, .ca_pin = kPin, .sha256 = {}},
            kToken) ==
        "curl -fsS http://127.0.0.1:8080/install.sh | sudo CONNLOG_TOKEN=" + kToken + " sh -s -- --install");
}

TEST_CASE("a fact that is not of its form never reaches a shell") {
  const InstallScriptFacts good{
      .public_url = "https://m.example.org", .server_pin = std::string(43, 'A') + "=", .ca_pin = kPin, .sha256 = {}};
  REQUIRE(render_install_script(good));
  auto wrong = good;
  SUBCASE("address") {
    wrong.public_url = "https://m.example.org/'; rm -rf /; '";
  }
  SUBCASE("address with a command") {
    wrong.public_url = "https://m.example.org/$(id)";
  }
  SUBCASE("pin") {
    wrong.server_pin = "'; rm -rf /; '";
  }
  SUBCASE("authority") {
    wrong.ca_pin = "'";
  }
  SUBCASE("checksum") {
    wrong.sha256["x86_64"] = "'";
  }
  CHECK_FALSE(render_install_script(wrong));
}
