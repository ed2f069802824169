// Groups as stories: their states follow from their members', in the members' own transactions, over the real database
// under a fake clock.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/alert_world.h"

using namespace connlog;
using namespace std::chrono_literals;

namespace {

std::string host(std::size_t number) {
  return "web-" + std::to_string(number + 1);
}

// Hosts that report every ten seconds while they live, in a group.
struct Rack {
  AlertWorld world;
  std::vector<TestAgent> agents;
  std::vector<bool> alive;
  Group group;

  Rack(std::size_t hosts, Health health, std::int64_t amount = 1) : alive(hosts, true) {
    std::vector<SubjectId> members;
    for (std::size_t i = 0; i < hosts; ++i) {
      agents.push_back(world.add_agent(host(i)));
      members.push_back(agents.back().id());
      world.heartbeat(agents.back());
    }
    group = world.add_group("rack-4", members, health, amount);
  }

  void pass(seconds span) {
    for (seconds passed{0}; passed < span; passed += 10s) {
      world.pass(std::min(10s, span - passed));
      if (span - passed < 10s) break;  // not a whole interval: nobody's turn
      for (std::size_t i = 0; i < agents.size(); ++i) {
        if (alive[i]) world.heartbeat(agents[i]);
      }
    }
  }
  void kill(std::size_t number) { alive[number] = false; }
  void revive(std::size_t number) {
    alive[number] = true;
    world.heartbeat(agents[number]);
  }
  RuleTarget itself() const { return RuleTarget{RuleTarget::Kind::subject, "", group.id}; }
  State state() { return world.group_live(group).observed.state; }
  // Of the group itself, not of its members.
  std::vector<Incident> incidents(IncidentStore::Filter::State state = IncidentStore::Filter::State::any) {
    std::vector<Incident> own = world.incidents(state);
    std::erase_if(own, [&](const Incident& incident) { return !(incident.subject == SubjectId(group.id)); });
    return own;
  }
};

std::vector<State> states(const std::vector<StateChange>& changes) {
  std::vector<State> out;
  for (const StateChange& change : changes) out.push_back(change.state);
  return out;
}

}  // namespace

TEST_CASE("a group is degraded while its rule holds and down when it breaks; who asked for that is told once") {
  Rack rack(5, Health::at_least, 4);
  AlertWorld& world = rack.world;
  world.add_rule(AlertWorld::state_rule(State::down, 0s, rack.itself()));
  CHECK(rack.state() == State::up);
  CHECK(world.group_live(rack.group).observed.detail.empty());

  rack.kill(0);
  rack.pass(50s);
  CHECK(world.live(rack.agents[0]).observed.state == State::down);
  CHECK(rack.state() == State::degraded);
  CHECK(rack.incidents().empty());

  rack.kill(1);
  rack.pass(50s);
  CHECK(rack.state() == State::down);
  CHECK(world.group_live(rack.group).observed.reason == StateReason::members);
  CHECK(world.group_live(rack.group).observed.detail == "2 of 5 members are down");
  const auto open = rack.incidents(IncidentStore::Filter::State::open);
  REQUIRE(open.size() == 1);
  CHECK(open[0].kind == RuleKind::state);
  CHECK(open[0].subject_kind == SubjectKind::group);
  CHECK(open[0].subject_name == "rack-4");
  CHECK(open[0].summary == "rack-4 is down: 2 of 5 members are down");
  CHECK(world.group_live(rack.group).open_incidents == 1);
  CHECK(world.notifications(open[0]).size() == 1);

  rack.pass(300s);
  CHECK(rack.incidents().size() == 1);

  rack.revive(0);
  CHECK(rack.state() == State::degraded);
  CHECK(rack.incidents(IncidentStore::Filter::State::open).empty());
  CHECK(rack.incidents().front().resolution == "recovered");
  rack.revive(1);
  CHECK(rack.state() == State::up);
}

TEST_CASE("a group changes in the transaction of the member that changed it, and is no member of \"all\"") {
  Rack rack(2, Health::all);
  AlertWorld& world = rack.world;
  rack.kill(1);
  rack.pass(50s);
  CHECK(world.state_changes(rack.group.id).back().state == State::down);
  REQUIRE(world.open_incidents().size() == 1);  // of the silence rule on everything: about the agent alone
  CHECK(world.open_incidents().front().subject == rack.agents[1].id());
  CHECK(world.stored_state(rack.group.id).state == rack.state());
}

TEST_CASE("a state that must last opens by time alone, also over a restart") {
  Rack rack(3, Health::all);
  AlertWorld& world = rack.world;
  world.add_rule(AlertWorld::state_rule(State::down, 600s, rack.itself()));
  for (std::size_t i = 0; i < 3; ++i) rack.kill(i);  // nothing says anything any more
  world.pass(40s);
  REQUIRE(rack.state() == State::down);
  world.pass(100s);
  world.restart(100s);
  CHECK(rack.state() == State::down);
  world.pass(399s);
  CHECK(rack.incidents().empty());
  world.pass(1s);
  REQUIRE(rack.incidents(IncidentStore::Filter::State::open).size() == 1);
  CHECK(rack.incidents().front().opened_at == world.clock.now());
  world.restart();
  world.pass(60s);
  CHECK(rack.incidents().size() == 1);
}

TEST_CASE("a state that ends before its time was never an incident") {
  Rack rack(2, Health::all);
  rack.world.add_rule(AlertWorld::state_rule(State::down, 600s, rack.itself()));
  rack.kill(0);
  rack.pass(500s);
  REQUIRE(rack.state() == State::down);
  rack.revive(0);
  rack.pass(30s);
  rack.kill(0);
  rack.pass(500s);
  REQUIRE(rack.state() == State::down);
  CHECK(rack.incidents().empty());
}

