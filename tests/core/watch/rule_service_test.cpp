// What people do with rules, on a real database: targets that are there and fit, sight, previews, the test.
#include "core/watch/rule_service.h"

#include <doctest/doctest.h>

#include "tests/support/alert_world.h"

using namespace connlog;
using namespace std::chrono_literals;

namespace {

constexpr Instant kBegin{1'795'000'000'000'000};

StateChange change(microseconds after, State state, StateReason reason = StateReason::silent) {
  StateChange change;
  change.at = kBegin + after;
  change.state = state;
  change.reason = reason;
  return change;
}

Rule down_for(seconds duration, seconds cooldown = seconds(0)) {
  Rule rule = AlertWorld::state_rule(State::down, duration);
  rule.cooldown_seconds = cooldown.count();
  return rule;
}

RuleTarget about(SubjectId subject) {
  return {.kind = RuleTarget::Kind::subject, .text = {}, .subject = subject};
}

struct World : AlertWorld {
  using AlertWorld::AlertWorld;

  Result<void> try_add(const Rule& rule) { return try_add(actor(), rule); }
  Result<void> try_add(const Actor& who, Rule rule) {
    if (rule.name.empty()) rule.name = "a rule";
    return in_transaction([&](Transaction& tx) -> Result<void> {
      TRY(services->rules.add(tx, who, rule));
      return {};
    });
  }
  std::string field_of(const Rule& rule) {
    const auto result = try_add(rule);
    return result ? "" : result.error().field;
  }
  RulePreview preview(const Rule& rule) { return preview(actor(), rule); }
  RulePreview preview(const Actor& who, const Rule& rule) {
    return storage.read<RulePreview>([&](Snapshot& snapshot) { return services->rules.preview(snapshot, who, rule); });
  }
};

}  // namespace

TEST_CASE("a state rule would have opened an incident for each time the state lasted long enough") {
  const std::vector<StateChange> changes = {change(0h, State::up), change(1h, State::down), change(2h, State::up),
                                            change(3h, State::down), change(3h + 5min, State::up)};
  CHECK(incidents_over(down_for(10min), changes, kBegin, kBegin + 4h) == 1);
  CHECK(incidents_over(down_for(0s), changes, kBegin, kBegin + 4h) == 2);
  CHECK(incidents_over(down_for(5min), changes, kBegin, kBegin + 4h) == 1);    // up again in the same moment
  CHECK(incidents_over(down_for(0s, 2h), changes, kBegin, kBegin + 4h) == 1);  // in the cooldown of the first
  CHECK(incidents_over(down_for(0s), {}, kBegin, kBegin + 4h) == 0);
}

TEST_CASE("what lasts still, and what began before the stretch, is counted where it opened") {
  const std::vector<StateChange> lasting = {change(0h, State::down)};
  CHECK(incidents_over(down_for(10min), lasting, kBegin, kBegin + 10min) == 1);
  CHECK(incidents_over(down_for(10min), lasting, kBegin, kBegin + 9min) == 0);
  CHECK(incidents_over(down_for(10min), lasting, kBegin + 5min, kBegin + 1h) == 1);
  CHECK(incidents_over(down_for(10min), lasting, kBegin + 11min, kBegin + 1h) == 0);  // it was open already
}

TEST_CASE("a new detail is no new incident, and a pause is not the state unknown") {
  const std::vector<StateChange> details = {change(0h, State::down), change(5min, State::down, StateReason::source),
                                            change(10min, State::down), change(11min, State::up)};
  CHECK(incidents_over(down_for(10min), details, kBegin, kBegin + 1h) == 1);
  Rule unknown = AlertWorld::state_rule(State::unknown, 0s);
  const std::vector<StateChange> calm = {change(0h, State::unknown, StateReason::paused),
                                         change(1h, State::unknown, StateReason::disabled)};
  CHECK(incidents_over(unknown, calm, kBegin, kBegin + 2h) == 0);
  CHECK(incidents_over(unknown, {change(0h, State::unknown, StateReason::members)}, kBegin, kBegin + 2h) == 1);
}

TEST_CASE("a rule that its target can never meet is refused and names the field") {
  World world;
  const TestAgent agent = world.add_agent();
  const Group group = world.add_group("rack-4", {agent.id()});
  Rule rule;
  rule.target = about(group.id);
  CHECK(world.field_of(rule) == "kind");  // a group does not report
  rule.kind = RuleKind::metric;
  rule.metric = Metric::disk_percent;
  CHECK(world.field_of(rule) == "metric");
  rule.kind = RuleKind::state;
  CHECK(world.field_of(rule) == "");
  rule.target = about(agent.id());
  CHECK(world.field_of(rule) == "");
}

TEST_CASE("a rule about what is not there is refused and names the field") {
  World world;
  const TestAgent agent = world.add_agent();
  const TestAgent gone = world.add_agent("gone");
  world.remove(gone);
  Rule rule = down_for(0s);
  rule.target = about(SubjectId::make(world.clock.now(), world.storage.random));
  CHECK(world.field_of(rule) == "target.subject_id");
  rule.target = about(gone.id());
  CHECK(world.field_of(rule) == "target.subject_id");
  rule.target = {.kind = RuleTarget::Kind::group, .text = {}, .subject = agent.id()};  // an agent is no group
  CHECK(world.field_of(rule) == "target.group_id");
  rule.target = {.kind = RuleTarget::Kind::label, .text = "not a label"};
  CHECK(world.field_of(rule) == "target.label");
}

TEST_CASE("a rule about nobody is a rule all the same, until somebody fits it") {
  World world;
  const TestAgent agent = world.add_agent();
  Rule rule = down_for(0s);
  rule.target = {.kind = RuleTarget::Kind::label, .text = "env=prod"};
  CHECK(world.field_of(rule) == "");
  CHECK(world.preview(rule).targeted_subjects == 0);
  world.label(agent, {{"env", "prod"}});
  CHECK(world.preview(rule).targeted_subjects == 1);
}

TEST_CASE("the rule about an agent that was removed stays, about nobody; no other rule can be made about it") {
  World world;
  const TestAgent agent = world.add_agent();
  Rule rule = down_for(0s);
  rule.target = about(agent.id());
  rule = world.add_rule(rule);
  world.remove(agent);
  CHECK(world.field_of(rule) == "target.subject_id");
  CHECK(
      world.in_transaction([&](Transaction& tx) { return world.services->rules.remove(tx, world.actor(), rule.id); }));
}

TEST_CASE("who does not see the subject of a rule sees neither it nor the rule") {
  World world;
  const TestAgent agent = world.add_agent();
  Rule rule = down_for(0s);
  rule.target = about(agent.id());
  const Rule made = world.add_rule(rule);
  Actor admin = world.actor();
  admin.sight = {.all = false, .teams = {}};
  const auto refused = world.try_add(admin, rule);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().field == "target.subject_id");
  const auto removed =
      world.in_transaction([&](Transaction& tx) { return world.services->rules.remove(tx, admin, made.id); });
  REQUIRE_FALSE(removed);
  CHECK(removed.error().code == ErrorCode::not_found);
  rule.target = {};
  CHECK(world.preview(admin, rule).targeted_subjects == 0);
}

