// The receiver against agent-protocol §2, §4, §11, §12 and §15, over the real database.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <nlohmann/json.hpp>

#include "core/wire/protocol.h"
#include "tests/support/alert_world.h"

using namespace connlog;
using nlohmann::json;

namespace {

constexpr const char* kMachine = "5c0e13199a34de5439cf5338d23d9cc530320295782fdefd19b5297fd2dfb115";
const std::string kOtherMachine(64, 'b');
const std::string kThirdMachine(64, 'c');

std::vector<std::uint8_t> from_hex(std::string_view hex) {
  std::vector<std::uint8_t> bytes;
  int high = -1;
  for (const char c : hex) {
    if (c == ' ') continue;
    const int nibble = c <= '9' ? c - '0' : c - 'a' + 10;
    if (high < 0) {
      high = nibble;
    } else {
      bytes.push_back(static_cast<std::uint8_t>(high << 4 | nibble));
      high = -1;
    }
  }
  return bytes;
}

std::vector<std::string> kinds(const std::vector<MachineEvent>& newest_first) {
  std::vector<std::string> kinds;
  for (auto event = newest_first.rbegin(); event != newest_first.rend(); ++event) kinds.push_back(event->kind);
  return kinds;
}

}  // namespace

// ── §15: the test vectors, through to the disk ──

