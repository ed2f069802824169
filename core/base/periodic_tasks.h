// One thread, named maintenance, for what must be done now and then and may take its time: checkpoints, retention,
// expired sessions, certificates. Tasks run one after another, each no sooner than its interval after its last end; a
// task that fails says so itself and is tried again at its next turn. Add tasks before start(); stop() waits for the
// one that runs.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/base/clock.h"
#include "core/base/recovery_mode.h"

namespace connlog {

class PeriodicTasks {
 public:
  explicit PeriodicTasks(const Clock& clock) : clock_(clock) {}
  ~PeriodicTasks() { stop(); }

  void add(std::string name, milliseconds interval, std::function<void()> task);
  // A task that deletes or changes what is kept, or tells somebody: not done while the appliance is in recovery.
  void add_outside_recovery(std::string name, milliseconds interval, const RecoveryMode& recovery,
                            std::function<void()> task);
  void start();
  void stop();

  // For the watchdog: when the thread last came round. It comes round at least once a second while no task runs.
  Monotonic last_round() const { return {last_round_.load()}; }

 private:
  struct Task {
    std::string name;
    milliseconds interval;
    std::function<void()> run;
    Monotonic due;
  };

  void loop();

  const Clock& clock_;
  std::vector<Task> tasks_;  // fixed after start
  std::atomic<std::int64_t> last_round_{0};
  std::mutex mutex_;  // guards stopping_
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace connlog
