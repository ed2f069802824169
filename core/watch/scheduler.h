// The thread that notices what time causes: silence, deadlines of rules, ends of cooldowns. It asks the directory who
// is due, and lets the watch look at each in a transaction; inside, the watch checks again whether the subject was
// heard in the meantime. What cannot be written stays due. While nothing at all can be stored, and in recovery, nobody is
// judged. It also keeps the time of its last round, so that /readyz can tell when the thread hangs.
//
// start() and stop() from main; run_once() on the scheduler thread, or from a test that has not started it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "core/base/clock.h"
#include "core/base/recovery_mode.h"
#include "core/base/transaction.h"
#include "core/watch/subject_directory.h"
#include "core/watch/watch.h"

namespace connlog {

struct SubjectEntry;

class Scheduler {
 public:
  // If the last round is older than this, the thread hangs.
  static constexpr seconds kAliveWithin{15};

  // `recovery` null: there is none.
  Scheduler(Stores& stores, SubjectDirectory& directory, Watch& watch, Clock& clock,
            const RecoveryMode* recovery = nullptr);
  ~Scheduler();

  // Done first in each round: what other rooms conclude from time. Set before start().
  void also(std::function<void()> each_round) { each_round_ = std::move(each_round); }
  // Done last in each round, unless nothing can be stored or this is a recovery: what is to be told by now. Set before start().
  void then(std::function<void()> after_round) { after_round_ = std::move(after_round); }

  void start();
  void stop();

  // One round: every subject whose time has come. Returns how many of them are silent.
  int run_once();
  // Monotonic time of the last finished round; 0 before the first.
  Monotonic last_round() const { return Monotonic{last_round_.load(std::memory_order_relaxed)}; }
  bool is_alive() const { return clock_.monotonic() - last_round() < kAliveWithin; }

 private:
  Result<int> judge(const std::vector<SubjectEntry*>& due);
  void loop();

  Stores& stores_;
  SubjectDirectory& directory_;
  Watch& watch_;
  Clock& clock_;
  const RecoveryMode* const recovery_;
  std::function<void()> each_round_, after_round_;
  std::atomic<std::int64_t> last_round_{0};

  std::mutex mutex_;  // guards stopping_
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace connlog