TEST_CASE("the frames of the protocol's test vectors arrive on the disk value for value") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  Beat beat = world.beat(agent);
  beat.body = from_hex("bd510100 00000000 e204 0b13 300c0000 001f0000 00c80000 00710200 2a00 2a00");
  CHECK(world.send(beat).status == 200);
  world.pass(seconds(10));
  beat = world.beat(agent);
  beat.body = from_hex("25000000 00000000 ffff ffff 8e030000 001f0000 f4c70000 00710200 6b00 6b00");
  CHECK(world.send(beat).status == 200);
  world.pass(seconds(10));
  beat = world.beat(agent);
  beat.body = from_hex("00000000 00000000 ffff ffff 00000000 00000000 00000000 00000000 0000 0000");
  CHECK(world.send(beat).status == 200);

  const auto readings = world.readings(agent);
  REQUIRE(readings.size() == 3);
  CHECK(readings[0].values.get(Metric::uptime) == 86'461);
  CHECK(readings[0].values.get(Metric::cpu_percent) == 1'250);
  CHECK(readings[0].values.get(Metric::cpu_peak_percent) == 4'875);
  CHECK(readings[0].values.get(Metric::memory_used) == 3'120);
  CHECK(readings[0].values.get(Metric::memory_total) == 7'936);
  CHECK(readings[0].values.get(Metric::disk_used) == 51'200);
  CHECK(readings[0].values.get(Metric::disk_total) == 160'000);
  CHECK(readings[0].values.get(Metric::load_1m) == 42);
  CHECK(readings[1].values.get(Metric::cpu_percent) == std::nullopt);
  CHECK(readings[1].values.get(Metric::cpu_peak_percent) == std::nullopt);
  CHECK(readings[1].values.get(Metric::load_1m) == 107);
  CHECK(readings[2].values.get(Metric::uptime) == std::nullopt);
  CHECK(readings[2].values.get(Metric::memory_total) == std::nullopt);
  CHECK(readings[2].values.get(Metric::load_1m) == std::nullopt);
  CHECK(world.live(agent).shown == ShownState::up);  // a failed collector is alive
}

TEST_CASE("the answer is flat, holds integers where integers are due, and null only where it may") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  const AgentReply reply = world.heartbeat(agent);
  const json body = json::parse(reply.body);
  CHECK(body["ok"] == true);
  CHECK(body["server_time"] == to_iso8601(world.clock.now()));
  CHECK(body["expected_interval_seconds"].is_number_unsigned());
  CHECK(body["expected_interval_seconds"] == 10);
  CHECK(body["config_outdated"] == false);
  CHECK(body["latest_config_version"] == 1);
  CHECK(body["update"].is_null());
  CHECK(body["uninstall"] == false);
  CHECK(body["reboot"] == false);
  CHECK(body["quick_actions"] == json::array());
  CHECK(body.size() == 9);
}

// ── Refusals ──

TEST_CASE("a token that is missing, malformed or unknown is answered with 401") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  for (const std::string& authorization :
       {std::string(), std::string("Bearer"), std::string("Bearer "), std::string("Basic YTpi"),
        std::string("Bearer agent_12"), "Bearer agent_" + std::string(64, 'a'), agent.authorization + "0",
        agent.authorization.substr(7), agent.authorization + " ", "Bearer  " + agent.authorization.substr(7)}) {
    CAPTURE(authorization);
    Beat beat = world.beat(agent);
    beat.authorization = authorization;
    const AgentReply reply = world.send(beat);
    CHECK(reply.status == 401);
    CHECK(json::parse(reply.body)["error"] == "UNAUTHORIZED");
    CHECK(world.services->ingest.config(authorization).status == 401);
    CHECK(world.services->ingest.endpoint_assignment(authorization).status == 401);
  }
  Beat beat = world.beat(agent);
  beat.authorization = "bearer " + agent.authorization.substr(7);  // the scheme has no case
  CHECK(world.send(beat).status == 200);
}

TEST_CASE("another protocol version or a frame of another length is answered with 400 and leaves nothing") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  for (const char* version : {"", "0", "2", "01", "1 ", "1.0", "one"}) {
    CAPTURE(version);
    Beat beat = world.beat(agent);
    beat.protocol_version = version;
    CHECK(world.send(beat).status == 400);
  }
  for (const std::size_t length : {0u, 1u, 31u, 33u, 64u}) {
    CAPTURE(length);
    Beat beat = world.beat(agent);
    beat.body.resize(length);
    CHECK(world.send(beat).status == 400);
  }
  CHECK(world.readings(agent).empty());
  CHECK(world.live(agent).shown == ShownState::pending);
}

TEST_CASE("headers with line breaks, NUL or other control characters are refused whole") {  // threats 5, 17
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  for (const std::string& evil :
       {std::string("db-1\nX: y"), std::string("db-1\r\n"), std::string("db\0x", 4), std::string("\x1b[2J")}) {
    for (int field = 0; field < 6; ++field) {
      Beat beat = world.beat(agent);
      (field == 0   ? beat.hostname
       : field == 1 ? beat.agent_version
       : field == 2 ? beat.os
       : field == 3 ? beat.arch
       : field == 4 ? beat.machine_id
                    : beat.request_id) = evil;
      CHECK(world.send(beat).status == 400);
    }
  }
  CHECK(world.readings(agent).empty());
  Beat beat = world.beat(agent);
  beat.hostname = "<script>alert(1)</script>";  // hostile, but a text: escaped where it is shown
  CHECK(world.send(beat).status == 200);
  CHECK(world.live(agent).agent.hostname == "<script>alert(1)</script>");
}

TEST_CASE("a disabled agent is answered with 423 until it is enabled again") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  world.set_disabled(agent, true);
  const AgentReply reply = world.send(world.beat(agent));
  CHECK(reply.status == 423);
  CHECK(json::parse(reply.body)["error"] == "AGENT_DISABLED");
  CHECK(world.services->ingest.config(agent.authorization).status == 423);
  CHECK(world.live(agent).shown == ShownState::paused);
  world.restart();
  CHECK(world.send(world.beat(agent)).status == 423);
  world.set_disabled(agent, false);
  world.pass(seconds(10));
  CHECK(world.send(world.beat(agent)).status == 200);
}

TEST_CASE("every agent of a disabled workspace is answered with 423") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  world.workspace.enabled = false;
  REQUIRE(
      world.in_transaction([&](Transaction& tx) { return world.storage->workspaces().update(tx, world.workspace); }));
  world.restart();
  const AgentReply reply = world.send(world.beat(agent));
  CHECK(reply.status == 423);
  CHECK(json::parse(reply.body)["error"] == "WORKSPACE_DISABLED");
}

TEST_CASE("a rotated token: the new one is welcome, the old one is unknown") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  TestAgent renewed = agent;
  REQUIRE(world.in_transaction([&](Transaction& tx) -> Result<void> {
    const AgentWithToken rotated = TRY(world.services->agents.rotate_token(tx, world.actor(), agent.agent.id));
    renewed.authorization = "Bearer " + std::string(rotated.token.reveal());
    return {};
  }));
  CHECK(world.send(world.beat(agent)).status == 401);
  CHECK(world.send(world.beat(renewed)).status == 200);
  world.restart();
  world.clock.advance(seconds(10));
  CHECK(world.send(world.beat(agent)).status == 401);
  CHECK(world.send(world.beat(renewed)).status == 200);
}

// ── §12.2: the limiter ──

