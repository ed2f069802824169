#include "core/base/loop_beat.h"

#include <doctest/doctest.h>

#include <array>
#include <string>

using namespace connlog;

TEST_CASE("a loop is stuck when its turn lasts longer than its longest, and never while it waits for work") {
  LoopBeat writer("The writer", seconds(60), "nothing would be stored");
  LoopBeat outbox("The outbox", seconds(45), "nobody would be told");
  const Monotonic start{1'000'000};
  const auto stuck = [&](Monotonic now) {
    const std::array<LoopSign, 2> signs{writer.sign(), outbox.sign()};
    const LoopSign* found = first_stuck(signs, now);
    return found == nullptr ? std::string() : std::string(found->name);
  };
  CHECK(stuck(start + seconds(1'000)).empty());  // neither runs yet
  writer.alive(start);
  outbox.alive(start);
  CHECK(stuck(start + seconds(45)).empty());
  CHECK(stuck(start + seconds(46)) == "The outbox");
  outbox.alive(start + seconds(46));
  CHECK(stuck(start + seconds(61)) == "The writer");
  writer.rests();
  CHECK(stuck(start + seconds(61)).empty());
}
