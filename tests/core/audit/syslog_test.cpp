// The forwarding to syslog: each row as one well-formed message, in order, at least once, over TCP and TLS.

#include "core/audit/syslog_forward.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "tests/support/outside.h"
#include "tests/support/test_storage.h"

using namespace connlog;
using nlohmann::json;
using test::OutsideServer;

namespace {

struct World {
  TestStorage storage;
  SystemClock clock;  // the forward waits by it; what is stored has the fake one
  RecoveryMode recovery;
  std::unique_ptr<SyslogForward> forward;

  explicit World(AddressPolicy policy = {}) {
    OutboundOptions outbound;
    outbound.policy = std::move(policy);
    forward = std::make_unique<SyslogForward>(SyslogForward::Parts{storage.stores(), storage->settings(),
                                                                   storage->trails(), storage->audit(), clock, outbound,
                                                                   SyslogOrigin{"monitor.example.org", 42}, &recovery});
  }
  ~World() { forward->stop(); }

  Result<void> set(SyslogSettings wanted) {
    return storage.stores().write([&](Transaction& tx) -> Result<void> {
      TRY(forward->change(tx, Actor{}, wanted));
      return {};
    });
  }
  void tell(const std::string& act, const std::string& object) {
    Actor ada;
    ada.kind = Actor::Kind::user;
    ada.name = "Ada";
    ada.address = "192.0.2.7";
    storage.write([&](Transaction& tx) { return storage->audit().append_security(tx, ada, {}, {}, act, object); });
  }
  // Until it is so; the thread is the real one.
  template <typename Condition>
  bool soon(Condition condition) {
    for (int i = 0; i < 1'000; ++i) {
      if (condition(forward->state())) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }
};

SyslogSettings to(const OutsideServer& server, bool tls) {
  SyslogSettings settings;
  settings.enabled = true;
  settings.host = "localhost";
  settings.port = server.port();
  settings.tls = tls;
  settings.trails = {Trail::security};
  if (tls) settings.ca_pem = test::read_text(test::certificates() / "ca.pem");
  return settings;
}

std::vector<std::string> with_tls(const std::string& certificate = "server.pem") {
  return {"--certificate", (test::certificates() / certificate).string(), "--key",
          (test::certificates() / "server.key").string()};
}

std::string text_of(const std::string& line) {
  return line.empty() ? std::string() : json::parse(line)["text"].get<std::string>();
}

}  // namespace

TEST_CASE("a row is one syslog message whatever its texts hold") {
  TrailEntry entry;
  entry.trail = Trail::security;
  entry.sequence = 7;
  entry.at = Instant{1'700'000'000'000'000};
  entry.actor_kind = "user";
  entry.actor_name = "A \"]\\ B\n<13>1 forged";
  entry.act = "session.refused";
  entry.object = std::string("a\0b\r\nc", 6) + std::string(10'000, 'x');
  const std::string message = syslog_message(entry, {"monitor.example.org", 42});
  CHECK(message.find(
            "<108>1 2023-11-14T22:13:20.000000Z monitor.example.org connlog 42 session.refused [connlog@32473 ") == 0);
  CHECK(message.find("trail=\"security\" sequence=\"7\"") != std::string::npos);
  CHECK(message.find("actor=\"A \\\"\\]\\\\ B <13>1 forged\"") != std::string::npos);
  CHECK(message.find_first_of(std::string("\n\r\0", 3)) == std::string::npos);
  CHECK(message.size() <= kSyslogMessageBytesMax);
  const std::string frame = syslog_frame(entry, {"monitor.example.org", 42});
  CHECK(frame == std::to_string(message.size()) + " " + message);
}

TEST_CASE("rows are forwarded in order as they happen, over TCP and over TLS") {
  for (const bool tls : {false, true}) {
    CAPTURE(tls);
    OutsideServer server("syslog_server.py", tls ? with_tls() : std::vector<std::string>{});
    World world;
    world.tell("session.opened", "before");  // the forwarding begins with what comes then
    world.forward->start();
    REQUIRE(world.set(to(server, tls)));
    for (int i = 0; i < 5; ++i) world.tell("session.refused", "n" + std::to_string(i));
    for (int i = 0; i < 5; ++i) {
      const std::string text = text_of(server.next("message"));
      CHECK(text.find("subject=\"n" + std::to_string(i) + "\"") != std::string::npos);
      CHECK(text.find("Ada was refused at the login") != std::string::npos);
    }
    CHECK(world.soon([](const SyslogState& state) { return state.backlog == 0 && state.sent == 5; }));
    CHECK(world.forward->state().phase == SyslogState::Phase::connected);
    CHECK(world.forward->state().last_error == "");
  }
}

TEST_CASE("after a broken connection nothing is missing, and the trouble is seen while it lasts") {
  World world;
  world.forward->start();
  std::vector<std::string> seen;
  {
    OutsideServer server("syslog_server.py", {"--close-after", "1"});
    REQUIRE(world.set(to(server, false)));
    world.tell("session.refused", "one");
    CHECK(text_of(server.next("message")).find("\"one\"") != std::string::npos);
    world.tell("session.refused", "two");  // to the next connection
    CHECK(text_of(server.next("message")).find("\"two\"") != std::string::npos);
  }
  CHECK(world.soon([](const SyslogState& state) { return !state.last_error.empty(); }));
  world.tell("session.refused", "three");
  CHECK(world.soon([](const SyslogState& state) { return state.backlog == 1; }));
  OutsideServer another("syslog_server.py", {});
  REQUIRE(world.set(to(another, false)));
  CHECK(text_of(another.next("message")).find("\"three\"") != std::string::npos);
  CHECK(world.soon([](const SyslogState& state) { return state.backlog == 0 && state.last_error.empty(); }));
}

TEST_CASE("a server with another's certificate, or that the address policy forbids, gets nothing") {
  OutsideServer stranger("syslog_server.py", with_tls("other_name.pem"));
  World world;
  world.forward->start();
  REQUIRE(world.set(to(stranger, true)));
  world.tell("session.refused", "secret");
  CHECK(
      world.soon([](const SyslogState& state) { return state.last_error.find("another name") != std::string::npos; }));
  CHECK(world.soon([](const SyslogState& state) { return state.backlog == 1; }));

  SyslogSettings metadata = to(stranger, false);
  metadata.host = "169.254.169.254";
  REQUIRE(world.set(metadata));
  CHECK(world.soon(
      [](const SyslogState& state) { return state.last_error.find("address policy") != std::string::npos; }));
  for (const std::string& line : stranger.rest()) CHECK(line.find("message") == std::string::npos);
}

TEST_CASE("settings that cannot work are refused by their field, and a change is audited without the certificate") {
  World world;
  const auto field_of = [&](SyslogSettings settings) {
    settings.enabled = true;
    const auto done = world.set(settings);
    return done ? std::string() : done.error().field;
  };
  SyslogSettings good;
  good.host = "logs.example.com";
  CHECK(field_of(good) == "");
  SyslogSettings bad = good;
  bad.host = "logs.example.com\r\nx";
  CHECK(field_of(bad) == "host");
  bad = good;
  bad.port = 0;
  CHECK(field_of(bad) == "port");
  bad = good;
  bad.trails.clear();
  CHECK(field_of(bad) == "trails");
  bad = good;
  bad.ca_pem = "not a certificate";
  CHECK(field_of(bad) != "");
}

TEST_CASE("in recovery nothing is forwarded, and the rows follow in order when it ends") {
  OutsideServer server("syslog_server.py", {});
  World world;
  world.recovery.set(true);
  REQUIRE(world.set(to(server, false)));
  world.tell("session.refused", "first");
  world.tell("session.refused", "second");
  world.forward->start();
  REQUIRE(world.soon([](const SyslogState& state) { return state.phase == SyslogState::Phase::waiting; }));
  CHECK(server.rest(600).empty());
  CHECK(world.forward->state().sent == 0);
  world.recovery.set(false);
  CHECK(world.soon([](const SyslogState& state) { return state.sent == 2; }));
  CHECK(text_of(server.next("message")).find("first") != std::string::npos);
  CHECK(text_of(server.next("message")).find("second") != std::string::npos);
}