TEST_CASE("heartbeats that come too fast are answered with 429 and whole seconds to wait") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  world.pass(seconds(10));
  world.heartbeat(agent);
  world.clock.advance(milliseconds(2'300));
  AgentReply reply = world.send(world.beat(agent));
  CHECK(reply.status == 429);
  CHECK(reply.retry_after_seconds == 7);  // 6.7 s, rounded up
  world.clock.advance(milliseconds(6'699));
  reply = world.send(world.beat(agent));
  CHECK(reply.status == 429);
  CHECK(reply.retry_after_seconds == 1);
  world.clock.advance(milliseconds(1));
  CHECK(world.send(world.beat(agent)).status == 200);
  CHECK(world.readings(agent).size() == 3);
}

TEST_CASE("the limiter is keyed on the agent: one in haste takes nothing from another") {
  AlertWorld world;
  const TestAgent hasty = world.add_agent("hasty");
  const TestAgent calm = world.add_agent("calm");
  for (int i = 0; i < 5; ++i) world.send(world.beat(hasty));
  CHECK(world.send(world.beat(calm)).status == 200);
}

TEST_CASE("a retry of the same cycle is never limited, and makes no second reading") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  world.pass(seconds(10));
  const Beat beat = world.beat(agent);
  const AgentReply first = world.send(beat);
  CHECK(first.status == 200);
  for (int i = 0; i < 3; ++i) {
    world.clock.advance(milliseconds(250));
    const AgentReply again = world.send(beat);
    CHECK(again.status == 200);
    CHECK(json::parse(again.body)["config_outdated"] == false);
  }
  CHECK(world.readings(agent).size() == 2);
}

TEST_CASE("the installer's test-heartbeat right beside the service's first one is welcome, in either order") {
  for (const bool diagnostic_first : {true, false}) {
    CAPTURE(diagnostic_first);
    AlertWorld world;
    const TestAgent agent = world.add_agent();
    Beat first = world.beat(agent);
    first.has_quick_action_headers = !diagnostic_first;
    CHECK(world.send(first).status == 200);
    world.clock.advance(milliseconds(300));
    Beat second = world.beat(agent);
    second.has_quick_action_headers = diagnostic_first;
    CHECK(world.send(second).status == 200);
    world.clock.advance(milliseconds(300));
    CHECK(world.send(world.beat(agent)).status == 200);  // the first one may be followed by one more, whatever it is
    world.clock.advance(milliseconds(300));
    CHECK(world.send(world.beat(agent)).status == 429);
  }
}

// ── §12.3: duplicates ──

TEST_CASE("the same request id is known after a restart") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  const Beat beat = world.beat(agent);
  CHECK(world.send(beat).status == 200);
  world.restart(seconds(2));
  CHECK(world.send(beat).status == 200);
  CHECK(world.readings(agent).size() == 1);
}

TEST_CASE("the newest request id is known after a restart however old it is, and whatever the wall clock did") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  const Beat beat = world.beat(agent);
  CHECK(world.send(beat).status == 200);
  world.clock.step_wall_clock(seconds(-7'200));
  world.restart(seconds(1));
  CHECK(world.send(beat).status == 200);
  world.clock.step_wall_clock(seconds(86'400));
  world.restart(seconds(1));
  CHECK(world.send(beat).status == 200);
  CHECK(world.readings(agent).size() == 1);
}

TEST_CASE("the agent's fallback ids and ids of unknown shape are remembered like any other; none is no id") {
  AlertWorld world(false);
  const TestAgent agent = world.add_agent();
  for (const char* id : {"hb7d1b5f9a02c34e8fb6a1c0d9e2f37a54", "7d1b5f9a02c34e8fb6a1c0d9e2f37a54", "something else"}) {
    Beat beat = world.beat(agent);
    beat.request_id = id;
    CHECK(world.send(beat).status == 200);
    CHECK(world.send(beat).status == 200);
  }
  CHECK(world.readings(agent).size() == 3);
  Beat beat = world.beat(agent);
  beat.request_id.clear();
  CHECK(world.send(beat).status == 200);
  CHECK(world.send(beat).status == 200);
  CHECK(world.readings(agent).size() == 5);
}

TEST_CASE("a duplicate of something still under way is answered with its commit") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  world.pass(seconds(10));
  // The writer is held, so that the first one cannot be committed yet.
  std::promise<void> go;
  std::shared_future<void> may_go = go.get_future().share();
  world.storage.stores().submit(
      Urgency::at_once,
      [may_go](Transaction&) -> Result<void> {
        may_go.wait();
        return {};
      },
      [](const Result<void>&) {});
  const Beat beat = world.beat(agent);
  HeartbeatInput input;
  input.authorization = beat.authorization;
  input.agent_version = beat.agent_version;
  input.protocol_version = beat.protocol_version;
  input.config_version = beat.config_version;
  input.machine_id = beat.machine_id;
  input.cpu_core_count = beat.cpu_core_count;
  input.request_id = beat.request_id;
  input.has_quick_action_headers = true;
  input.body = beat.body;
  std::atomic<int> answered{0};
  std::promise<int> last;
  const auto done = [&](const AgentReply& reply) {
    CHECK(reply.status == 200);
    if (++answered == 3) last.set_value(reply.status);
  };
  for (int i = 0; i < 3; ++i) world.services->ingest.heartbeat(input, done);
  CHECK(answered == 0);
  go.set_value();
  CHECK(last.get_future().get() == 200);
  CHECK(world.readings(agent).size() == 2);
}

TEST_CASE("what cannot be stored is 503, and the retry is neither a duplicate nor too soon") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  world.pass(seconds(10));
  Beat beat = world.beat(agent);
  world.storage->close();
  CHECK(world.send(beat).status == 503);
  CHECK(world.send(beat).status == 503);  // not a committed duplicate, and not limited either
  world.restart();
  CHECK(world.send(beat).status == 200);
  CHECK(world.readings(agent).size() == 2);
}

// ── §12.4: the machine ──

TEST_CASE("the first machine is bound; another one is accepted with a warning, told once") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  CHECK(world.live(agent).agent.machine_id == kMachine);
  for (int i = 0; i < 3; ++i) {
    world.pass(seconds(10));
    Beat clone = world.beat(agent);
    clone.machine_id = kOtherMachine;
    CHECK(world.send(clone).status == 200);
    CHECK(world.send(world.beat(agent)).status == 200);  // the clone does not take the bound machine's turn
  }
  CHECK(world.live(agent).agent.machine_id == kMachine);
  CHECK(world.live(agent).agent.pending_machine_id == kOtherMachine);
  CHECK(kinds(world.machine_events(agent)) == std::vector<std::string>{"bound", "mismatch_accepted"});
  const auto acts = world.audit_acts();
  CHECK(std::count(acts.begin(), acts.end(), "agent.machine_mismatch_accepted") == 1);
}

TEST_CASE("under the policy refuse another machine gets 403, counts for nothing, and may be approved") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  REQUIRE(world.in_transaction([&](Transaction& tx) -> Result<void> {
    WorkspaceChange change;
    change.machine_policy = MachinePolicy::refuse;
    TRY(world.services->access.workspaces().change(tx, world.actor(), world.workspace.id, change, 0));
    return {};
  }));
  world.heartbeat(agent);
  Beat clone = world.beat(agent);
  clone.machine_id = kOtherMachine;
  CHECK(world.send(clone).status == 403);
  world.restart();
  CHECK(world.send(clone).status == 403);
  CHECK(world.readings(agent).size() == 1);
  CHECK(kinds(world.machine_events(agent)) == std::vector<std::string>{"bound", "mismatch_refused"});

  // Refused heartbeats are no sign of life: the bound machine is silent.
  for (int i = 0; i < 6; ++i) {
    world.pass(seconds(10));
    clone = world.beat(agent);
    clone.machine_id = kOtherMachine;
    CHECK(world.send(clone).status == 403);
  }
  CHECK(world.live(agent).shown == ShownState::down);

  REQUIRE(world.in_transaction([&](Transaction& tx) -> Result<void> {
    const AgentAndSubject decided = TRY(world.services->agents.decide_machine(tx, world.actor(), agent.agent.id, true));
    CHECK(decided.agent.machine_id == kOtherMachine);
    CHECK(decided.agent.pending_machine_id.empty());
    return {};
  }));
  clone = world.beat(agent);
  clone.machine_id = kOtherMachine;
  CHECK(world.send(clone).status == 200);
  CHECK(world.live(agent).shown == ShownState::up);
  world.pass(seconds(10));
  CHECK(world.send(world.beat(agent)).status == 403);  // the old one is the stranger now
}

