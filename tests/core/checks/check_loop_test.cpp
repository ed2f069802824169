#include "core/checks/check_loop.h"

#include <doctest/doctest.h>

#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "core/checks/absence.h"
#include "core/checks/interval_places.h"
#include "tests/support/fake_clock.h"
#include "tests/support/one_check.h"
#include "tests/support/outside.h"
#include "tests/support/seeded_random.h"

namespace connlog {
namespace {

CheckId id_of(int number) {
  CheckId id{};
  // As UUIDs of version 7 made in one second: only the end differs much.
  SeededRandom random(static_cast<std::uint64_t>(number) + 1);
  random.fill(std::span(id).subspan(8));
  return id;
}

// A loop that is turned by the test, with its own time.
struct Turned {
  FakeClock clock;
  SeededRandom random;
  OutboundOptions outbound;
  std::vector<std::pair<CheckId, CheckResult>> told;
  std::vector<CheckLoop::Absence> absences;
  std::optional<milliseconds> again;
  bool recovers = false;
  CheckLoop loop;

  Turned()
      : loop({.outbound = outbound,
              .clock = clock,
              .random = random,
              .finished =
                  [this](const CheckId& id, CheckResult result) {
                    told.emplace_back(id, std::move(result));
                    return again;
                  },
              .was_absent = [this](const CheckLoop::Absence& absence) { absences.push_back(absence); },
              .clock_is_plausible = {},
              .is_recovering = [this] { return recovers; },
              .witnesses = {}}) {}

