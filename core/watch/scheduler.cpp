#include "core/watch/scheduler.h"

#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>

#include "core/base/log.h"
#include "core/watch/agent_entry.h"

namespace connlog {
namespace {

constexpr std::size_t kBatchMax = 64;             // agents judged in one transaction
constexpr milliseconds kRound{500};               // how often the thread looks; silence is noticed at most this late
constexpr microseconds kRetryAfter = seconds(5);  // what could not be written is tried again

}  // namespace

Scheduler::Scheduler(Stores& stores, AgentStore& agents, AgentDirectory& directory, AlertRunner& runner, Clock& clock,
                     EventBus& bus)
    : stores_(stores), agents_(agents), directory_(directory), runner_(runner), clock_(clock), bus_(bus) {}

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
  AgentDirectory::Impl& directory = directory_.impl();
  int silent = 0;
  std::vector<AgentEntry*> failed;
  while (directory.is_storing()) {
    const std::vector<AgentEntry*> due = directory.take_due(clock_.monotonic(), kBatchMax);
    if (due.empty()) break;
    Result<int> judged = judge(due);
    if (judged) {
      silent += *judged;
      continue;
    }
    // An agent that cannot be judged must not keep the others of its batch from being judged.
    for (AgentEntry* entry : due) {
      Result<int> alone = due.size() == 1 ? std::move(judged) : judge({entry});
      if (alone) {
        silent += *alone;
        continue;
      }
      log_error("silence_not_judged",
                {{"agent", entry->id.text()}, {"why", alone.error().message}, {"cause", alone.error().cause}});
      failed.push_back(entry);
    }
  }
  for (AgentEntry* entry : failed) {
    const std::lock_guard lock(entry->mutex);
    directory.look_at(*entry, clock_.monotonic() + kRetryAfter);
  }
  last_round_.store(clock_.monotonic().micros, std::memory_order_relaxed);
  return silent;
}

Result<int> Scheduler::judge(const std::vector<AgentEntry*>& due) {
  for (AgentEntry* entry : due) {
    const std::lock_guard lock(entry->mutex);
    ++entry->engine_in_flight;
  }
  int silent = 0;
  const Result<void> written = stores_.write([&](Transaction& tx) -> Result<void> {
    silent = 0;
    for (AgentEntry* entry : due) {
      const bool is_silent = TRY(judge_one(tx, *entry));
      silent += is_silent ? 1 : 0;
    }
    return {};
  });
  for (AgentEntry* entry : due) {
    const std::lock_guard lock(entry->mutex);
    --entry->engine_in_flight;
  }
  if (!written) return written.error();
  return silent;
}

Result<bool> Scheduler::judge_one(Transaction& tx, AgentEntry& entry) {
  AgentDirectory::Impl& directory = directory_.impl();
  const Monotonic now = clock_.monotonic();
  seconds silent_for{0};
  Instant last_seen;
  {
    const std::lock_guard lock(entry.mutex);
    if (!directory.can_fall_silent(entry)) return false;
    if (directory.silence_deadline(entry) > now) {  // it was heard while this waited for the transaction
      directory.look_at(entry, directory.silence_deadline(entry));
      return false;
    }
    last_seen = entry.last_seen_at;
    // For an agent that this process heard, the monotonic clock tells how long it is silent. Across a restart only the
    // wall clock can, and it may have stepped.
    const microseconds by_wall_clock = clock_.now() - last_seen;
    const microseconds silent = entry.heard_here ? now - entry.heard : std::max(by_wall_clock, silence_window(entry));
    silent_for = std::chrono::duration_cast<seconds>(silent);
  }
  auto row = TRY(agents_.find(tx, entry.workspace.id, entry.id));
  if (!row || row->removed_at.is_set() || row->disabled || !row->first_seen_at.is_set()) return false;

  if (!row->offline_since.is_set()) {
    row->offline_since = clock_.now();
    row->last_seen_at = last_seen;
    TRY(agents_.update(tx, *row));
    tx.after_commit([this, changed = *row] {
      directory_.put(changed);
      bus_.publish(
          {changed.workspace, EventScope::about(changed.id), EventName::agent_changed,
           fmt::format(R"({{"workspace_id":"{}","agent_id":"{}"}})", changed.workspace.text(), changed.id.text())});
    });
  }
  if (const auto ask_again = TRY(runner_.on_silence(tx, *row, silent_for))) {
    tx.after_commit([this, &entry, at = *ask_again] {
      const std::lock_guard lock(entry.mutex);
      directory_.impl().look_at(entry, at);
    });
  }
  return true;
}

}  // namespace connlog
