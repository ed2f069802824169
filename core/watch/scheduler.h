// The thread that notices silence. It asks the directory which agents are due and lets the alert runner decide in a
// transaction; inside, it checks again whether the agent was heard in the meantime. An agent whose silence cannot be
// written stays due, and while nothing at all can be stored nobody is judged. It also keeps the time of its last round,
// so that /readyz can tell when the thread hangs.
//
// start() and stop() from main; run_once() on the scheduler thread, or from a test that has not started it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "core/watch/agent.h"
#include "core/watch/alert_runner.h"
#include "core/base/clock.h"
#include "core/base/transaction.h"
#include "core/base/events.h"
#include "core/watch/agent_directory.h"

namespace connlog {

struct AgentEntry;

class Scheduler {
 public:
  // If the last round is older than this, the thread hangs.
  static constexpr seconds kAliveWithin{15};

  Scheduler(Stores& stores, AgentStore& agents, AgentDirectory& directory, AlertRunner& runner, Clock& clock,
            EventBus& bus);
  ~Scheduler();

  void start();
  void stop();

  // One round: every agent whose deadline has passed. Returns how many agents were judged silent.
  int run_once();
  // Monotonic time of the last finished round; 0 before the first.
  Monotonic last_round() const { return Monotonic{last_round_.load(std::memory_order_relaxed)}; }
  bool is_alive() const { return clock_.monotonic() - last_round() < kAliveWithin; }

 private:
  Result<int> judge(const std::vector<AgentEntry*>& due);
  Result<bool> judge_one(Transaction& tx, AgentEntry& entry);
  void loop();

  Stores& stores_;
  AgentStore& agents_;
  AgentDirectory& directory_;
  AlertRunner& runner_;
  Clock& clock_;
  EventBus& bus_;
  std::atomic<std::int64_t> last_round_{0};

  std::mutex mutex_;  // guards stopping_
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace connlog