TEST_CASE("a machine that an admin rejected stays refused, under either policy and after a restart") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  Beat clone = world.beat(agent);
  clone.machine_id = kOtherMachine;
  CHECK(world.send(clone).status == 200);
  REQUIRE(world.in_transaction([&](Transaction& tx) -> Result<void> {
    TRY(world.services->agents.decide_machine(tx, world.actor(), agent.agent.id, false));
    return {};
  }));
  world.clock.advance(seconds(10));
  clone = world.beat(agent);
  clone.machine_id = kOtherMachine;
  CHECK(world.send(clone).status == 403);
  world.restart(seconds(10));
  CHECK(world.send(clone).status == 403);
  CHECK(world.send(clone).status == 403);
  CHECK(world.live(agent).agent.pending_machine_id.empty());
  CHECK(world.readings(agent).size() == 2);
  clone.machine_id = kThirdMachine;  // another stranger is another question
  world.clock.advance(seconds(10));
  CHECK(world.send(clone).status == 200);
}

TEST_CASE("a machine id that is missing from a bound agent is a warning, once") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  for (int i = 0; i < 3; ++i) {
    world.pass(seconds(10));
    Beat beat = world.beat(agent);
    beat.machine_id.clear();
    CHECK(world.send(beat).status == 200);
  }
  CHECK(kinds(world.machine_events(agent)) == std::vector<std::string>{"bound", "missing"});
}

