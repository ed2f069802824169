// Uptime by the record of states.
#include "core/watch/uptime.h"

#include <doctest/doctest.h>

using namespace connlog;
using namespace std::chrono_literals;

namespace {

constexpr Instant kDay{1'795'046'400'000'000};

StateChange change(microseconds after, State state, StateReason reason = StateReason::source) {
  StateChange change;
  change.at = kDay + after;
  change.state = state;
  change.reason = reason;
  return change;
}

std::optional<std::int64_t> percent(const std::vector<StateChange>& changes, microseconds span = 24h) {
  return uptime_of(changes, kDay, kDay + span).percent_x100();
}

}  // namespace

TEST_CASE("without a moment that counts there is no uptime") {
  CHECK(percent({}) == std::nullopt);
  CHECK(percent({change(0h, State::pending)}) == std::nullopt);
  CHECK(percent({change(0h, State::unknown)}) == std::nullopt);
  CHECK(percent({change(0h, State::up)}, 0h) == std::nullopt);
  CHECK(percent({change(25h, State::up)}) == std::nullopt);  // after the stretch
}

TEST_CASE("up and degraded count as up, down does not") {
  CHECK(percent({change(-1h, State::up)}) == 10'000);
  CHECK(percent({change(0h, State::degraded)}) == 10'000);
  CHECK(percent({change(0h, State::down)}) == 0);
  CHECK(percent({change(0h, State::up), change(6h, State::down)}) == 2'500);
  const Uptime mixed =
      uptime_of({change(0h, State::up), change(6h, State::degraded), change(12h, State::down)}, kDay, kDay + 24h);
  CHECK(mixed.up == 6h);
  CHECK(mixed.degraded == 6h);
  CHECK(mixed.down == 12h);
}

TEST_CASE("unknown, pending and pauses count neither way") {
  CHECK(percent({change(0h, State::up), change(6h, State::unknown), change(18h, State::down)}) == 5'000);
  CHECK(percent({change(0h, State::pending, StateReason::added), change(12h, State::up), change(21h, State::down)}) ==
        7'500);
  CHECK(percent({change(0h, State::up), change(12h, State::unknown, StateReason::paused),
                 change(18h, State::pending, StateReason::resumed), change(20h, State::up)}) == 10'000);
}

TEST_CASE("only what lies in the stretch counts, whatever state began before it") {
  const std::vector<StateChange> changes = {change(-48h, State::down), change(-24h, State::up),
                                            change(12h, State::down), change(30h, State::up)};
  CHECK(percent(changes) == 5'000);
  const Uptime part = uptime_of(changes, kDay + 6h, kDay + 13h);
  CHECK(part.up == 6h);
  CHECK(part.down == 1h);
}

TEST_CASE("several changes of one instant: the last one holds") {
  CHECK(percent({change(0h, State::down), change(0h, State::up)}) == 10'000);
}

TEST_CASE("a moment of down is never rounded away, however long the stretch") {
  CHECK(percent({change(0h, State::up), change(1h, State::down), change(1h + 1us, State::up)}) == 9'999);
  CHECK(percent({change(0h, State::down), change(1us, State::up)}, 24h * 365 * 100) == 9'999);
  CHECK(percent({change(0h, State::up)}, 24h * 365 * 100) == 10'000);
}

TEST_CASE("what is left out counts neither way, whatever the state was in it") {
  const std::vector<StateChange> changes = {change(-1h, State::up), change(6h, State::down), change(12h, State::up)};
  CHECK(percent(changes) == 7'500);
  const auto without = [&](std::vector<QuietWindow> windows) {
    return uptime_of(changes, kDay, kDay + 24h, windows).percent_x100();
  };
  CHECK(without({{kDay + 6h, kDay + 12h}}) == 10'000);
  CHECK(without({{kDay + 5h, kDay + 9h}}) == 8'500);                                    // 17 of 20 hours
  CHECK(without({{kDay - 5h, kDay + 2h}, {kDay + 22h, kDay + 30h}}) == 7'000);          // at both ends
  CHECK(without({{kDay - 5h, kDay + 30h}}) == std::nullopt);
  CHECK(without({{kDay - 9h, kDay - 5h}, {kDay + 25h, kDay + 26h}}) == 7'500);
}
