// Agents, groups of them, pauses, outages, restarts, clock steps and failing commits, drawn from a seed; the invariants
// that must hold whatever happens. A failure prints the seed: CONNLOG_SIMULATION_SEED=<n> repeats exactly that run, CONNLOG_SIMULATION_RUNS=<n>
// tries more of them.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "core/wire/protocol.h"
#include "tests/support/alert_world.h"

using namespace connlog;

namespace {

constexpr int kAgents = 8;
constexpr int kSeconds = 1'500;
constexpr int kRunsByDefault = 4;

// All groups: two racks of half the agents each, and the site, whose members are the racks.
constexpr std::size_t kGroups = 3;

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
  // With odd seeds nobody sets the wall clock: then the record of states is in order, too.
  explicit Simulation(std::uint64_t seed) : random_(seed), sets_the_clock_(seed % 2 == 0) {}

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
    add_groups();
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

  // Rules about states that last, of the agents and of each group: nothing but time makes them due.
  void add_groups() {
    std::vector<SubjectId> halves[2];
    for (std::size_t i = 0; i < agents_.size(); ++i) halves[i % 2].push_back(agents_[i].agent.id());
    groups_.push_back(world_.add_group("rack-a", halves[0], Health::at_least, 3));
    groups_.push_back(world_.add_group("rack-b", halves[1], Health::any));
    groups_.push_back(world_.add_group("site", {groups_[0].id, groups_[1].id}, Health::all));
    std::vector<RuleTarget> targets{RuleTarget{}};
    for (const Group& group : groups_) targets.push_back(RuleTarget{RuleTarget::Kind::subject, "", group.id});
    for (const RuleTarget& target : targets) {
      Rule rule = AlertWorld::state_rule(State::down, seconds(30), target);
      rule.cooldown_seconds = 60;
      world_.add_rule(rule);
    }
  }

