// The one thread that writes. Callers submit closures or plain readings. The writer runs all that wait in one SQLite
// transaction and commits once (group commit: one sync of the disk for the whole group). Only then it runs the effects
// and the completions, so that success is answered only for what is durable. A closure runs inside a savepoint and
// fails alone; a reading is one INSERT and needs no savepoint. When the group's commit fails, its members are run
// again, apart, so that one bad closure cannot take the others with it.
//
// submit() and write() may be called from any thread (write() not from the writer's own). Closures, effects and
// completions run on the writer thread. A job that is refused is answered at once, on the caller's thread.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "core/base/loop_beat.h"
#include "core/base/storage_health.h"
#include "core/base/transaction.h"
#include "core/watch/reading.h"
#include "storage/connection.h"
#include "storage/watch/reading_log.h"

namespace connlog::storage {

struct WriterFacts {
  std::int64_t commits = 0, failed_commits = 0;
  std::int64_t closures = 0, readings = 0;  // committed
  std::int64_t last_group = 0, largest_group = 0;
  std::int64_t waiting = 0;     // submitted, not yet answered
  std::int64_t log_frames = 0;  // pages in the write-ahead log
};

class Writer {
 public:
  static constexpr std::size_t kQueueMax = 32'768;  // jobs that wait for their commit
  static constexpr std::size_t kGroupMax = 4'096;   // jobs in one transaction
  // Pages in the write-ahead log after which the writer checkpoints by itself, because Storage::checkpoint did not.
  static constexpr int kLogFramesMax = 65'536;

  // `health` is told whether groups reach the disk.
  Writer(std::unique_ptr<Connection> connection, ReadingLog& log, milliseconds commit_window, StorageHealth& health);
  ~Writer();

  void submit(Urgency urgency, Stores::Work work, Stores::Completion done);
  void submit(const Reading& reading, Stores::Completion done);
  Result<void> write(const Stores::Work& work);
  // Runs `work` on the writer thread between two groups, outside any transaction, and waits for it.
  Result<void> between_groups(const std::function<Result<void>(Connection&)>& work);

  // Answers all that was submitted, refuses what comes later, and ends the thread.
  void stop();
  WriterFacts facts() const;
  LoopSign sign() const { return beat_.sign(); }

 private:
  struct Job {
    bool is_reading = false;
    Reading reading;
    Stores::Work work;
    Stores::Completion done;
    Result<void> outcome;
    std::vector<std::function<void()>> effects;
  };
  struct Interlude {
    const std::function<Result<void>(Connection&)>* work;
    std::function<void(Result<void>)> done;
  };
  enum class Together { committed, lost, disk_failed };

  bool enqueue(Urgency urgency, Job job, bool& was_closed);
  void run();
  bool wait_for_work(std::unique_lock<std::mutex>& lock);
  void run_group(std::span<Job> group);
  Together run_together(std::span<Job* const> jobs, Result<void>& trouble);
  void run_apart(std::span<Job> group, Result<void> trouble);
  void run_job(Job& job);
  Result<void> run_closure(Job& job);
  void roll_back();
  void note_health(const Result<void>& outcome);
  void finish(Job& job);
  static int on_commit(void* self, sqlite3*, const char*, int frames);

  std::unique_ptr<Connection> connection_;  // writer thread
  ReadingLog& log_;                         // writer thread
  std::vector<Job*> together_;              // writer thread
  bool wrote_ = false;                      // writer thread: the last group added to the write-ahead log
  StorageHealth& health_;
  LoopBeat beat_{"The writer", seconds(60), "nothing would be stored"};

  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<Job> queue_;                                 // under mutex_
  std::vector<Interlude> interludes_;                      // under mutex_
  std::size_t waiting_ = 0;                                // under mutex_: in queue_ or being run
  bool urgent_ = false;                                    // under mutex_: something in queue_ must not wait
  bool stopping_ = false;                                  // under mutex_
  std::chrono::steady_clock::time_point first_arrival_{};  // under mutex_
  const milliseconds commit_window_;

  std::atomic<std::int64_t> commits_{0}, failed_commits_{0}, closures_{0}, readings_{0}, last_group_{0},
      largest_group_{0};
  std::atomic<int> log_frames_{0};
  std::thread thread_;
};

}  // namespace connlog::storage
