// A host decides what its agent may check, by a file that is root's; the agent keeps to it whatever the server asks.
#include "host/probe.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "core/base/random.h"
#include "host/probe_settings.h"
#include "tests/support/outside.h"
#include "tests/support/temporary_directory.h"

using namespace connlog;

namespace {

std::string refusal_of(std::string_view text) {
  const auto settings = parse_probe_settings(text);
  REQUIRE_FALSE(settings.has_value());
  return settings.error().message;
}

Uuid monitor_id() {
  Uuid id;
  id.bytes.fill(0x22);
  return id;
}

// A server that gives one order and collects what comes in.
struct Server {
  std::mutex mutex;
  ProbeOrder order;
  int status = 200;
  std::vector<ProbeReport> reports;

  HttpOutcome answer(const HttpRequest& request) {
    const std::lock_guard lock(mutex);
    auto report = parse_probe_report(request.body);
    REQUIRE(report.has_value());
    HttpOutcome outcome;
    outcome.answer.status = status;
    ProbeOrder now = order;
    now.has_checks = report->version != order.version;
    outcome.answer.body = render_probe_order(now);
    reports.push_back(std::move(*report));
    return outcome;
  }
};

struct World {
  explicit World(std::string_view settings_text)
      : settings(*parse_probe_settings(settings_text)),
        identity{.token = Secret("agent_x"), .version = "1", .arch = "x86_64", .machine_id = "", .hostname = ""},
        probe({.settings = settings,
               .identity = identity,
               .base = "https://server",
               .outbound = {},
               .perform = [this](const HttpRequest& request) { return server.answer(request); },
               .cancel = {},
               .clock = clock,
               .random = random}) {}
  void orders(std::string kind, std::string host, std::int64_t port, std::string expect = {}) {
    auto spec = std::make_shared<CheckSpec>();
    spec->kind = std::move(kind);
    spec->values.set("host", FieldValue(std::move(host)));
    spec->values.set("port", FieldValue(port));
    if (!expect.empty()) spec->values.set("expect", FieldValue(std::move(expect)));
    spec->time_limit = milliseconds(2'000);
    const std::lock_guard lock(server.mutex);
    server.order = {.version = server.order.version + 1,
                    .has_checks = true,
                    .checks = {{.monitor = monitor_id(), .interval = seconds(60), .spec = spec}},
                    .ask_again_seconds = 1};
  }
  // Exchanges until a result has come in, ten seconds at most.
  std::optional<CheckResult> first_result() {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (std::chrono::steady_clock::now() < end) {
      {
        const std::lock_guard lock(server.mutex);
        for (const ProbeReport& report : server.reports) {
          if (!report.results.empty()) return report.results.front().result;
        }
      }
      std::this_thread::yield();
    }
    return std::nullopt;
  }

  SystemClock clock;
  SystemRandom random;
  Server server;
  ProbeSettings settings;
  AgentIdentity identity;
  Probe probe;
};

}  // namespace

TEST_CASE("A probe's file names kinds, networks, ports and a rate") {
  const auto settings = parse_probe_settings(
      "kinds = [\"http\", \"tcp\"]\nnetworks = [\"192.168.1.0/24\", \"127.0.0.1\"]\nports = [80, 443]\nrate = 30\n");
  REQUIRE(settings.has_value());
  CHECK(settings->offer.kinds == std::vector<std::string>{"http", "tcp"});
  CHECK(settings->offer.networks == std::vector<std::string>{"192.168.1.0/24", "127.0.0.1/32"});
  CHECK(settings->offer.rate == 30);
  CHECK_FALSE(settings->scope->is_public_allowed);
  CHECK(settings->scope->networks.size() == 2);
  CHECK(settings->scope->ports == std::vector<std::uint16_t>{80, 443});
}

TEST_CASE("An empty file allows nothing") {
  const auto settings = parse_probe_settings("");
  REQUIRE(settings.has_value());
  CHECK(settings->offer.kinds.empty());
  CHECK_FALSE(settings->scope->is_public_allowed);
  CHECK(settings->scope->networks.empty());
}

TEST_CASE("A mistake in a probe's file names its line") {
  CHECK(refusal_of("kinds = [\"http\"]\nnetwork = []\n").find("line 2") != std::string::npos);
  CHECK(refusal_of("kinds = [\"telnet\"]\n").find("telnet") != std::string::npos);
  CHECK(refusal_of("kinds = [\"push\"]\n").find("push") != std::string::npos);
  CHECK(refusal_of("\n\nnetworks = [\"10.0.0.1/8\"]\n").find("line 3") != std::string::npos);
  CHECK(refusal_of("ports = [0]\n").find("65535") != std::string::npos);
  CHECK(refusal_of("rate = \"fast\"\n").find("line 1") != std::string::npos);
  CHECK(refusal_of("kinds = [\n").find("line") != std::string::npos);
}

TEST_CASE("A host without the file has no probe, and a link in its place is refused") {
  TemporaryDirectory root;
  const auto none = load_probe_settings(root.path().string());
  REQUIRE(none.has_value());
  CHECK_FALSE(none->has_value());
  std::filesystem::create_directories(root.path() / "etc/connlog");
  std::ofstream(root.path() / "elsewhere.toml") << "rate = 5\n";
  std::filesystem::create_symlink(root.path() / "elsewhere.toml", root.path() / "etc/connlog/probe.toml");
  CHECK_FALSE(load_probe_settings(root.path().string()).has_value());
  std::filesystem::remove(root.path() / "etc/connlog/probe.toml");
  std::ofstream(root.path() / "etc/connlog/probe.toml") << "rate = 5\n";
  const auto one = load_probe_settings(root.path().string());
  REQUIRE(one.has_value());
  REQUIRE(one->has_value());
  CHECK((*one)->offer.rate == 5);
}

TEST_CASE("A probe makes the checks that it is given and says what it found") {
  World world("kinds = [\"tcp\"]\nnetworks = [\"127.0.0.1\"]\n");
  world.orders("tcp", "127.0.0.1", 1);  // nothing listens there
  world.probe.start();
  const auto result = world.first_result();
  world.probe.stop();
  REQUIRE(result.has_value());
  CHECK(result->verdict == CheckVerdict::down);
  CHECK(result->reason == CheckReason::refused);
}

TEST_CASE("A probe reaches no address that its host does not list") {
  World world("kinds = [\"tcp\"]\nnetworks = [\"192.0.2.0/24\"]\n");
  world.orders("tcp", "127.0.0.1", 1);
  world.probe.start();
  const auto result = world.first_result();
  world.probe.stop();
  REQUIRE(result.has_value());
  CHECK(result->reason == CheckReason::forbidden);
}

TEST_CASE("A probe begins no kind of check that its host does not list") {
  World world("kinds = [\"http\"]\nnetworks = [\"127.0.0.1\"]\n");
  world.orders("tcp", "127.0.0.1", 1);
  world.probe.start();
  const auto result = world.first_result();
  world.probe.stop();
  REQUIRE(result.has_value());
  CHECK(result->verdict == CheckVerdict::unknown);
  CHECK(result->reason == CheckReason::forbidden);
}

TEST_CASE("A probe says that an answer is wrong, and no word of it") {
  const test::OutsideServer server("stream_stand_in.py", {"says", "the password is swordfish"});
  World world("kinds = [\"tcp\"]\nnetworks = [\"127.0.0.1\"]\n");
  world.orders("tcp", "127.0.0.1", server.port(), "something else");
  world.probe.start();
  const auto result = world.first_result();
  world.probe.stop();
  REQUIRE(result.has_value());
  CHECK(result->verdict == CheckVerdict::down);
  CHECK(result->reason == CheckReason::content_wrong);
  CHECK_FALSE(result->text.empty());
  CHECK(result->text.find("swordfish") == std::string::npos);
}

TEST_CASE("Results wait while the server is not reached") {
  World world("kinds = [\"tcp\"]\nnetworks = [\"192.0.2.0/24\"]\n");
  world.orders("http", "127.0.0.1", 1);
  CHECK(world.probe.exchange() == milliseconds(1'000));  // it has the assignment now, and says that http is not listed
  world.server.status = 503;
  CHECK(world.probe.exchange() == milliseconds(15'000));
  CHECK(world.probe.exchange() == milliseconds(30'000));
  world.server.status = 200;
  CHECK(world.probe.exchange() == milliseconds(1'000));
  REQUIRE_FALSE(world.server.reports.back().results.empty());
}