  void disturb() {
    if (chance(60)) any().alive = false;
    if (chance(40)) any().alive = true;
    if (chance(40)) any().full = chance(2);
    if (sets_the_clock_ && chance(200)) {
      world_.clock.step_wall_clock(seconds(static_cast<std::int64_t>(random_.below(7'200)) - 3'600));
    }
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
    if (chance(300)) {
      SimulatedAgent& agent = any();
      without_failures([&] { set_paused(agent.agent.id(), !world_.live(agent.agent).row->paused_at.is_set()); });
      agent.silent_from = world_.clock.monotonic();
    }
    if (chance(300)) {
      const Health health = values_of<Health>()[random_.below(values_of<Health>().size())];
      const auto amount = static_cast<std::int64_t>(1 + random_.below(100));
      without_failures([&] { world_.change(groups_[0], {.health = health, .amount = amount, .members = {}}); });
    }
  }

  void set_paused(SubjectId subject, bool paused) {
    if (paused) return world_.pause(subject);
    world_.resume(subject);
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
    // At most one open incident per rule, subject and part; nobody who spoke is silent.
    std::set<std::tuple<std::string, std::string, PartNumber>> open;
    std::map<std::string, int> open_of_subject;
    for (const Incident& incident : world_.open_incidents()) {
      REQUIRE(open.emplace(incident.rule.text(), incident.subject.text(), incident.part).second);
      ++open_of_subject[incident.subject.text()];
    }
    for (const SimulatedAgent& agent : agents_) {
      const LiveAgent live = world_.live(agent.agent);
      REQUIRE(live.open_incidents == open_of_subject[agent.agent.id().text()]);
      if (live.observed.state == State::down && agent.alive && world_.dice.failures_percent == 0) {
        // Down although alive: only until its next heartbeat, and only when it was silent for its whole grace period.
        REQUIRE(world_.clock.monotonic() - std::max(agent.spoke, listening_) >= seconds(1));
      }
      if (live.observed.state == State::up) {
        if (world_.dice.failures_percent == 0 && world_.dice.failed == failed_before_) {
          REQUIRE(world_.clock.monotonic() - std::max({agent.spoke, agent.silent_from, listening_}) <=
                  seconds(40 + 300 + 6));
        }
      }
    }
    failed_before_ = world_.dice.failed;
    for (const Group& group : groups_) {
      REQUIRE(world_.group_live(group).open_incidents == open_of_subject[group.id.text()]);
    }
    check_states();
    check_who_was_told();
  }

  // What is stored, what is remembered, and what follows from the members are one and the same.
  void check_states() {
    for (const SimulatedAgent& agent : agents_) {
      REQUIRE(check_record(agent.agent.id()).state == world_.live(agent.agent).observed.state);
    }
    for (const Group& group : groups_) {
      const ObservedState stored = check_record(group.id);
      const Group now = *world_.storage.read<std::optional<Group>>([&](Snapshot& snapshot) {
        return world_.storage->groups().find(snapshot, world_.workspace.id, group.id);
      });
      MemberCounts counts;
      for (const SubjectId& member : now.members) count(world_.stored_state(member), counts);
      REQUIRE(stored.state == state_of(now, counts));
      REQUIRE(world_.group_live(group).observed.state == stored.state);
    }
  }

  static void count(const ObservedState& member, MemberCounts& counts) {
    if (is_calm(member.reason)) return;
    switch (member.state) {
      case State::pending:
        ++counts.pending;
        break;
      case State::up:
        ++counts.up;
        break;
      case State::degraded:
        ++counts.degraded;
        break;
      case State::down:
        ++counts.down;
        break;
      case State::unknown:
        ++counts.unknown;
        break;
    }
  }

  // The state as it is stands in the record. No row says what the one before it said, and the last one is that state,
  // unless the clock was set.
  ObservedState check_record(SubjectId subject) {
    const auto said = [](const auto& row) { return std::pair(row.state, row.reason); };
    const ObservedState stored = world_.stored_state(subject);
    const std::vector<StateChange> changes = world_.state_changes(subject);
    REQUIRE(std::ranges::any_of(changes, [&](const StateChange& change) {
      return change.at == stored.since && said(change) == said(stored);
    }));
    if (sets_the_clock_) return stored;
    for (std::size_t i = 1; i < changes.size(); ++i) REQUIRE(said(changes[i - 1]) != said(changes[i]));
    REQUIRE(said(changes.back()) == said(stored));
    return stored;
  }

  bool is_held_as_flapping(const Incident& incident) {
    const auto entries = world_.storage.read<std::vector<TellingEntry>>([&](Snapshot& snapshot) {
      return world_.storage->tellings().entries(snapshot, incident.workspace, incident.id);
    });
    return std::ranges::any_of(entries, [](const TellingEntry& entry) { return entry.reason == "flapping"; });
  }

  // Every incident was told once to each recipient, unless its subject changes too often, which is said in its place; every end
  // once to each who heard of the opening.
  void check_who_was_told() {
    for (const Incident& incident : world_.incidents()) {
      if (told_to_the_end_.contains(incident.id.text())) continue;
      std::map<std::string, int> opened, resolved;
      for (const LoggedDelivery& row : world_.deliveries(incident)) {
        if (row.announcement.kind == Announcement::Kind::flapping) continue;
        const bool opens = row.announcement.kind == Announcement::Kind::incident_opened;
        ++(opens ? opened : resolved)[row.notification.shown];
      }
      const bool is_untold = opened.empty();
      if (is_untold) REQUIRE(is_held_as_flapping(incident));
      if (!is_untold) REQUIRE(opened == std::map<std::string, int>{{"ada@example.org", 1}, {"grace@example.org", 1}});
      REQUIRE((resolved.empty() || resolved == opened));
      REQUIRE(resolved.empty() == (is_untold || !incident.resolved_at.is_set()));
      REQUIRE(world_.timeline(incident).size() == (incident.resolved_at.is_set() ? 2u : 1u));
      if (incident.resolved_at.is_set()) told_to_the_end_.insert(incident.id.text());
    }
  }

  // The disturbances end; the world must come to rest in the right state.
  void settle() {
    world_.dice.failures_percent = 0;
    for (SimulatedAgent& agent : agents_) {
      if (world_.live(agent.agent).agent.disabled) world_.set_disabled(agent.agent, false);
      if (world_.live(agent.agent).row->paused_at.is_set()) world_.resume(agent.agent.id());
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
    for (const SimulatedAgent& agent : agents_) REQUIRE(world_.live(agent.agent).shown == ShownState::up);

    for (const Group& group : groups_) REQUIRE(world_.group_live(group).shown == ShownState::up);

    for (int second = 0; second < 420; ++second) pass_a_second();  // everybody is dead: each is noticed once
    check();
    expect_all_reported();
    restart(0);
    expect_all_reported();

    // Nothing acknowledged is lost, and nothing is there twice.
    for (const SimulatedAgent& agent : agents_) {
      std::map<std::string, int> stored;
      for (const Reading& reading : world_.readings(agent.agent)) ++stored[wire::request_id_text(reading.key)];
      for (const std::string& id : agent.acknowledged) REQUIRE(stored[id] == 1);
      for (const auto& [id, times] : stored) REQUIRE(times == 1);
    }
    MESSAGE(world_.incidents().size(), " incidents, ", world_.dice.failed.load(), " failed commits");
  }

  // Each agent by both rules about it, and each group.
  void expect_all_reported() {
    std::size_t silent = 0, down = 0, groups = 0;
    for (const Incident& incident : world_.open_incidents()) {
      ++(incident.subject_kind == SubjectKind::group ? groups : incident.kind == RuleKind::silence ? silent : down);
    }
    REQUIRE(silent == kAgents);
    REQUIRE(down == kAgents);
    REQUIRE(groups == kGroups);
  }

  SeededRandom random_;
  AlertWorld world_;
  std::vector<SimulatedAgent> agents_;
  std::vector<Group> groups_;
  std::set<std::string> told_to_the_end_;  // incidents
  Monotonic listening_ = world_.clock.monotonic();
  int failed_before_ = 0;
  bool sets_the_clock_;
};

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

}  // namespace

TEST_CASE("whatever happens: one incident per rule and subject, each told once, groups true to their members, nothing lost") {
  const std::uint64_t first = from_environment("CONNLOG_SIMULATION_SEED", 1);
  const std::uint64_t runs = from_environment("CONNLOG_SIMULATION_RUNS",
                                              std::getenv("CONNLOG_SIMULATION_SEED") != nullptr ? 1 : kRunsByDefault);
  for (std::uint64_t seed = first; seed < first + runs; ++seed) {
    INFO("CONNLOG_SIMULATION_SEED=", seed);
    Simulation(seed).run();
  }
}
