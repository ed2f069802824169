// Agents, outages, restarts, clock steps and failing commits, drawn from a seed; the invariants that must hold whatever
// happens. A failure prints the seed: CONNLOG_SIMULATION_SEED=<n> repeats exactly that run, CONNLOG_SIMULATION_RUNS=<n>
// tries more of them.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/wire/protocol.h"
#include "tests/support/alert_world.h"

using namespace connlog;

namespace {

constexpr int kAgents = 8;
constexpr int kSeconds = 1'500;
constexpr int kRunsByDefault = 4;

struct SimulatedAgent {
  TestAgent agent;
  bool alive = true;
  bool full = false;      // its disk
  bool retrying = false;  // the answer got lost: the same cycle again
  Beat last;
  int next_in = 0;                     // seconds until its next cycle
  Monotonic spoke{};                   // when it last reached us, whatever we answered
  Monotonic silent_from{};             // when somebody last enabled or disabled it
  std::set<std::string> acknowledged;  // request ids that were answered with 200
};

class Simulation {
 public:
  explicit Simulation(std::uint64_t seed) : random_(seed) {}

  void run() {
    world_.storage.add_recipient(world_.workspace, "grace@example.org");
    Rule disk = world_.default_rule(Metric::disk_percent);
    disk.duration_seconds = 60;
    disk.cooldown_seconds = 120;
    world_.change(disk);
    for (int i = 0; i < kAgents; ++i) {
      SimulatedAgent made;
      made.agent = world_.add_agent("host-" + std::to_string(i));
      made.next_in = static_cast<int>(random_.below(10));
      agents_.push_back(std::move(made));
    }
    for (int second = 0; second < kSeconds; ++second) {
      disturb();
      for (SimulatedAgent& agent : agents_) act(agent);
      pass_a_second();
      if (second % 10 == 0) check();
    }
    settle();
  }

 private:
  bool chance(std::uint64_t one_in) { return random_.below(one_in) == 0; }
  SimulatedAgent& any() { return agents_[random_.below(agents_.size())]; }

