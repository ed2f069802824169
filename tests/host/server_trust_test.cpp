// An agent that pins an authority survives another one of the same server, if it was told while the old one still held.
#include "host/server_trust.h"

#include <doctest/doctest.h>

#include <fstream>

#include "tests/support/fake_clock.h"
#include "tests/support/outside.h"
#include "tests/support/temporary_directory.h"

using namespace connlog;
using test::OutsideServer;

namespace {

// A server whose certificate can be changed: the address stays, as the test alone knows which process answers.
struct World {
  TemporaryDirectory state;
  FakeClock clock;
  AgentSettings settings;
  std::string bundle;  // the host's own authorities

  World() {
    settings.base = "https://localhost";
    settings.state_directory = state.path().string();
    settings.ca_pin = test::public_key_pin(test::certificates() / "stranger.pem");
  }
  std::unique_ptr<ServerTrust> start() {
    auto trust = ServerTrust::open(
        settings,
        [this](const TlsTrust& wanted) {
          return HttpClient::open({.purpose = OutboundPurpose::agent_uplink,
                                   .trust = wanted,
                                   .outbound = {.policy = {}, .proxy = "", .ca_bundle = bundle}});
        },
        clock);
    REQUIRE(trust.has_value());
    return std::move(*trust);
  }
};

HttpRequest to(std::uint16_t port) {
  HttpRequest request;
  request.url = "https://localhost:" + std::to_string(port) + "/";
  return request;
}

std::vector<std::string> tls() {
  const auto& made = test::certificates();
  return {"--certificate", (made / "server.pem").string(), "--key", (made / "server.key").string()};
}

}  // namespace

TEST_CASE("what a server told is tried, kept, and used when the pin of the settings does not hold any more") {
  World world;
  OutsideServer server("http_sink.py", tls());
  world.bundle = (test::certificates() / "ca.pem").string();
  const std::string pin = test::public_key_pin(test::certificates() / "ca.pem");
  auto agent = world.start();
  const std::string own = "pin:" + world.settings.ca_pin.substr(0, 16);
  CHECK(agent->words() == own);
  // The settings' pin is another authority's: without more it refuses this server.
  REQUIRE(agent->perform(to(server.port())).failure);
  CHECK(agent->perform(to(server.port())).failure->kind == TransportFailure::Kind::tls);

  agent->learn("nonsense", to(server.port()));
  CHECK(agent->words() == own);
  agent->learn("system", to(server.port()));
  CHECK(agent->words() == own + ",system");
  CHECK_FALSE(agent->perform(to(server.port())).failure);
  agent->learn("pin:" + pin, to(server.port()));
  CHECK(agent->words() == own + ",system,pin:" + pin.substr(0, 16));

  // After a restart, too; but not for another server, nor with another pin in the settings.
  CHECK(world.start()->words() == own + ",system,pin:" + pin.substr(0, 16));
  CHECK_FALSE(world.start()->perform(to(server.port())).failure);
  world.settings.base = "https://elsewhere.example";
  CHECK(world.start()->words() == own);
  world.settings.base = "https://localhost";
  world.settings.ca_pin = std::string(64, '0');
  CHECK(world.start()->words() == "pin:0000000000000000");
}

TEST_CASE("what does not work is not learnt, and not tried at every heartbeat") {
  World world;
  OutsideServer server("http_sink.py", tls());
  world.bundle = (test::certificates() / "stranger.pem").string();  // the host does not know the server's authority
  world.settings.ca_pin = test::public_key_pin(test::certificates() / "ca.pem");
  auto agent = world.start();
  const std::string own = agent->words();
  agent->learn("system", to(server.port()));
  CHECK(agent->words() == own);
  CHECK_FALSE(std::filesystem::exists(world.state.path() / kLearntTrustName));
  CHECK_FALSE(agent->perform(to(server.port())).failure);
  // Six hours later the administrator has installed the authority.
  world.bundle = (test::certificates() / "ca.pem").string();
  agent->learn("system", to(server.port()));
  CHECK(agent->words() == own);
  world.clock.advance(seconds(6 * 3600 + 1));
  agent->learn("system", to(server.port()));
  CHECK(agent->words() == own + ",system");
}

TEST_CASE("authorities that an administrator gave as a file are added to by nobody") {
  World world;
  OutsideServer server("http_sink.py", tls());
  world.settings.ca_pin.clear();
  world.settings.ca_pem = test::read_text(test::certificates() / "ca.pem");
  auto agent = world.start();
  CHECK(agent->words() == "file");
  agent->learn("system", to(server.port()));
  CHECK(agent->words() == "file");
  CHECK_FALSE(agent->perform(to(server.port())).failure);
}