TEST_CASE("a preview of a state rule looks at the record of states") {
  World world(false);
  const TestAgent db = world.add_agent("db-1"), web = world.add_agent("web-1");
  world.heartbeat(db);
  world.heartbeat(web);
  world.beat_for(web, 2min);  // db-1 falls silent
  const Rule rule = down_for(0s);
  RulePreview preview = world.preview(rule);
  CHECK(preview.targeted_subjects == 2);
  CHECK(preview.matching_now == 1);
  CHECK(preview.incidents_30_days == 1);
  CHECK(preview.complete);
  world.heartbeat(db);
  preview = world.preview(rule);
  CHECK(preview.matching_now == 0);
  CHECK(preview.incidents_30_days == 1);
  CHECK(world.preview(down_for(1h)).incidents_30_days == 0);
}

TEST_CASE("a preview of an uptime rule counts the restarts of hosts") {
  World world(false);
  const TestAgent agent = world.add_agent();
  Vitals vitals;
  const std::pair<int, std::uint64_t> reported[] = {{0, 86'000}, {60, 86'060}, {60, 30},
                                                    {60, 90},    {610, 700},   {60, 20}};
  for (const auto& [seconds_later, uptime] : reported) {
    world.clock.advance(seconds(seconds_later));
    vitals.uptime = uptime;
    world.heartbeat(agent, vitals);
  }
  Rule rule;
  rule.kind = RuleKind::metric;
  rule.metric = Metric::uptime;
  rule.comparison = Comparison::below;
  rule.threshold_x100 = 60'000;
  rule.hysteresis_x100 = 0;
  rule.duration_seconds = 0;
  rule.cooldown_seconds = 0;
  const RulePreview preview = world.preview(rule);
  CHECK(preview.matching_now == 1);
  CHECK(preview.incidents_30_days == 2);
}

TEST_CASE("the test of a rule goes to everybody whom the rule would tell, and is about nobody") {
  World world;
  std::int64_t queued = 0;
  REQUIRE(world.in_transaction([&](Transaction& tx) -> Result<void> {
    queued = TRY(world.services->rules.send_test(tx, world.actor(), world.silence_rule_id()));
    return {};
  }));
  CHECK(queued == 1);
  const auto rows = world.storage.read<std::vector<LoggedDelivery>>(
      [&](Snapshot& snapshot) { return world.storage->outbox().list(snapshot, world.workspace.id, std::nullopt, 10); });
  REQUIRE(rows.size() == 1);
  const Announcement& told = rows.front().announcement;
  CHECK(told.kind == Announcement::Kind::test);
  CHECK(told.subject.is_nil());
  CHECK(told.headline == "This is a test of the rule “Agent is silent”.");
  CHECK(told.fact(kFactRule) == "When an agent falls silent");
}

TEST_CASE("a rule about a subject that was removed can be switched off and renamed") {
  World world;
  const TestAgent agent = world.add_agent();
  Rule rule = down_for(0s);
  rule.name = "db-1 is down";
  rule.target.kind = RuleTarget::Kind::subject;
  rule.target.subject = agent.id();
  rule = world.add_rule(rule);
  world.remove(agent);
  rule.name = "It was db-1";
  rule.enabled = false;
  const Rule changed = world.change(rule);
  CHECK_FALSE(changed.enabled);
  CHECK(changed.name == "It was db-1");
}