  void disturb() {
    if (chance(60)) any().alive = false;
    if (chance(40)) any().alive = true;
    if (chance(40)) any().full = chance(2);
    if (chance(200)) world_.clock.step_wall_clock(seconds(static_cast<std::int64_t>(random_.below(7'200)) - 3'600));
    if (chance(150)) world_.dice.failures_percent = chance(2) ? 0 : static_cast<int>(random_.below(60));
    if (chance(250)) restart(static_cast<std::int64_t>(random_.below(120)));
    if (chance(300)) {  // an admin, off and on again
      Rule rule = world_.default_rule(Metric::disk_percent);
      rule.enabled = !rule.enabled;
      without_failures([&] { world_.change(rule); });
    }
    if (chance(400)) {
      SimulatedAgent& agent = any();
      without_failures([&] { world_.set_disabled(agent.agent, !world_.live(agent.agent).agent.disabled); });
      agent.silent_from = world_.clock.monotonic();  // the time begins anew for an enabled agent
    }
  }

  template <typename Act>
  void without_failures(const Act& act) {
    const int percent = world_.dice.failures_percent;
    world_.dice.failures_percent = 0;
    act();
    world_.dice.failures_percent = percent;
  }

  void restart(std::int64_t down_seconds) {
    without_failures([&] { world_.restart(seconds(down_seconds)); });
    listening_ = world_.clock.monotonic();
  }

  void act(SimulatedAgent& agent) {
    if (agent.next_in-- > 0 || !agent.alive) return;
    agent.next_in = 10;
    if (!agent.retrying) {
      agent.last = world_.beat(agent.agent, Vitals::disk(agent.full ? 96 : 40));
      if (chance(20)) agent.last.has_quick_action_headers = false;
    }
    const AgentReply reply = world_.send(agent.last);
    REQUIRE((reply.status == 200 || reply.status == 423 || reply.status == 429 || reply.status == 503));
    if (reply.status != 423) agent.spoke = world_.clock.monotonic();
    const bool heard = reply.status == 200 && !chance(15);  // else the answer got lost on its way
    agent.retrying = !heard && reply.status != 423 && reply.status != 429;
    if (agent.retrying) agent.next_in = 0;  // at once, as within a cycle (agent-protocol §4.5)
    if (reply.status == 200) agent.acknowledged.insert(agent.last.request_id);
    if (reply.status == 423) agent.next_in = 300;
  }

  void pass_a_second() {
    world_.clock.advance(seconds(1));
    world_.services->scheduler.run_once();
  }

  void check() {
    // At most one open incident per rule and agent; nobody who spoke is silent.
    std::set<std::pair<std::string, std::string>> open;
    std::map<std::string, int> open_of_agent;
    for (const Incident& incident : world_.open_incidents()) {
      REQUIRE(open.emplace(incident.rule.text(), incident.agent.text()).second);
      ++open_of_agent[incident.agent.text()];
    }
    for (const SimulatedAgent& agent : agents_) {
      const LiveAgent live = world_.live(agent.agent);
      REQUIRE(live.open_incidents == open_of_agent[agent.agent.agent.id.text()]);
      if (live.state == AgentState::down && agent.alive && world_.dice.failures_percent == 0) {
        // Down although alive: only until its next heartbeat, and only when it was silent for its whole grace period.
        REQUIRE(world_.clock.monotonic() - std::max(agent.spoke, listening_) >= seconds(1));
      }
      if (live.state == AgentState::up || live.state == AgentState::warning) {
        if (world_.dice.failures_percent == 0 && world_.dice.failed == failed_before_) {
          REQUIRE(world_.clock.monotonic() - std::max({agent.spoke, agent.silent_from, listening_}) <=
                  seconds(40 + 300 + 6));
        }
      }
    }
    failed_before_ = world_.dice.failed;
    // Every incident was told once to each recipient, every end once to each who heard of the opening.
    for (const Incident& incident : world_.incidents()) {
      std::map<std::string, int> opened, resolved;
      for (const Notification& row : world_.notifications(incident)) {
        ++(row.kind == Notification::Kind::incident_opened ? opened : resolved)[row.shown];
      }
      REQUIRE(opened == std::map<std::string, int>{{"ada@example.org", 1}, {"grace@example.org", 1}});
      REQUIRE((resolved.empty() || resolved == opened));
      REQUIRE(resolved.empty() == !incident.resolved_at.is_set());
      REQUIRE(world_.timeline(incident).size() == (incident.resolved_at.is_set() ? 2u : 1u));
    }
  }

  // The disturbances end; the world must come to rest in the right state.
  void settle() {
    world_.dice.failures_percent = 0;
    for (SimulatedAgent& agent : agents_) {
      if (world_.live(agent.agent).agent.disabled) world_.set_disabled(agent.agent, false);
      agent.alive = true;
      agent.full = false;
      agent.next_in = std::min(agent.next_in, 10);
    }
    Rule disk = world_.default_rule(Metric::disk_percent);
    disk.enabled = true;
    world_.change(disk);
    for (int second = 0; second < 60; ++second) {
      for (SimulatedAgent& agent : agents_) act(agent);
      pass_a_second();
    }
    check();
    REQUIRE(world_.open_incidents().empty());
    for (const SimulatedAgent& agent : agents_) REQUIRE(world_.live(agent.agent).state == AgentState::up);

    for (int second = 0; second < 420; ++second) pass_a_second();  // everybody is dead: each is noticed once
    check();
    REQUIRE(world_.open_incidents().size() == kAgents);
    restart(0);
    REQUIRE(world_.open_incidents().size() == kAgents);

    // Nothing acknowledged is lost, and nothing is there twice.
    for (const SimulatedAgent& agent : agents_) {
      std::map<std::string, int> stored;
      for (const Reading& reading : world_.readings(agent.agent)) ++stored[wire::request_id_text(reading.request_id)];
      for (const std::string& id : agent.acknowledged) REQUIRE(stored[id] == 1);
      for (const auto& [id, times] : stored) REQUIRE(times == 1);
    }
    MESSAGE(world_.incidents().size(), " incidents, ", world_.dice.failed.load(), " failed commits");
  }

  SeededRandom random_;
  AlertWorld world_;
  std::vector<SimulatedAgent> agents_;
  Monotonic listening_ = world_.clock.monotonic();
  int failed_before_ = 0;
};

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

}  // namespace

TEST_CASE("whatever happens: one incident per rule and agent, each told once, and nothing acknowledged is lost") {
  const std::uint64_t first = from_environment("CONNLOG_SIMULATION_SEED", 1);
  const std::uint64_t runs = from_environment("CONNLOG_SIMULATION_RUNS",
                                              std::getenv("CONNLOG_SIMULATION_SEED") != nullptr ? 1 : kRunsByDefault);
  for (std::uint64_t seed = first; seed < first + runs; ++seed) {
    INFO("CONNLOG_SIMULATION_SEED=", seed);
    Simulation(seed).run();
  }
}