TEST_CASE("the host name stands in where no machine id was ever sent, until one is") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  Beat beat = world.beat(agent);
  beat.machine_id.clear();
  beat.hostname = "db-1.example.org";
  CHECK(world.send(beat).status == 200);
  CHECK(world.live(agent).agent.machine_id == "host:db-1.example.org");
  world.pass(seconds(10));
  beat = world.beat(agent);
  beat.machine_id.clear();
  beat.hostname = "db-2.example.org";
  CHECK(world.send(beat).status == 200);
  CHECK(world.live(agent).agent.pending_machine_id == "host:db-2.example.org");
  world.pass(seconds(10));
  CHECK(world.send(world.beat(agent)).status == 200);
  CHECK(world.live(agent).agent.machine_id == kMachine);
}

TEST_CASE("a machine id that is no machine id is answered with 400; upper case is the same machine") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  Beat beat = world.beat(agent);
  for (const std::string& wrong :
       {std::string("x"), std::string(63, 'a'), std::string(65, 'a'), std::string(64, 'g')}) {
    beat.machine_id = wrong;
    CHECK(world.send(beat).status == 400);
  }
  beat.machine_id = std::string(64, 'A');
  CHECK(world.send(beat).status == 200);
  world.pass(seconds(10));
  beat = world.beat(agent);
  beat.machine_id = std::string(64, 'a');
  CHECK(world.send(beat).status == 200);
  CHECK(world.machine_events(agent).size() == 1);
}

// ── §18: cloned machines ──

namespace {

// Two hosts of one token and one machine id, beside each other.
struct Twins {
  AlertWorld world;
  TestAgent agent = world.add_agent();
  std::string first_name, second_name;
  std::uint64_t first_uptime = 500'000, second_uptime = 310;

  AgentReply beat_of(bool is_second) {
    Vitals vitals;
    vitals.uptime = is_second ? second_uptime : first_uptime;
    Beat beat = world.beat(agent, vitals);
    beat.hostname = is_second ? second_name : first_name;
    return world.send(beat);
  }
  void pass(microseconds span) {
    world.pass(span);
    first_uptime += static_cast<std::uint64_t>(span / seconds(1));
    second_uptime += static_cast<std::uint64_t>(span / seconds(1));
  }
  // Each host every ten seconds, five seconds apart.
  void alternate(int times) {
    for (int i = 0; i < times; ++i) {
      (void)beat_of(false);
      pass(seconds(5));
      (void)beat_of(true);
      pass(seconds(5));
    }
  }
  std::vector<std::string> events() { return kinds(world.machine_events(agent)); }
  int alarms() {
    const auto acts = world.audit_acts();
    return static_cast<int>(std::count(acts.begin(), acts.end(), "agent.machine_mismatch_accepted") +
                            std::count(acts.begin(), acts.end(), "agent.machine_mismatch_refused"));
  }
  void refuse_others() {
    REQUIRE(world.in_transaction([&](Transaction& tx) -> Result<void> {
      WorkspaceChange change;
      change.machine_policy = MachinePolicy::refuse;
      TRY(world.services->access.workspaces().change(tx, world.actor(), world.workspace.id, change, 0));
      return {};
    }));
  }
  void decide(bool approve) {
    REQUIRE(world.in_transaction([&](Transaction& tx) -> Result<void> {
      TRY(world.services->agents.decide_machine(tx, world.actor(), agent.agent.id, approve));
      return {};
    }));
  }
};

}  // namespace

TEST_CASE("two hosts with one token and one machine id are noticed by their boots, and told once") {
  Twins twins;
  twins.alternate(3);
  CHECK(twins.events() == std::vector<std::string>{"bound", "mismatch_accepted"});
  CHECK(twins.alarms() == 1);
  const std::string pending = twins.world.live(twins.agent).agent.pending_machine_id;
  CHECK(pending.starts_with(std::string(kMachine) + "+boot:"));
  CHECK(twins.world.live(twins.agent).agent.machine_id == kMachine);
  twins.alternate(50);
  CHECK(twins.alarms() == 1);
  // From then on neither takes the other's turn.
  CHECK(twins.beat_of(false).status == 200);
  twins.pass(seconds(5));
  CHECK(twins.beat_of(true).status == 200);
  // After a restart of the appliance it is the same clone, by a boot that is computed anew.
  twins.world.restart(seconds(20));
  twins.first_uptime += 20, twins.second_uptime += 20;
  twins.alternate(5);
  CHECK(twins.alarms() <= 2);
}

