// A wall clock that cannot be right is noticed, whatever way it went, and deletes nothing and ends nothing.
#include "core/base/clock_watch.h"

#include <doctest/doctest.h>

#include "tests/support/fake_clock.h"

namespace connlog {
namespace {

using namespace std::chrono_literals;
using State = ClockWatch::State;
using days = std::chrono::days;

const ClockWatch::Facts kFacts{FakeClock::kStart - days(30), "boot-1"};

}  // namespace

TEST_CASE("a clock that goes as time passes is plausible, and both times follow it") {
  FakeClock clock;
  ClockWatch watch(clock, kFacts);
  for (int i = 0; i < 100; ++i) {
    clock.advance(1h);
    clock.step_wall_clock(1s);  // a crystal that is a little fast
    CHECK(watch.state() == State::plausible);
    CHECK(watch.believed() == clock.now());
    CHECK(watch.proven() == clock.now());
  }
  CHECK(watch.finding().empty());
}

TEST_CASE("a clock that steps back is behind: what expires goes on by the time that has passed") {
  FakeClock clock;
  ClockWatch watch(clock, kFacts);
  clock.advance(1h);
  watch.believed();
  const Instant right = clock.now();
  clock.step_wall_clock(-6h);
  clock.advance(5min);
  CHECK(watch.state() == State::behind);
  CHECK(watch.believed() == right + 5min);
  CHECK(watch.proven() == clock.now());  // never after the clock
  CHECK(watch.finding().find(to_iso8601(clock.now())) != std::string::npos);
  CHECK(watch.finding().find(to_iso8601(right + 5min)) != std::string::npos);
  clock.step_wall_clock(6h);
  CHECK(watch.state() == State::plausible);
  CHECK(watch.believed() == clock.now());
  CHECK(watch.finding().empty());
}

TEST_CASE("a clock that is a year ahead for an hour lets an hour be deleted") {
  FakeClock clock;
  ClockWatch watch(clock, kFacts);
  const Instant right = clock.now();
  for (const auto ahead : {days(365), days(800)}) {
    const Instant before = watch.proven();
    clock.step_wall_clock(ahead);
    for (int i = 0; i < 60; ++i) {
      clock.advance(1min);
      CHECK(watch.state() == State::ahead);
      CHECK(watch.proven() <= before + (i + 1) * 1min);
    }
    clock.step_wall_clock(-microseconds(ahead));
    CHECK(watch.state() == State::plausible);
    CHECK(watch.proven() <= clock.now());
  }
  CHECK(watch.believed() == right + 2h);
  CHECK(watch.proven() == right + 2h);
}

TEST_CASE("a wrong clock is noticed across a restart: by the same boot exactly, after another by what is remembered") {
  FakeClock clock;
  ClockMemory memory;
  {
    ClockWatch before(clock, kFacts);
    memory = before.memory();
  }
  clock.advance(2h);  // switched off meanwhile

  SUBCASE("the same boot, a year ahead") {
    clock.step_wall_clock(days(365));
    ClockWatch watch(clock, kFacts);
    watch.remember(memory, {});
    CHECK(watch.state() == State::ahead);
    CHECK(watch.believed() == FakeClock::kStart + 2h);
    CHECK(watch.proven() == FakeClock::kStart + 2h);
  }
  SUBCASE("the same boot, an hour behind") {
    clock.step_wall_clock(-1h);
    ClockWatch watch(clock, kFacts);
    watch.remember(memory, {});
    CHECK(watch.state() == State::behind);
    CHECK(watch.believed() == FakeClock::kStart + 2h);
  }
  SUBCASE("another boot, an hour behind what is remembered") {
    clock.step_wall_clock(-3h);
    ClockWatch watch(clock, {kFacts.built, "boot-2"});
    watch.remember(memory, {});
    CHECK(watch.state() == State::behind);
    CHECK(watch.believed() == FakeClock::kStart);
  }
  SUBCASE("another boot, half a year later: it may have been switched off, so deletion catches up only slowly") {
    clock.step_wall_clock(days(180));
    ClockWatch watch(clock, {kFacts.built, "boot-2"});
    watch.remember(memory, {});
    CHECK(watch.state() == State::plausible);
    CHECK(watch.believed() == clock.now());
    CHECK(watch.proven() == FakeClock::kStart);
    clock.advance(1h);
    CHECK(watch.proven() == FakeClock::kStart + 2h);
  }
  SUBCASE("another boot, years later: nobody can tell, so it is said") {
    clock.step_wall_clock(days(3'000));
    ClockWatch watch(clock, {kFacts.built, "boot-2"});
    watch.remember(memory, {});
    CHECK(watch.state() == State::ahead);
  }
}

TEST_CASE("a machine that begins without a clock goes by what is remembered, and goes on once it has the time") {
  FakeClock clock;
  ClockMemory memory{FakeClock::kStart, FakeClock::kStart, {}, "boot-0"};
  clock.step_wall_clock(Instant{0} - FakeClock::kStart);  // 1970
  ClockWatch watch(clock, kFacts);
  watch.remember(memory, {});
  CHECK(watch.state() == State::behind);
  clock.advance(1min);
  CHECK(watch.believed() == FakeClock::kStart + 1min);
  CHECK(watch.proven() == clock.now());                             // 1970: nothing is old enough
  clock.step_wall_clock(FakeClock::kStart + days(3) - Instant{0});  // the time arrives; it was off for three days
  CHECK(watch.state() == State::plausible);
  CHECK(watch.believed() == clock.now());
  CHECK(watch.proven() <= FakeClock::kStart + 2min);

  // The first start of all has only the day of the build.
  FakeClock first;
  first.step_wall_clock(Instant{0} - FakeClock::kStart);
  ClockWatch fresh(first, kFacts);
  fresh.remember(std::nullopt, {});
  CHECK(fresh.state() == State::behind);
  CHECK(fresh.believed() == kFacts.built - days(1));
  first.step_wall_clock(FakeClock::kStart - Instant{0});
  CHECK(fresh.state() == State::plausible);
  CHECK(fresh.proven() == first.now());  // there is nothing that could be deleted too early
}

TEST_CASE("without a memory the newest data tell, as after an upgrade") {
  FakeClock clock;
  ClockWatch watch(clock, kFacts);
  watch.remember(std::nullopt, clock.now() + days(200));  // written by a clock that was ahead, or this one is behind
  CHECK(watch.state() == State::behind);
  ClockWatch later(clock, kFacts);
  later.remember(std::nullopt, clock.now() - days(20));
  CHECK(later.state() == State::plausible);
  CHECK(later.proven() == clock.now() - days(20));
}

TEST_CASE("a clock that goes steadily is believed in the end, and deletion still moves no faster than twice the time") {
  FakeClock clock;
  ClockWatch watch(clock, kFacts);
  watch.believed();
  clock.step_wall_clock(days(90));  // the machine slept
  const Instant before = watch.proven();
  for (int i = 0; i < 23; ++i) {
    clock.advance(1h);
    CHECK(watch.state() == State::ahead);
  }
  clock.advance(1h);
  CHECK(watch.state() == State::plausible);
  CHECK(watch.believed() == clock.now());
  clock.advance(10h);
  CHECK(watch.proven() <= before + 2 * 34h);

  // A clock that jumps about is not.
  FakeClock wild;
  ClockWatch doubtful(wild, kFacts);
  for (int i = 0; i < 60; ++i) {
    wild.step_wall_clock(1h);
    wild.advance(1h);
    CHECK(doubtful.state() == State::ahead);
  }
}

}  // namespace connlog
