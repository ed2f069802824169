#include "core/base/storage_health.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/support/fake_clock.h"

using namespace connlog;

TEST_CASE("an outage has its beginning and its newest cause, is told at each change, and ends with what is stored") {
  FakeClock clock;
  StorageHealth health(clock);
  std::vector<std::string> told;
  const auto watch = health.watch([&](const auto& outage) { told.push_back(outage ? outage->cause : "over"); });
  CHECK_FALSE(health.has_stored());
  health.stored();
  health.stored();
  CHECK(health.has_stored());
  CHECK(told.empty());

  const Instant since = clock.now();
  health.failed("the disk is full");
  clock.advance(seconds(5));
  health.failed("the disk is full");
  health.failed("the file system is read-only");
  REQUIRE(health.outage());
  CHECK(health.outage()->since == since);
  CHECK(health.outage()->cause == "the file system is read-only");
  health.stored();
  CHECK_FALSE(health.outage());
  CHECK(told == std::vector<std::string>{"the disk is full", "the file system is read-only", "over"});
}

TEST_CASE("a watch that ended is told nothing") {
  FakeClock clock;
  StorageHealth health(clock);
  int told = 0;
  {
    const auto watch = health.watch([&](const auto&) { ++told; });
    health.failed("the disk is full");
  }
  health.stored();
  CHECK(told == 1);
}
