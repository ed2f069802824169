#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/watch/engine.h"
#include "core/watch/rule_parts.h"
#include "tests/support/seeded_random.h"

using namespace connlog;

namespace {

constexpr Instant kNoon{1'795'000'000'000'000};

Rule state_rule(State state, std::int64_t duration_seconds) {
  Rule rule;
  rule.name = "state";
  rule.kind = RuleKind::state;
  rule.state = state;
  rule.duration_seconds = duration_seconds;
  rule.cooldown_seconds = 300;
  return rule;
}

// One rule and one subject over time.
struct Story {
  Rule rule;
  RuleState state = {};
  Instant now = kNoon;
  int opened = 0, resolved = 0;

  // Something was observed, or time passed.
  Reason is(State observed, bool is_reading = true) {
    return take({.state = observed, .reason = StateReason::source, .is_reading = is_reading});
  }
  Reason still_is(State observed) { return is(observed, false); }
  Reason take(const Seen& seen) {
    const Decision decision = decide(rule, state, seen, now);
    if (decision.verdict != Verdict::keep) state = decision.next;
    opened += decision.verdict == Verdict::open;
    resolved += decision.verdict == Verdict::resolve;
    return decision.reason;
  }
  void pass(std::int64_t s) { now = now + seconds(s); }
  bool is_open() const { return state.phase == RuleState::Phase::open; }
  std::optional<Instant> look(State observed) const {
    return next_look(rule, state, {.state = observed, .reason = StateReason::source}, now);
  }
};

}  // namespace

TEST_CASE("a state that lasts opens an incident at its deadline, though nothing reports") {
  Story story{state_rule(State::down, 600)};
  CHECK(story.is(State::up) == Reason::not_breached);
  CHECK(!story.look(State::up));
  CHECK(story.still_is(State::down) == Reason::breach_began);
  CHECK(story.look(State::down) == kNoon + seconds(600));
  story.pass(599);
  CHECK(story.still_is(State::down) == Reason::breach_continues);
  story.pass(1);
  CHECK(story.still_is(State::down) == Reason::duration_reached);
  CHECK(story.is_open());
  CHECK(!story.look(State::down));
  story.pass(86'400);
  CHECK(story.still_is(State::down) == Reason::still_open);
  CHECK(story.opened == 1);
}

TEST_CASE("a state rule without a duration opens in the look that notices the state") {
  Story story{state_rule(State::unknown, 0)};
  CHECK(story.is(State::unknown) == Reason::duration_reached);
  CHECK(story.opened == 1);
}

TEST_CASE("a state that ended before its deadline opens nothing") {
  Story story{state_rule(State::down, 600)};
  story.is(State::down);
  story.pass(599);
  CHECK(story.is(State::up) == Reason::breach_ended);
  CHECK(!story.look(State::up));
  story.pass(1);
  CHECK(story.is(State::down) == Reason::breach_began);
  CHECK(story.opened == 0);
}

TEST_CASE("an incident about a state ends with any other state") {
  Story story{state_rule(State::degraded, 0)};
  for (const State other : {State::up, State::down, State::unknown, State::pending}) {
    CAPTURE(to_text(other));
    story.pass(3'600);
    REQUIRE(story.is(State::degraded) == Reason::duration_reached);
    CHECK(story.is(other) == Reason::recovered);
  }
  CHECK(story.opened == 4);
  CHECK(story.resolved == 4);
}

TEST_CASE("after a recovery a state opens again once the cooldown is over, without a report") {
  Story story{state_rule(State::down, 0)};
  story.is(State::down);
  story.pass(10);
  CHECK(story.is(State::up) == Reason::recovered);
  story.pass(10);
  CHECK(story.is(State::down) == Reason::in_cooldown);
  CHECK(story.look(State::down) == kNoon + seconds(310));
  story.now = kNoon + seconds(309);
  CHECK(story.still_is(State::down) == Reason::breach_continues);
  story.pass(1);
  CHECK(story.still_is(State::down) == Reason::duration_reached);
  CHECK(story.opened == 2);
}

TEST_CASE("a gap between observations does not begin a state anew: the record says that it held") {
  Story story{state_rule(State::down, 600)};
  story.is(State::down);
  story.pass(600);
  CHECK(story.take({.state = State::down, .after_gap = true, .is_reading = true}) == Reason::duration_reached);
}

TEST_CASE("a state's deadline stored under a clock that was ahead never waits longer than the rule says") {
  Story story{state_rule(State::down, 600)};
  story.is(State::down);
  story.now = kNoon - seconds(7 * 86'400);
  CHECK(story.look(State::down) == story.now + seconds(600));
  CHECK(story.still_is(State::down) == Reason::breach_continues);
  story.pass(599);
  CHECK(story.still_is(State::down) == Reason::breach_continues);
  story.pass(1);
  CHECK(story.still_is(State::down) == Reason::duration_reached);
}

TEST_CASE("time alone is no verdict about a metric, and plans no look") {
  Rule rule;
  rule.kind = RuleKind::metric;
  rule.metric = Metric::cpu_percent;
  Story story{rule};
  story.take({.value_x100 = 9'500, .is_reading = true});
  REQUIRE(story.state.phase == RuleState::Phase::pending);
  CHECK(!story.look(State::up));
  story.pass(86'400);
  CHECK(story.still_is(State::down) == Reason::not_its_business);
  CHECK(story.state.phase == RuleState::Phase::pending);
}

TEST_CASE("uptime below a threshold says that the host restarted, and ends once it has run for long enough") {
  Rule rule;
  rule.kind = RuleKind::metric;
  rule.metric = Metric::uptime;
  rule.comparison = Comparison::below;
  rule.threshold_x100 = 60'000;
  rule.hysteresis_x100 = 0;
  rule.duration_seconds = 0;
  Story story{rule};
  ValuesBuilder values;
  const auto run_for = [&](std::int64_t uptime) {
    values.set(Metric::uptime, uptime);
    const Values measured = values.build();
    return story.take({.value_x100 = value_x100(Metric::uptime, measured), .is_reading = true});
  };
  CHECK(run_for(86'400) == Reason::not_breached);
  CHECK(run_for(12) == Reason::duration_reached);
  CHECK(run_for(599) == Reason::still_open);
  CHECK(run_for(600) == Reason::recovered);
}

// ── Rules of every condition together ──

TEST_CASE("an open incident holds no condition: rules of each kind open and all end when the subject is well") {
  Rule silence;
  silence.kind = RuleKind::silence;
  silence.cooldown_seconds = 0;
  Rule cpu;
  cpu.kind = RuleKind::metric;
  cpu.metric = Metric::cpu_percent;
  cpu.duration_seconds = 0;
  cpu.cooldown_seconds = 0;
  const auto states = [](State state) {
    Rule rule = state_rule(state, 0);
    rule.cooldown_seconds = 0;
    return rule;
  };
  std::vector<Story> stories;
  for (const Rule& rule : {silence, cpu, states(State::down), states(State::degraded), states(State::unknown)})
    stories.push_back(Story{rule});
  const auto all_see = [&](const Seen& seen) {
    for (Story& story : stories) {
      story.pass(10);
      story.take(seen);
    }
  };
  const auto open = [&] {
    return std::count_if(stories.begin(), stories.end(), [](const Story& story) { return story.is_open(); });
  };

  all_see({.value_x100 = 9'500, .is_reading = true});
  CHECK(open() == 1);  // the processor; the subject is not degraded by its incident
  all_see({.state = State::degraded, .reason = StateReason::source, .value_x100 = 9'500, .is_reading = true});
  CHECK(open() == 2);
  all_see({.state = State::down, .reason = StateReason::silent});
  CHECK(open() == 3);  // silence, down, and the processor, of which nothing is known
  all_see({.state = State::unknown, .reason = StateReason::source, .is_reading = true});
  CHECK(open() == 2);
  all_see({.value_x100 = 1'000, .is_reading = true});
  CHECK(open() == 0);
  for (const Story& story : stories) CHECK(story.opened == 1);
}

TEST_CASE("over any walk of states: an incident opens exactly when the state held for duration and cooldown") {
  constexpr std::array kStates{State::pending, State::up, State::degraded, State::down, State::unknown};
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    SeededRandom random(seed);
    Story story{state_rule(kStates[2 + random.below(3)], static_cast<std::int64_t>(random.below(4)) * 60)};
    story.rule.cooldown_seconds = static_cast<std::int64_t>(random.below(4)) * 90;
    State observed = State::up;
    Instant held_since{}, recovered_at{};
    for (int step = 0; step < 400; ++step) {
      story.pass(10);
      const bool changes = random.below(6) == 0;
      if (changes) observed = kStates[random.below(kStates.size())];
      const bool holds = observed == story.rule.state;
      if (!holds) held_since = {};
      if (holds && !held_since.is_set()) held_since = story.now;
      const auto planned = story.look(observed);
      const bool was_open = story.is_open();
      const int resolved = story.resolved;
      story.is(observed, changes);
      const bool lasted = holds && story.now - held_since >= seconds(story.rule.duration_seconds) &&
                          (!recovered_at.is_set() || story.now - recovered_at >= seconds(story.rule.cooldown_seconds));
      REQUIRE(story.is_open() == (was_open ? holds : lasted));
      // Time alone opens only where a look was planned, and not before it.
      if (!was_open && story.is_open() && held_since < story.now) {
        REQUIRE(planned);
        REQUIRE(*planned <= story.now);
      }
      if (story.resolved > resolved) recovered_at = story.now;
    }
  }
}

// ── Parts ──

TEST_CASE(
    "a rule about each part is judged for each, one about a part for that, any other for the subject") {
  const std::vector<Part> parts{{.number = 1, .text = "disk", .last_used_at = kNoon},
                                {.number = 4, .text = "clock", .last_used_at = kNoon}};
  const auto judged = [&](const std::string& part, const std::vector<Part>& known) {
    Rule rule = state_rule(State::down, 0);
    rule.part = part;
    std::vector<PartNumber> numbers;
    each_part(rule, known, [&](const Part& each) { numbers.push_back(each.number); });
    return numbers;
  };
  CHECK(judged("", parts) == std::vector<PartNumber>{0});
  CHECK(judged(std::string(kEachPart), parts) == std::vector<PartNumber>{1, 4});
  CHECK(judged("clock", parts) == std::vector<PartNumber>{4});
  CHECK(judged("mail", parts).empty());
  CHECK(judged("", {}) == std::vector<PartNumber>{0});
  CHECK(judged(std::string(kEachPart), {}).empty());
}

TEST_CASE("the state of a part is what the reading says, and nothing where it says nothing or the subject is silent") {
  ValuesBuilder builder;
  builder.set(Metric::state, static_cast<std::int64_t>(State::down), 1);
  builder.set(Metric::state, 200, 2);  // of a later version
  const Values values = builder.build();
  const Rule rule = state_rule(State::down, 0);
  const Seen subject{.is_reading = true};
  const auto first = seen_of(rule, 1, subject, &values);
  REQUIRE(first);
  CHECK(first->state == State::down);
  CHECK(!seen_of(rule, 2, subject, &values));
  CHECK(!seen_of(rule, 3, subject, &values));
  CHECK(!seen_of(rule, 1, subject, nullptr));
  CHECK(!seen_of(rule, 1, {.state = State::down, .reason = StateReason::silent}, &values));
  const auto itself = seen_of(rule, 0, subject, &values);
  REQUIRE(itself);
  CHECK(itself->state == State::up);
}

TEST_CASE("a metric of a part is that part's value") {
  ValuesBuilder builder;
  builder.set(Metric::memory_used, 50);
  builder.set(Metric::memory_total, 100);
  builder.set(Metric::memory_used, 90, 3);
  builder.set(Metric::memory_total, 100, 3);
  const Values values = builder.build();
  CHECK(value_x100(Metric::memory_percent, values) == 5'000);
  CHECK(value_x100(Metric::memory_percent, values, 3) == 9'000);
  CHECK(!value_x100(Metric::memory_percent, values, 4));
}