TEST_CASE("where clones share their host names, the alarm names the second one, also after a restart") {
  Twins twins;
  twins.first_name = "web-1", twins.second_name = "web-2";
  twins.alternate(3);
  CHECK(twins.alarms() == 1);
  CHECK(twins.world.live(twins.agent).agent.pending_machine_id == std::string(kMachine) + "+host:web-2");
  CHECK(twins.world.live(twins.agent).agent.hostname == "web-1");
  twins.world.restart(seconds(20));
  twins.first_uptime += 20, twins.second_uptime += 20;
  twins.alternate(5);
  CHECK(twins.alarms() == 1);
}

TEST_CASE("clones that booted in the same second are told apart by their names") {
  Twins twins;
  twins.first_name = "web-1", twins.second_name = "web-2";
  twins.second_uptime = twins.first_uptime;
  twins.alternate(3);
  CHECK(twins.alarms() == 1);
}

TEST_CASE(
    "clones that booted within a minute of each other and share no name are noticed by an uptime that goes back") {
  Twins twins;
  twins.second_uptime = twins.first_uptime - 20;
  twins.alternate(10);
  CHECK(twins.alarms() == 1);
}

TEST_CASE("under the policy refuse the clone is answered with 403, and the bound host goes on") {
  Twins twins;
  twins.refuse_others();
  twins.first_name = "web-1", twins.second_name = "web-2";
  twins.alternate(3);
  CHECK(twins.events() == std::vector<std::string>{"bound", "mismatch_refused"});
  twins.pass(seconds(10));
  CHECK(twins.beat_of(true).status == 403);
  CHECK(twins.beat_of(false).status == 200);
}

TEST_CASE("a clone that an administrator accepts takes the place of the other; one that is refused stays out") {
  Twins twins;
  twins.first_name = "web-1", twins.second_name = "web-2";
  twins.alternate(3);
  SUBCASE("accepted") {
    twins.decide(true);
    CHECK(twins.world.live(twins.agent).agent.machine_id == kMachine);
    for (int i = 0; i < 5; ++i) {  // the first one was switched off
      twins.pass(seconds(10));
      CHECK(twins.beat_of(true).status == 200);
    }
    CHECK(twins.world.live(twins.agent).agent.hostname == "web-2");
    CHECK(twins.alarms() == 1);
    twins.alternate(3);  // and back on
    CHECK(twins.world.live(twins.agent).agent.pending_machine_id == std::string(kMachine) + "+host:web-1");
  }
  SUBCASE("refused") {
    twins.decide(false);
    twins.pass(seconds(10));
    CHECK(twins.beat_of(true).status == 403);
    CHECK(twins.beat_of(false).status == 200);
  }
}

TEST_CASE("many clones of one image are noticed, too") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  for (int round = 0; round < 3; ++round) {
    for (std::uint64_t host = 0; host < 20; ++host) {
      Vitals vitals;
      vitals.uptime = 1'000 + host * 10'000 + static_cast<std::uint64_t>(round) * 20;
      (void)world.send(world.beat(agent, vitals));
      world.pass(seconds(1));
    }
  }
  const auto acts = world.audit_acts();
  CHECK(std::count(acts.begin(), acts.end(), "agent.machine_mismatch_accepted") == 1);
}

TEST_CASE("one host that reboots, is renamed, paused, restored, or late is no clone") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  std::uint64_t uptime = 500'000;
  std::string name = "db-1";
  const auto run = [&](int heartbeats) {
    for (int i = 0; i < heartbeats; ++i) {
      Vitals vitals;
      vitals.uptime = uptime;
      Beat beat = world.beat(agent, vitals);
      beat.hostname = name;
      (void)world.send(beat);
      world.pass(seconds(10));
      uptime += 10;
    }
  };
  run(5);
  uptime = 15;  // a reboot
  run(5);
  for (int i = 0; i < 20; ++i) {  // one that starts over and over, before it is up for long
    uptime = 12;
    run(3);
  }
  name = "db-one";  // renamed
  run(5);
  uptime = 200'000;  // restored from a snapshot
  run(5);
  uptime -= 30;  // paused for half a minute
  run(5);
  uptime -= 300;
  run(5);
  uptime = 400'000;  // back to a snapshot, in which it had another name
  name = "db-1";
  run(5);
  uptime += 3'600;  // the appliance itself was suspended, and its clock with it
  run(5);
  // Heartbeats that a proxy held back come all at once, between newer ones.
  for (int i = 0; i < 6; ++i) {
    Vitals vitals;
    vitals.uptime = uptime - (i % 2 == 0 ? 300 : 0);
    (void)world.send(world.beat(agent, vitals));
    world.clock.advance(milliseconds(200));
  }
  run(5);
  CHECK(kinds(world.machine_events(agent)) == std::vector<std::string>{"bound"});
}

