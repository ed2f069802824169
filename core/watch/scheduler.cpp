#include "core/watch/scheduler.h"

#include <pthread.h>

#include <utility>

#include "core/base/log.h"
#include "core/watch/subject_entry.h"

namespace connlog {
namespace {

constexpr std::size_t kBatchMax = 64;             // subjects judged in one transaction
constexpr milliseconds kRound{500};               // how often the thread looks; what is due is noticed by then
constexpr microseconds kRetryAfter = seconds(5);  // what could not be written is tried again

}  // namespace

Scheduler::Scheduler(Stores& stores, SubjectDirectory& directory, Watch& watch, Clock& clock,
                     const RecoveryMode* recovery)
    : stores_(stores), directory_(directory), watch_(watch), clock_(clock), recovery_(recovery) {}

Scheduler::~Scheduler() {
  stop();
}

void Scheduler::start() {
  last_round_.store(clock_.monotonic().micros, std::memory_order_relaxed);
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), "scheduler");
    loop();
  });
}

void Scheduler::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Scheduler::loop() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    try {
      run_once();
    } catch (const std::exception& error) {  // last resort: the library may throw; the thread goes on
      log_error("scheduler_round_failed", {{"cause", error.what()}});
    }
    lock.lock();
    wake_.wait_for(lock, kRound, [this] { return stopping_; });
  }
}

int Scheduler::run_once() {
  SubjectDirectory::Impl& directory = directory_.impl();
  if (each_round_) each_round_();
  int silent = 0;
  std::vector<SubjectEntry*> failed;
  while (directory.is_storing() && !in_recovery(recovery_)) {
    const std::vector<SubjectEntry*> due = directory.take_due(clock_.monotonic(), kBatchMax);
    if (due.empty()) break;
    Result<int> judged = judge(due);
    if (judged) {
      silent += *judged;
      continue;
    }
    // A subject that cannot be judged must not keep the others of its batch from being judged.
    for (SubjectEntry* entry : due) {
      Result<int> alone = due.size() == 1 ? std::move(judged) : judge({entry});
      if (alone) {
        silent += *alone;
        continue;
      }
      log_error("subject_not_judged",
                {{"subject", entry->id.text()}, {"why", alone.error().message}, {"cause", alone.error().cause}});
      failed.push_back(entry);
    }
  }
  for (SubjectEntry* entry : failed) {
    const std::lock_guard lock(entry->mutex);
    directory.look_at(*entry, clock_.monotonic() + kRetryAfter);
  }
  if (after_round_ && directory.is_storing() && !in_recovery(recovery_)) after_round_();
  last_round_.store(clock_.monotonic().micros, std::memory_order_relaxed);
  return silent;
}

Result<int> Scheduler::judge(const std::vector<SubjectEntry*>& due) {
  for (SubjectEntry* entry : due) {
    const std::lock_guard lock(entry->mutex);
    ++entry->in_flight;
  }
  int silent = 0;
  const Result<void> written = stores_.write([&](Transaction& tx) -> Result<void> {
    silent = 0;
    Watch::Round round;
    for (SubjectEntry* entry : due) {
      const bool is_silent = TRY(watch_.look(tx, *entry, round));
      silent += is_silent ? 1 : 0;
    }
    return watch_.settle(tx, round);
  });
  SubjectDirectory::Impl& directory = directory_.impl();
  for (SubjectEntry* entry : due) {
    const std::lock_guard lock(entry->mutex);
    --entry->in_flight;
    if (written) directory.plan_look(*entry, watch_.engine_now(), clock_.monotonic());
  }
  if (!written) return written.error();
  return silent;
}

}  // namespace connlog
