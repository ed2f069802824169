#include "core/base/periodic_tasks.h"

#include <doctest/doctest.h>

#include <atomic>
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

TEST_CASE("a task that deletes or tells waits while the appliance is in recovery") {
  SystemClock clock;
  RecoveryMode recovery;
  recovery.set(true);
  std::promise<void> others_ran, ran;
  std::atomic<int> held_runs{0};
  int rounds = 0;
  PeriodicTasks tasks(clock);
  tasks.add_outside_recovery("deletes", milliseconds(0), recovery, [&] {
    if (held_runs++ == 0) ran.set_value();
  });
  tasks.add("works", milliseconds(0), [&] {
    if (++rounds == 2) others_ran.set_value();
  });
  tasks.start();
  CHECK(others_ran.get_future().wait_for(std::chrono::seconds(20)) == std::future_status::ready);
  CHECK(held_runs == 0);
  recovery.set(false);
  CHECK(ran.get_future().wait_for(std::chrono::seconds(20)) == std::future_status::ready);
  tasks.stop();
}
