#include <doctest/doctest.h>

#include <algorithm>
#include <optional>

#include "core/watch/engine.h"
#include "tests/support/seeded_random.h"

using namespace connlog;

namespace {

constexpr Instant kNoon{1'795'000'000'000'000};

Rule disk_rule() {
  Rule rule;
  rule.name = "Disk is filling up";
  rule.kind = RuleKind::metric;
  rule.metric = Metric::disk_percent;
  rule.threshold_x100 = 9'000;
  rule.hysteresis_x100 = 200;
  rule.duration_seconds = 300;
  rule.cooldown_seconds = 600;
  return rule;
}

Rule silence() {
  Rule rule;
  rule.name = "silent";
  rule.kind = RuleKind::silence;
  rule.cooldown_seconds = 60;
  return rule;
}

// One rule and one agent over time.
struct Story {
  Rule rule;
  RuleState state = {};
  Instant now = kNoon;
  int opened = 0, resolved = 0;

  Reason see(std::optional<std::int64_t> value_x100, bool after_gap = false) {
    return take({.value_x100 = value_x100, .after_gap = after_gap, .is_reading = true});
  }
  Reason fall_silent() { return take({.state = State::down, .reason = StateReason::silent}); }
  Reason speak() { return take({.is_reading = true}); }
  void pass(std::int64_t s) { now = now + seconds(s); }

  Reason take(const Seen& seen) {
    const Decision decision = decide(rule, state, seen, now);
    if (decision.verdict != Verdict::keep) state = decision.next;
    opened += decision.verdict == Verdict::open;
    resolved += decision.verdict == Verdict::resolve;
    ask_again = next_look(rule, state, seen, now);
    return decision.reason;
  }
  std::optional<Instant> ask_again = {};
};

}  // namespace

TEST_CASE("a value above the threshold opens an incident once it has held for the whole duration") {
  Story disk{disk_rule()};
  CHECK(disk.see(8'999) == Reason::not_breached);
  CHECK(disk.see(9'000) == Reason::not_breached);  // at the threshold is not above it
  CHECK(disk.see(9'001) == Reason::breach_began);
  disk.pass(299);
  CHECK(disk.see(9'500) == Reason::breach_continues);
  disk.pass(1);
  CHECK(disk.see(9'001) == Reason::duration_reached);
  CHECK(disk.opened == 1);
  disk.pass(3'600);
  CHECK(disk.see(9'900) == Reason::still_open);
  CHECK(disk.opened == 1);
}

TEST_CASE("a dip below the threshold starts the duration anew") {
  Story disk{disk_rule()};
  disk.see(9'500);
  disk.pass(290);
  CHECK(disk.see(9'000) == Reason::breach_ended);
  disk.pass(10);
  CHECK(disk.see(9'500) == Reason::breach_began);
  disk.pass(299);
  CHECK(disk.see(9'500) == Reason::breach_continues);
  CHECK(disk.opened == 0);
}

TEST_CASE("flapping inside the hysteresis neither resolves nor opens again") {
  Story disk{disk_rule()};
  disk.rule.duration_seconds = 0;
  disk.see(9'100);
  for (int i = 0; i < 50; ++i) {
    disk.pass(10);
    CHECK(disk.see(i % 2 == 0 ? 8'950 : 9'050) == (i % 2 == 0 ? Reason::within_hysteresis : Reason::still_open));
  }
  CHECK(disk.opened == 1);
  CHECK(disk.resolved == 0);
  CHECK(disk.see(8'801) == Reason::within_hysteresis);
  CHECK(disk.see(8'800) == Reason::recovered);
  CHECK(disk.resolved == 1);
}

TEST_CASE("a rule about too little works the same way upside down") {
  Story cpu{disk_rule()};
  cpu.rule.metric = Metric::cpu_percent;
  cpu.rule.comparison = Comparison::below;
  cpu.rule.threshold_x100 = 500;
  cpu.rule.hysteresis_x100 = 100;
  cpu.rule.duration_seconds = 0;
  CHECK(cpu.see(500) == Reason::not_breached);
  CHECK(cpu.see(499) == Reason::duration_reached);
  CHECK(cpu.see(599) == Reason::within_hysteresis);
  CHECK(cpu.see(600) == Reason::recovered);
}

TEST_CASE("after a recovery no new incident opens before the cooldown is over") {
  Story disk{disk_rule()};
  disk.rule.duration_seconds = 0;
  disk.see(9'500);
  disk.see(8'000);
  CHECK(disk.see(9'500) == Reason::in_cooldown);
  disk.pass(599);
  CHECK(disk.see(9'500) == Reason::breach_continues);
  CHECK(disk.opened == 1);
  disk.pass(1);
  CHECK(disk.see(9'500) == Reason::duration_reached);
  CHECK(disk.opened == 2);
}

TEST_CASE("a missing value is no verdict, whatever the phase") {
  Story disk{disk_rule()};
  CHECK(disk.see(std::nullopt) == Reason::no_value);
  disk.see(9'500);
  disk.pass(150);
  CHECK(disk.see(std::nullopt) == Reason::no_value);
  CHECK(disk.state.phase == RuleState::Phase::pending);
  disk.pass(150);
  CHECK(disk.see(9'500) == Reason::duration_reached);
  CHECK(disk.see(std::nullopt) == Reason::no_value);
  CHECK(disk.state.phase == RuleState::Phase::open);
}

TEST_CASE("what held before a gap is not said to have held during it") {
  Story disk{disk_rule()};
  disk.see(9'500);
  disk.pass(3'600);
  CHECK(disk.see(9'500, true) == Reason::breach_began_anew);
  CHECK(disk.opened == 0);
  disk.pass(300);
  CHECK(disk.see(9'500) == Reason::duration_reached);
}

TEST_CASE("a deadline stored under a clock that was ahead never waits longer than the rule says") {
  Story disk{disk_rule()};
  disk.see(9'500);
  disk.now = kNoon - seconds(7 * 86'400);  // after a restart, the wall clock was set back by a week
  CHECK(disk.see(9'500) == Reason::breach_continues);
  disk.pass(299);
  CHECK(disk.see(9'500) == Reason::breach_continues);
  disk.pass(1);
  CHECK(disk.see(9'500) == Reason::duration_reached);
}

TEST_CASE("a cooldown stored under a clock that was ahead ends") {
  Story host{silence()};
  host.fall_silent();
  host.speak();
  host.now = kNoon - seconds(86'400);
  CHECK(host.fall_silent() == Reason::in_cooldown);
  CHECK(host.ask_again == host.now + seconds(60));
  host.pass(30);
  CHECK(host.fall_silent() == Reason::in_cooldown);
  host.pass(30);
  CHECK(host.fall_silent() == Reason::went_silent);
}

TEST_CASE("a clock that stepped forward across a restart opens at the next breach, once") {
  Story disk{disk_rule()};
  disk.see(9'500);
  disk.pass(30 * 86'400);
  CHECK(disk.see(9'500) == Reason::duration_reached);
  CHECK(disk.opened == 1);
}

TEST_CASE("a subject that its source calls down is not silent") {
  Story host{silence()};
  CHECK(host.take({.state = State::down, .reason = StateReason::source, .is_reading = true}) == Reason::not_breached);
  host.fall_silent();
  CHECK(host.take({.state = State::down, .reason = StateReason::source, .is_reading = true}) == Reason::recovered);
}

TEST_CASE("silence opens once and resolves when the agent speaks") {
  Story host{silence()};
  CHECK(host.speak() == Reason::not_breached);
  CHECK(host.fall_silent() == Reason::went_silent);
  CHECK(host.fall_silent() == Reason::still_open);
  CHECK(host.speak() == Reason::recovered);
  CHECK(host.opened == 1);
  CHECK(host.resolved == 1);
  CHECK(host.fall_silent() == Reason::in_cooldown);
  CHECK(host.ask_again == host.now + seconds(60));
  host.pass(60);
  CHECK(host.fall_silent() == Reason::went_silent);
}

TEST_CASE("a metric rule is not asked about silence and keeps its incident open through it") {
  Story disk{disk_rule()};
  disk.rule.duration_seconds = 0;
  disk.see(9'500);
  CHECK(disk.fall_silent() == Reason::not_its_business);
  CHECK(disk.state.phase == RuleState::Phase::open);
}

// ── Properties, over random rules and random walks ──

TEST_CASE("over any walk: at most one incident is open, and none opens before duration and cooldown are over") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    SeededRandom random(seed);
    Story story{disk_rule()};
    Rule& rule = story.rule;
    rule.comparison = random.below(2) == 0 ? Comparison::above : Comparison::below;
    rule.threshold_x100 = 3'000 + static_cast<std::int64_t>(random.below(4'000));
    rule.hysteresis_x100 = static_cast<std::int64_t>(random.below(1'500));
    rule.duration_seconds = static_cast<std::int64_t>(random.below(4)) * 60;
    rule.cooldown_seconds = static_cast<std::int64_t>(random.below(4)) * 90;

    std::int64_t value = 5'000;
    Instant held_since{};  // the condition holds in every reading since
    Instant recovered_at{};
    for (int step = 0; step < 400; ++step) {
      story.pass(10);
      value += static_cast<std::int64_t>(random.below(1'401)) - 700;
      value = std::clamp<std::int64_t>(value, 0, 10'000);
      const bool breached =
          rule.comparison == Comparison::above ? value > rule.threshold_x100 : value < rule.threshold_x100;
      if (!breached) held_since = {};
      if (breached && !held_since.is_set()) held_since = story.now;
      const bool was_open = story.state.phase == RuleState::Phase::open;
      const int opened = story.opened;
      const int resolved = story.resolved;
      story.see(value);
      REQUIRE(story.opened - story.resolved >= 0);
      REQUIRE(story.opened - story.resolved <= 1);
      if (story.opened > opened) {
        REQUIRE(!was_open);
        REQUIRE(breached);
        REQUIRE(story.now - held_since >= seconds(rule.duration_seconds));
        if (recovered_at.is_set()) REQUIRE(story.now - recovered_at >= seconds(rule.cooldown_seconds));
      } else if (!was_open && breached && story.now - held_since >= seconds(rule.duration_seconds) &&
                 (!recovered_at.is_set() || story.now - recovered_at >= seconds(rule.cooldown_seconds))) {
        FAIL("held for long enough, and nothing opened");
      }
      if (story.resolved > resolved) {
        REQUIRE(was_open);
        REQUIRE(!breached);
        recovered_at = story.now;
      }
    }
  }
}

TEST_CASE("over any state and any jump of time, no deadline lies further ahead than duration and cooldown allow") {
  SeededRandom random(7);
  for (int i = 0; i < 20'000; ++i) {
    Rule rule = random.below(2) == 0 ? disk_rule() : silence();
    RuleState state;
    state.phase = static_cast<RuleState::Phase>(random.below(3));
    state.since = {static_cast<std::int64_t>(random.below(4'000'000'000'000'000))};
    state.deadline = {static_cast<std::int64_t>(random.below(4'000'000'000'000'000))};
    state.cooldown_until = {static_cast<std::int64_t>(random.below(4'000'000'000'000'000))};
    const bool is_reading = random.below(2) == 0;
    const Seen seen{.state = is_reading ? State::up : State::down,
                    .reason = is_reading ? StateReason::heard : StateReason::silent,
                    .value_x100 = random.below(100) == 0 ? std::optional<std::int64_t>()
                                                         : static_cast<std::int64_t>(random.below(10'001)),
                    .after_gap = random.below(2) == 0,
                    .is_reading = is_reading};
    const Instant now{static_cast<std::int64_t>(random.below(4'000'000'000'000'000))};
    const Decision decision = decide(rule, state, seen, now);
    const Instant latest = now + std::max(seconds(rule.duration_seconds), seconds(rule.cooldown_seconds));
    if (decision.verdict != Verdict::keep && rule.kind == RuleKind::metric) REQUIRE(decision.next.deadline <= latest);
    const RuleState& after = decision.verdict == Verdict::keep ? state : decision.next;
    if (const auto look = next_look(rule, after, seen, now)) REQUIRE(*look <= latest);
    if (decision.verdict == Verdict::open) REQUIRE(state.phase != RuleState::Phase::open);
    if (decision.verdict == Verdict::resolve) REQUIRE(state.phase == RuleState::Phase::open);
  }
}
