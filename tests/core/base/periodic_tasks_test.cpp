#include "core/base/periodic_tasks.h"

#include <doctest/doctest.h>

#include <future>
#include <stdexcept>

using namespace connlog;

TEST_CASE("a task that throws does not keep the others from their turn") {
  SystemClock clock;
  std::promise<void> ran;
  bool first_time = true;
  PeriodicTasks tasks(clock);
  tasks.add("breaks", milliseconds(0), [] { throw std::runtime_error("disk on fire"); });
  tasks.add("works", milliseconds(0), [&] {
    if (first_time) ran.set_value();
    first_time = false;
  });
  tasks.start();
  CHECK(ran.get_future().wait_for(std::chrono::seconds(20)) == std::future_status::ready);
  tasks.stop();
  CHECK(tasks.last_round().micros > 0);
}