TEST_CASE("a diagnostic beside the service, and a frame without an uptime, make no clone") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  for (int i = 0; i < 10; ++i) {
    Vitals vitals;
    vitals.uptime = 500'000 + static_cast<std::uint64_t>(i) * 10;
    Beat beat = world.beat(agent, vitals);
    beat.hostname = "db-1";
    (void)world.send(beat);
    world.clock.advance(seconds(5));
    vitals.uptime = i % 2 == 0 ? 0 : 7;
    Beat other = world.beat(agent, vitals);
    if (i % 2 != 0) other.has_quick_action_headers = false;
    (void)world.send(other);
    world.clock.advance(seconds(5));
  }
  CHECK(kinds(world.machine_events(agent)) == std::vector<std::string>{"bound"});
}

TEST_CASE("a machine id that many hosts share counts as none") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  // What genuine agents make of "uninitialized" and of zeros, and what others might send as it is.
  for (const char* none : {"c0200a4f861fc03d0b097b16e88a6514ca69dd365d375523ea65e0cba5fb83e7",
                           "563AA5D8AA220B179B792F8C8972EF16297DCC652B208720F53794522D9F9ED8",
                           "0000000000000000000000000000000000000000000000000000000000000000",
                           "00000000000000000000000000000000", "uninitialized", ""}) {
    CAPTURE(none);
    Beat beat = world.beat(agent);
    beat.machine_id = none;
    CHECK(world.send(beat).status == 200);
    world.pass(seconds(10));
  }
  CHECK(world.machine_events(agent).empty());
  CHECK(world.live(agent).agent.machine_id.empty());
  // The host name stands in, as where no id is sent.
  Beat beat = world.beat(agent);
  beat.machine_id = "uninitialized";
  beat.hostname = "db-1";
  CHECK(world.send(beat).status == 200);
  CHECK(world.live(agent).agent.machine_id == "host:db-1");
  world.pass(seconds(10));
  CHECK(world.heartbeat(agent).status == 200);
  CHECK(world.live(agent).agent.machine_id == kMachine);
}

// ── §2.3, §12.9: what the host shares ──

TEST_CASE("host name, OS and architecture are kept while shared and erased when the sharing ends") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  Beat beat = world.beat(agent);
  beat.hostname = "db-1";
  CHECK(world.send(beat).status == 200);
  CHECK(world.live(agent).agent.hostname == "db-1");
  CHECK(world.live(agent).agent.os == "linux");

  Beat diagnostic = world.beat(agent);  // a test-heartbeat never says its host name
  diagnostic.has_quick_action_headers = false;
  CHECK(world.send(diagnostic).status == 200);
  CHECK(world.live(agent).agent.hostname == "db-1");

  world.pass(seconds(10));
  world.heartbeat(agent);
  CHECK(world.live(agent).agent.hostname.empty());
  CHECK(world.live(agent).agent.os.empty());
  CHECK(world.live(agent).agent.arch.empty());
}

TEST_CASE("an old agent that knows no quick actions is no diagnostic: its missing host name erases") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  Beat beat = world.beat(agent);
  beat.agent_version = "1.5.0";
  beat.has_quick_action_headers = false;
  beat.hostname = "db-1";
  CHECK(world.send(beat).status == 200);
  world.pass(seconds(10));
  beat = world.beat(agent);
  beat.agent_version = "1.5.0";
  beat.has_quick_action_headers = false;
  CHECK(world.send(beat).status == 200);
  CHECK(world.live(agent).agent.hostname.empty());
}

TEST_CASE("version and cores are learnt, and the row is rewritten only when they change") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  CHECK(world.live(agent).agent.agent_version == "1.19.0");
  CHECK(world.live(agent).agent.core_count == 4);
  const auto before = world.storage->facts().value().closures;
  for (int i = 0; i < 5; ++i) {
    world.clock.advance(seconds(10));
    world.heartbeat(agent);
  }
  CHECK(world.storage->facts().value().closures == before);  // the cheap lane alone
  world.clock.advance(seconds(10));
  Beat beat = world.beat(agent);
  beat.agent_version = "1.19.1";
  CHECK(world.send(beat).status == 200);
  CHECK(world.storage->facts().value().closures == before + 1);
  world.restart();
  CHECK(world.live(agent).agent.agent_version == "1.19.1");
}