TEST_CASE("members that are paused or switched off do not count") {
  Rack rack(3, Health::all);
  AlertWorld& world = rack.world;
  rack.kill(0);
  rack.pass(50s);
  REQUIRE(rack.state() == State::down);
  world.pause(rack.agents[0].id());
  CHECK(rack.state() == State::up);
  world.resume(rack.agents[0].id());
  CHECK(world.live(rack.agents[0]).observed.state == State::pending);
  CHECK(rack.state() == State::up);  // one that nobody heard yet does not count
  rack.pass(50s);
  CHECK(world.live(rack.agents[0]).observed.state == State::down);
  CHECK(rack.state() == State::down);
  world.set_disabled(rack.agents[0], true);
  CHECK(rack.state() == State::up);

  for (const TestAgent& agent : rack.agents) world.pause(agent.id());
  CHECK(rack.state() == State::pending);  // nobody counts
}

TEST_CASE("of groups in groups the deepest is computed first, so the outer one changes once") {
  Rack rack(2, Health::all);
  AlertWorld& world = rack.world;
  // Down only when both are down: computed too early, it would be degraded in between.
  const Group outer = world.add_group("site", {rack.group.id, rack.agents[0].id()}, Health::any);
  rack.kill(0);
  rack.pass(50s);
  CHECK(rack.state() == State::down);
  CHECK(world.group_live(outer).observed.state == State::down);
  CHECK(states(world.state_changes(outer.id)) == std::vector<State>{State::pending, State::up, State::down});
  CHECK(world.state_changes(outer.id).back().at == world.state_changes(rack.group.id).back().at);
}

TEST_CASE("a group in itself, however far down, is refused") {
  Rack rack(1, Health::all);
  AlertWorld& world = rack.world;
  const Group outer = world.add_group("site", {rack.group.id});
  const auto refused = world.in_transaction([&](Transaction& tx) -> Result<void> {
    GroupChange circle;
    circle.members = std::vector<SubjectId>{outer.id};
    TRY(world.services->subjects.change_group(tx, world.actor(), rack.group.id, circle));
    return {};
  });
  REQUIRE(!refused);
  CHECK(refused.error().code == ErrorCode::invalid_input);
  CHECK(refused.error().field == "member_ids");
}

TEST_CASE("another health rule, and other members, count at once") {
  Rack rack(3, Health::all);
  AlertWorld& world = rack.world;
  rack.kill(0);
  rack.pass(50s);
  REQUIRE(rack.state() == State::down);
  world.change(rack.group, GroupChange{.health = Health::share, .amount = 60, .members = {}});
  CHECK(rack.state() == State::degraded);
  world.change(rack.group, GroupChange{.health = {}, .amount = 70, .members = {}});
  CHECK(rack.state() == State::down);
  world.change(rack.group, GroupChange{.health = {},
                                       .amount = {},
                                       .members = std::vector<SubjectId>{rack.agents[1].id(), rack.agents[2].id()}});
  CHECK(rack.state() == State::up);
  world.remove(rack.agents[1]);
  CHECK(rack.state() == State::up);
}

TEST_CASE("a rule about a group's members is about the direct ones") {
  Rack rack(2, Health::all);
  AlertWorld& world = rack.world;
  const Group outer = world.add_group("site", {rack.group.id});
  world.remove(world.silence_rule());
  world.add_rule(AlertWorld::state_rule(State::down, 0s, RuleTarget{RuleTarget::Kind::group, "", outer.id}));
  rack.kill(0);
  rack.pass(50s);
  REQUIRE(world.open_incidents().size() == 1);
  CHECK(world.open_incidents().front().subject == SubjectId(rack.group.id));
}

TEST_CASE("a restart keeps the state of a group, and pausing the group ends what is open about it") {
  Rack rack(2, Health::all);
  AlertWorld& world = rack.world;
  world.add_rule(AlertWorld::state_rule(State::down, 0s, rack.itself()));
  rack.kill(0);
  rack.pass(50s);
  world.restart();
  CHECK(rack.state() == State::down);
  REQUIRE(rack.incidents(IncidentStore::Filter::State::open).size() == 1);
  world.pause(rack.group.id);
  CHECK(rack.incidents().front().resolution == "subject_paused");
  CHECK(world.group_live(rack.group).shown == ShownState::paused);
  CHECK(world.group_live(rack.group).open_incidents == 0);
}

TEST_CASE("after a restart a group waits for its members as long as they may say nothing, and no longer") {
  AlertWorld world;
  const TestAgent slow = world.add_agent("db-1", {}, 60);  // silent after 240 s
  const Group group = world.add_group("rack-4", {slow.id()}, Health::all, 1);
  world.heartbeat(slow);
  RuleTarget the_group;
  the_group.kind = RuleTarget::Kind::subject;
  the_group.subject = group.id;
  world.add_rule(world.state_rule(State::down, seconds(50), the_group));
  world.pass(seconds(245));
  REQUIRE(world.open_incidents().size() == 1);  // the agent's silence
  world.restart(seconds(35));
  world.pass(seconds(100));
  CHECK(world.open_incidents().size() == 1);  // the group's rule still waits: the agent may report yet
  world.heartbeat(slow);
  world.pass(seconds(30));
  CHECK(world.open_incidents().empty());
  CHECK(world.incidents().size() == 1);
}
