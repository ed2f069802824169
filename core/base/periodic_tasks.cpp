#include "core/base/periodic_tasks.h"

#include <pthread.h>

#include <algorithm>

#include "core/base/assert.h"
#include "core/base/log.h"

namespace connlog {
namespace {

constexpr milliseconds kRound{1'000};

}  // namespace

void PeriodicTasks::add(std::string name, milliseconds interval, std::function<void()> task) {
  CONNLOG_ASSERT(!thread_.joinable());
  tasks_.push_back({std::move(name), interval, std::move(task), clock_.monotonic() + interval});
}

void PeriodicTasks::add_outside_recovery(std::string name, milliseconds interval, const RecoveryMode& recovery,
                                         std::function<void()> task) {
  add(std::move(name), interval, [&recovery, task = std::move(task)] {
    if (!recovery.is_on()) task();
  });
}

void PeriodicTasks::start() {
  CONNLOG_ASSERT(!thread_.joinable());
  last_round_ = clock_.monotonic().micros;
  thread_ = std::thread([this] { loop(); });
  pthread_setname_np(thread_.native_handle(), "maintenance");
}

void PeriodicTasks::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void PeriodicTasks::loop() {
  while (true) {
    for (Task& task : tasks_) {
      if (clock_.monotonic() < task.due) continue;
      try {
        task.run();
      } catch (const std::exception& problem) {  // the last net: the other tasks must go on
        log_error("maintenance.task_failed", {{"task", task.name}, {"cause", problem.what()}});
      }
      task.due = clock_.monotonic() + task.interval;
    }
    last_round_ = clock_.monotonic().micros;
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kRound, [this] { return stopping_; });
    if (stopping_) return;
  }
}

}  // namespace connlog