// ── §5, §6: configuration and assignment ──

TEST_CASE("an agent may fetch its configuration before its first heartbeat, and is still pending then") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  const AgentReply reply = world.services->ingest.config(agent.authorization);
  CHECK(reply.status == 200);
  const json data = json::parse(reply.body)["data"];
  CHECK(data["configVersion"] == 1);
  CHECK(data["heartbeatIntervalSeconds"] == 10);
  CHECK(data["missedThreshold"] == 3);
  CHECK(data["metrics"] == json::parse(R"({"cpu":true,"memory":true,"disk":true,"load":true})"));
  CHECK(data["quickActions"]["pollIntervalSeconds"].is_number_unsigned());
  CHECK(world.live(agent).shown == ShownState::pending);
  CHECK(!world.live(agent).observed.first_seen_at.is_set());
}

TEST_CASE("the configuration is outdated whenever the agent's version is not the current one") {
  AlertWorld world(false);
  const TestAgent agent = world.add_agent();
  const auto outdated = [&](const std::string& version) {
    Beat beat = world.beat(agent);
    beat.config_version = version;
    return json::parse(world.send(beat).body)["config_outdated"].get<bool>();
  };
  CHECK(outdated("0"));  // its built-in fallback
  CHECK(!outdated("1"));
  CHECK(outdated("2"));
  CHECK(outdated(""));
  CHECK(outdated("nonsense"));
  AgentChange change;
  change.metrics = wire::MetricToggles{.cpu = true, .memory = true, .disk = true, .load = false};
  world.change(agent, change);
  CHECK(outdated("1"));
  CHECK(!outdated("2"));
  AgentChange rename;
  rename.name = "db-one";
  world.change(agent, rename);  // nothing that the agent reads
  CHECK(!outdated("2"));
}

TEST_CASE("the assignment names our own address and nothing else") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  const json data = json::parse(world.services->ingest.endpoint_assignment(agent.authorization).body)["data"];
  CHECK(data["heartbeatUrl"] == "https://monitor.example.org:8443/api/agents/heartbeat");
  CHECK(data["regionCode"].is_null());
  CHECK(data["refreshAfterSeconds"] == 86'400);
}

// ── §4.2: special values ──

TEST_CASE("values that were not measured are stored as nothing, not as zero") {
  AlertWorld world(false);
  const TestAgent agent = world.add_agent();
  Vitals vitals;
  vitals.memory_total = vitals.memory_used = 0;
  vitals.disk_total = vitals.disk_used = 0;
  vitals.cpu = -1;
  world.heartbeat(agent, vitals);
  AgentChange change;
  change.metrics = wire::MetricToggles{.cpu = true, .memory = true, .disk = true, .load = false};
  world.change(agent, change);
  vitals.load = 0;
  world.heartbeat(agent, vitals);
  const auto readings = world.readings(agent);
  REQUIRE(readings.size() == 2);
  CHECK(readings[0].values.get(Metric::memory_total) == std::nullopt);
  CHECK(readings[0].values.get(Metric::memory_used) == std::nullopt);
  CHECK(readings[0].values.get(Metric::disk_total) == std::nullopt);
  CHECK(readings[0].values.get(Metric::cpu_percent) == std::nullopt);
  CHECK(readings[0].values.get(Metric::cpu_peak_percent) == 4'875);
  CHECK(readings[0].values.get(Metric::load_1m) == 42);
  CHECK(readings[1].values.get(Metric::load_1m) == std::nullopt);
}

TEST_CASE("an idle load counts as 0 only once the agent runs the configuration that measures it") {
  AlertWorld world(false);
  const TestAgent agent = world.add_agent();
  AgentChange change;
  change.metrics = wire::MetricToggles{.cpu = true, .memory = true, .disk = true, .load = false};
  world.change(agent, change);
  change.metrics = wire::MetricToggles{};
  world.change(agent, change);
  Vitals idle;
  idle.load = 0;
  Beat beat = world.beat(agent, idle);
  beat.config_version = "2";  // load is still off there
  CHECK(world.send(beat).status == 200);
  CHECK(world.send(world.beat(agent, idle)).status == 200);
  const auto readings = world.readings(agent);
  CHECK(readings[0].values.get(Metric::load_1m) == std::nullopt);
  CHECK(readings[1].values.get(Metric::load_1m) == 0);
}