  bool until(const std::function<bool()>& is_done) {
    const SystemClock real;
    const Monotonic limit = real.monotonic() + seconds(20);
    while (!is_done()) {
      if (real.monotonic() >= limit) return false;
      loop.turn(milliseconds(20));
    }
    return true;
  }
  bool until_told(std::size_t count) {
    return until([&] { return told.size() >= count; });
  }
  // In steps that are no absence.
  void pass(seconds time) {
    for (; time > seconds(0); time -= seconds(5)) {
      clock.advance(std::min<seconds>(time, seconds(5)));
      loop.turn(milliseconds(0));
    }
  }
};

PlannedCheck planned(int number, std::shared_ptr<const CheckSpec> spec, seconds interval = seconds(60)) {
  PlannedCheck check;
  check.id = id_of(number);
  check.spec = std::move(spec);
  check.interval = interval;
  return check;
}

std::shared_ptr<CheckSpec> tcp(std::uint16_t port, std::string expect = {}) {
  std::vector<std::pair<std::string, FieldValue>> values = {{"host", std::string("127.0.0.1")},
                                                            {"port", std::int64_t{port}}};
  if (!expect.empty()) values.emplace_back("expect", std::move(expect));
  return test::checked_spec("tcp", values);
}

}  // namespace

TEST_CASE("the next place is the first after a moment, a whole number of intervals from every other") {
  for (const std::int64_t moment : {0, 1, 24'999'999, 25'000'000, 25'000'001, 84'999'999, 85'000'000, 1'000'000'000}) {
    CAPTURE(moment);
    const Monotonic place = place_after({moment}, seconds(60), 25'000'000);
    CHECK(place.micros > moment);
    CHECK(place.micros <= moment + 60'000'000);
    CHECK(place.micros % 60'000'000 == 25'000'000);
  }
}

TEST_CASE("a new check is made soon, and then at its place of every interval") {
  Turned world;
  const std::uint16_t closed = test::unused_port();
  world.loop.put(planned(1, tcp(closed)));
  REQUIRE(world.until_told(1));
  CHECK(world.told[0].first == id_of(1));
  CHECK(world.told[0].second.verdict == CheckVerdict::down);
  CHECK(world.told[0].second.reason == CheckReason::refused);
  CHECK(world.told[0].second.at == world.clock.now());
  const auto next = world.loop.next_at(id_of(1));
  REQUIRE(next);
  CHECK(*next > world.clock.now());
  CHECK(*next <= world.clock.now() + seconds(60));
  for (std::size_t round = 2; round <= 4; ++round) {
    const Instant due = *world.loop.next_at(id_of(1));
    world.clock.advance(std::min<microseconds>(due - world.clock.now(), seconds(14)));
    while (world.clock.now() < due) {
      world.loop.turn(milliseconds(0));
      CHECK(world.told.size() == round - 1);
      world.clock.advance(std::min<microseconds>(due - world.clock.now(), seconds(14)));
    }
    REQUIRE(world.until_told(round));
    CHECK(*world.loop.next_at(id_of(1)) == due + seconds(60));
  }
  CHECK(world.absences.empty());
  CHECK_FALSE(world.loop.next_at(id_of(2)));
}

TEST_CASE("many checks put at once are spread over their interval, urgent ones come first") {
  Turned world;
  const std::uint16_t closed = test::unused_port();
  const auto spec = tcp(closed);
  for (int i = 0; i < 600; ++i) {
    PlannedCheck check = planned(i, spec);
    check.is_urgent = i < 3;
    world.loop.put(std::move(check));
  }
  world.loop.turn(milliseconds(0));
  std::map<std::int64_t, int> by_ten_seconds;
  for (int i = 3; i < 600; ++i) {
    const auto next = world.loop.next_at(id_of(i));
    REQUIRE(next);
    ++by_ten_seconds[(*next - world.clock.now()) / seconds(10)];
  }
  REQUIRE(by_ten_seconds.size() >= 6);
  for (const auto& [part, count] : by_ten_seconds) {
    CAPTURE(part);
    if (part < 6) CHECK(count > 50);
  }
  world.clock.advance(milliseconds(20));
  std::set<CheckId> first;
  REQUIRE(world.until([&] {
    for (const auto& each : world.told) first.insert(each.first);
    return first.contains(id_of(0)) && first.contains(id_of(1)) && first.contains(id_of(2));
  }));
  CHECK(first.size() < 10);
  CHECK(world.loop.counts().planned == 600);
}

TEST_CASE("its owner says when a check is made again") {
  Turned world;
  world.again = milliseconds(15'000);
  world.loop.put(planned(1, tcp(test::unused_port())));
  REQUIRE(world.until_told(1));
  CHECK(*world.loop.next_at(id_of(1)) == world.clock.now() + seconds(15));
  world.pass(seconds(10));
  CHECK(world.told.size() == 1);
  world.pass(seconds(5));
  REQUIRE(world.until_told(2));
}

TEST_CASE("a check that was asked for in between is made at once, unless it is running") {
  Turned world;
  world.loop.put(planned(1, tcp(test::unused_port())));
  REQUIRE(world.until_told(1));
  world.loop.hasten(id_of(1));
  REQUIRE(world.until_told(2));
  world.loop.hasten(id_of(9));  // there is none
  world.loop.turn(milliseconds(0));
  CHECK(world.told.size() == 2);
}

TEST_CASE("a check that gets no answer is ended at its time limit, which stays below the interval") {
  Turned world;
  test::OutsideServer silent("smtp_server.py", {"--mode", "silent"});
  world.loop.put(planned(1, tcp(silent.port(), "never"), seconds(10)));
  REQUIRE(world.until([&] { return world.loop.counts().running == 1; }));
  for (int turn = 0; turn < 10; ++turn) world.loop.turn(milliseconds(5));
  CHECK(world.told.empty());
  world.clock.advance(milliseconds(8'000));  // four fifths of ten seconds; the limit of the check is ten
  REQUIRE(world.until_told(1));
  CHECK(world.told[0].second.verdict == CheckVerdict::down);
  CHECK(world.told[0].second.reason == CheckReason::timed_out);
  world.loop.turn(milliseconds(0));
  CHECK(world.loop.counts().running == 0);
}

TEST_CASE("what is removed or replaced while it runs is not told") {
  Turned world;
  test::OutsideServer silent("smtp_server.py", {"--mode", "silent"});
  world.loop.put(planned(1, tcp(silent.port(), "never")));
  world.loop.put(planned(2, tcp(silent.port(), "never")));
  REQUIRE(world.until([&] {
    world.clock.advance(milliseconds(1));  // they are begun one after the other
    return world.loop.counts().running == 2;
  }));
  world.loop.remove(id_of(1));
  world.loop.put(planned(2, tcp(test::unused_port())));
  REQUIRE(world.until_told(1));
  CHECK(world.told[0].first == id_of(2));
  CHECK(world.told[0].second.reason == CheckReason::refused);
  world.pass(seconds(10));
  for (const auto& each : world.told) CHECK(each.first == id_of(2));
  CHECK_FALSE(world.loop.next_at(id_of(1)));
}

TEST_CASE("a loop that was away says so before anything else, and begins anew what was under way") {
  Turned world;
  test::OutsideServer silent("smtp_server.py", {"--mode", "silent"});
  world.loop.put(planned(1, tcp(silent.port(), "never")));
  REQUIRE(world.until([&] { return world.loop.counts().running == 1; }));
  const Instant left = world.clock.now();
  world.clock.advance(std::chrono::hours(3));
  world.loop.turn(milliseconds(0));
  REQUIRE(world.absences.size() == 1);
  CHECK(world.absences[0].from == left);
  CHECK(world.absences[0].until == world.clock.now());
  CHECK(world.absences[0].length == std::chrono::hours(3));
  // Neither is the check that slept told as timed out, nor that it came late.
  CHECK(world.told.empty());
  CHECK(*world.loop.next_at(id_of(1)) <= world.clock.now() + seconds(60));
}

TEST_CASE("any of the three clocks tells an absence, and none of them a step back") {
  const ClockReadings before{{1'000'000'000}, {5'000'000'000}, {FakeClock::kStart}};
  const auto after = [&](microseconds monotonic, microseconds boot, microseconds wall) {
    return absence_between(before, {before.monotonic + monotonic, before.boot + boot, before.wall + wall});
  };
  CHECK_FALSE(after(seconds(15), seconds(15), seconds(15)));
  CHECK_FALSE(after(seconds(1), seconds(1), seconds(-3'600)));
  const auto paused = after(seconds(16), seconds(16), seconds(16));
  REQUIRE(paused);
  CHECK(paused->length == seconds(16));
  const auto slept = after(seconds(1), seconds(7'200), seconds(7'200));
  REQUIRE(slept);
  CHECK(slept->length == seconds(7'200));
  CHECK(slept->from == before.wall);
  const auto stepped = after(seconds(1), seconds(1), seconds(3'600));
  REQUIRE(stepped);
  CHECK(stepped->from == before.wall);
  CHECK(stepped->length == seconds(3'600));
  // Asleep, and the wall clock was set back in between.
  const auto both = after(seconds(1), seconds(600), seconds(-60));
  REQUIRE(both);
  CHECK(both->length == seconds(600));
}

TEST_CASE("while the appliance recovers nothing is checked, and afterwards everything") {
  Turned world;
  world.recovers = true;
  world.loop.put(planned(1, tcp(test::unused_port())));
  world.pass(seconds(120));
  CHECK(world.told.empty());
  CHECK(world.loop.counts().running == 0);
  world.recovers = false;
  world.pass(seconds(60));
  CHECK(world.until_told(1));
}

TEST_CASE("a check that is tried is told and not planned") {
  Turned world;
  std::optional<CheckResult> result;
  world.loop.try_once(tcp(test::unused_port()), [&](CheckResult told) { result = std::move(told); });
  REQUIRE(world.until([&] { return result.has_value(); }));
  CHECK(result->reason == CheckReason::refused);
  CHECK(world.told.empty());
  CHECK(world.loop.counts().planned == 0);
  // Nobody is left waiting.
  result.reset();
  world.loop.try_once(tcp(test::unused_port()), [&](CheckResult told) { result = std::move(told); });
  world.loop.stop();
  REQUIRE(result);
  CHECK(result->reason == CheckReason::own_trouble);
  result.reset();
  world.loop.try_once(tcp(test::unused_port()), [&](CheckResult told) { result = std::move(told); });
  REQUIRE(result);
}

TEST_CASE("the loop's thread makes checks, shows that it lives, and ends what runs when it is stopped") {
  const SystemClock clock;
  SeededRandom random;
  const OutboundOptions outbound;
  std::atomic<int> told{0};
  std::atomic<int> up{0};
  test::OutsideServer server("http_sink.py", {});
  test::OutsideServer silent("smtp_server.py", {"--mode", "silent"});
  CheckLoop loop({.outbound = outbound,
                  .clock = clock,
                  .random = random,
                  .finished = [&](const CheckId&, CheckResult result) -> std::optional<milliseconds> {
                    if (result.verdict == CheckVerdict::up) ++up;
                    ++told;
                    return milliseconds(20);
                  }});
  CHECK(loop.sign().last.micros == 0);
  loop.start();
  loop.put(planned(1, tcp(server.port())));
  loop.put(planned(2, tcp(silent.port(), "never")));
  const Monotonic limit = clock.monotonic() + seconds(20);
  while ((up < 5 || loop.counts().running == 0) && clock.monotonic() < limit) std::this_thread::yield();
  CHECK(up >= 5);
  CHECK(loop.sign().last.micros != 0);
  CHECK(loop.counts().made >= 5);
  loop.stop();
  CHECK(loop.sign().last.micros == 0);
}

}  // namespace connlog
