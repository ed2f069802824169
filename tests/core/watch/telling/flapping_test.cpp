// Flapping, judged from a record of states alone.
#include "core/watch/telling/flapping.h"

#include <doctest/doctest.h>

using namespace connlog;

namespace {

constexpr seconds kMinute{60};
// The beginning of a slot.
constexpr Instant kBegin{1'800'000'000'000'000 / 60'000'000 * 60'000'000};

StateChange change(int minute, State state, StateReason reason = StateReason::source) {
  StateChange change;
  change.at = kBegin + minute * kMinute;
  change.state = state;
  change.reason = reason;
  return change;
}

// Up at minute 0; from `from` on a change in each of `changes` minutes.
std::vector<StateChange> changing(int from, int changes) {
  std::vector<StateChange> record{change(0, State::up)};
  for (int n = 0; n < changes; ++n) record.push_back(change(from + n, n % 2 == 0 ? State::down : State::up));
  return record;
}

FlapView at(const std::vector<StateChange>& record, int minute, bool was_flapping = false) {
  return flap_of(record, kMinute, was_flapping, kBegin + minute * kMinute);
}

}  // namespace

TEST_CASE("one outage is no flapping, and neither is a steady subject") {
  CHECK_FALSE(at({}, 30).is_flapping);
  CHECK_FALSE(at({change(0, State::up)}, 30).is_flapping);
  const FlapView down = at({change(0, State::up), change(25, State::down)}, 30);
  CHECK_FALSE(down.is_flapping);
  CHECK(down.down_since == kBegin + 25 * kMinute);
  CHECK_FALSE(down.look_again.is_set());
  CHECK_FALSE(at({change(0, State::up), change(25, State::down), change(27, State::up)}, 30).down_since.is_set());
}

TEST_CASE("twenty changes in twenty slots are a hundred percent") {
  const FlapView view = at(changing(1, 20), 20);
  CHECK(view.percent > 99.9);
  CHECK(view.percent < 100.1);
  CHECK(view.is_flapping);
}

TEST_CASE("new changes weigh more than old ones") {
  const std::vector<StateChange> record = changing(5, 4);
  CHECK(at(record, 9).percent > at(record, 20).percent);
  CHECK(at(record, 9).percent > 4 * 5.0);    // a slot's share is 5 % on average
  CHECK(at(record, 24).percent < 4 * 5.0);
  CHECK(at(record, 60).percent == 0);
}

TEST_CASE("it begins at 30 percent and ends below 25, and between the two it stays what it was") {
  // Six new changes: about 34 %. They age until they weigh less than 30 %, and then less than 25 %.
  const std::vector<StateChange> record = changing(10, 6);
  CHECK(at(record, 15).is_flapping);
  bool was_between = false, ended = false;
  for (int minute = 16; minute < 60; ++minute) {
    const double percent = at(record, minute).percent;
    if (percent >= kFlapOffPercent && percent < kFlapOnPercent) {
      was_between = true;
      CHECK(at(record, minute, true).is_flapping);
      CHECK_FALSE(at(record, minute, false).is_flapping);
    }
    if (percent < kFlapOffPercent) {
      ended = true;
      CHECK_FALSE(at(record, minute, true).is_flapping);
    }
  }
  CHECK(was_between);
  CHECK(ended);
}

TEST_CASE("while it flaps it says when it may be steady, and then it is") {
  const std::vector<StateChange> record = changing(10, 8);
  const FlapView view = at(record, 18);
  REQUIRE(view.is_flapping);
  REQUIRE(view.look_again > kBegin + 18 * kMinute);
  CHECK(flap_of(record, kMinute, true, view.look_again - kMinute).is_flapping);
  CHECK_FALSE(flap_of(record, kMinute, true, view.look_again).is_flapping);
}

TEST_CASE("what people do is no change: pauses, their ends, beginnings") {
  std::vector<StateChange> record{change(0, State::up)};
  for (int n = 1; n < 20; ++n) {
    record.push_back(n % 2 == 1 ? change(n, State::unknown, StateReason::paused) : change(n, State::pending));
    if (n % 2 == 0) record.push_back(change(n, State::up));
  }
  CHECK(at(record, 20).percent == 0);
}

TEST_CASE("degraded and unknown count as not up, and changes between them as none") {
  std::vector<StateChange> record{change(0, State::up)};
  for (int n = 1; n < 20; ++n) record.push_back(change(n, n % 2 == 0 ? State::degraded : State::down));
  const FlapView view = at(record, 20);
  CHECK(view.percent > 0);
  CHECK(view.percent < 10);  // the first alone
  CHECK(view.down_since == kBegin + 19 * kMinute);
}

TEST_CASE("an unbroken down counts from its first row, whatever its detail said meanwhile") {
  std::vector<StateChange> record{change(0, State::up), change(5, State::down), change(9, State::down)};
  record.back().detail = "2 of 5 members are down";
  CHECK(at(record, 40).down_since == kBegin + 5 * kMinute);
}

TEST_CASE("slots are as long as the subject's interval where that is longer than a minute, and never shorter") {
  const std::vector<StateChange> record = changing(1, 20);
  // In slots of five minutes, twenty minutes of changes are in five slots at most.
  const FlapView slow = flap_of(record, 5 * kMinute, false, kBegin + 20 * kMinute);
  CHECK(slow.percent < 35);
  CHECK(flap_of(record, seconds(10), false, kBegin + 20 * kMinute).percent == at(record, 20).percent);
}

TEST_CASE("it does not matter within a slot when one looks") {
  const std::vector<StateChange> record = changing(10, 7);
  const Instant slot = kBegin + 20 * kMinute;
  CHECK(flap_of(record, kMinute, false, slot).percent == flap_of(record, kMinute, false, slot + seconds(59)).percent);
}
