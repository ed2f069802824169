#include "storage/writer.h"

#include <pthread.h>
#include <sqlite3.h>

#include <algorithm>
#include <exception>
#include <future>
#include <utility>

#include "core/base/assert.h"
#include "core/base/log.h"
#include "storage/transaction.h"

namespace connlog::storage {
namespace {

Error closing() {
  return Error{ErrorCode::unavailable, "The server is stopping. Try again.", {}, "writer closed", 5};
}
Error full() {
  return Error{ErrorCode::unavailable, "The server has too much to write. Try again.", {}, "writer queue full", 5};
}
Error threw(const std::exception& trouble) {
  return Error{ErrorCode::internal, "Something is wrong inside the server. See its log.", {}, trouble.what()};
}

template <std::size_t N>
Result<void> control(Connection& connection, const char (&sql)[N]) {
  Statement statement = TRY(connection.prepare(sql));
  TRY(statement.run());
  return {};
}

// After this many failures of the disk in a row, the rest of a group is answered with the error without another try.
constexpr int kDiskFailuresMax = 2;

}  // namespace

Writer::Writer(std::unique_ptr<Connection> connection, ReadingLog& log, milliseconds commit_window,
               StorageHealth& health)
    : connection_(std::move(connection)), log_(log), health_(health), commit_window_(commit_window) {
  sqlite3_wal_hook(connection_->handle(), &Writer::on_commit, this);
  thread_ = std::thread([this] { run(); });
  pthread_setname_np(thread_.native_handle(), "writer");
}

Writer::~Writer() {
  stop();
}

int Writer::on_commit(void* self, sqlite3*, const char*, int frames) {
  static_cast<Writer*>(self)->log_frames_.store(frames, std::memory_order_relaxed);
  static_cast<Writer*>(self)->wrote_ = true;
  return SQLITE_OK;
}

// ------------------------------------------------------------------ submitting

bool Writer::enqueue(Urgency urgency, Job job, bool& was_closed) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    was_closed = stopping_;
    if (stopping_ || waiting_ >= kQueueMax) return false;
    ++waiting_;
    if (queue_.empty()) {
      wake = true;
      if (commit_window_.count() > 0) first_arrival_ = std::chrono::steady_clock::now();
    }
    if (urgency == Urgency::at_once && !urgent_) urgent_ = wake = true;
    queue_.push_back(std::move(job));
    if (queue_.size() == kGroupMax) wake = true;
  }
  if (wake) arrived_.notify_one();
  return true;
}

void Writer::submit(Urgency urgency, Stores::Work work, Stores::Completion done) {
  bool was_closed = false;
  Job job;
  job.work = std::move(work);
  job.done = done;
  if (!enqueue(urgency, std::move(job), was_closed)) done(was_closed ? closing() : full());
}

void Writer::submit(const Reading& reading, Stores::Completion done) {
  bool was_closed = false;
  Job job;
  job.is_reading = true;
  job.reading = reading;
  job.done = done;
  if (!enqueue(Urgency::may_wait, std::move(job), was_closed)) done(was_closed ? closing() : full());
}

Result<void> Writer::write(const Stores::Work& work) {
  CONNLOG_ASSERT(std::this_thread::get_id() != thread_.get_id());
  auto answer = std::make_shared<std::promise<Result<void>>>();
  std::future<Result<void>> answered = answer->get_future();
  submit(Urgency::at_once, work, [answer](Result<void> result) { answer->set_value(std::move(result)); });
  return answered.get();
}

Result<void> Writer::between_groups(const std::function<Result<void>(Connection&)>& work) {
  CONNLOG_ASSERT(std::this_thread::get_id() != thread_.get_id());
  std::promise<Result<void>> answer;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return closing();
    interludes_.push_back({&work, [&answer](Result<void> result) { answer.set_value(std::move(result)); }});
  }
  arrived_.notify_one();
  return answer.get_future().get();
}

void Writer::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  arrived_.notify_one();
  if (thread_.joinable()) thread_.join();
}

WriterFacts Writer::facts() const {
  WriterFacts facts;
  facts.commits = commits_;
  facts.failed_commits = failed_commits_;
  facts.closures = closures_;
  facts.readings = readings_;
  facts.last_group = last_group_;
  facts.largest_group = largest_group_;
  facts.log_frames = log_frames_;
  const std::lock_guard lock(mutex_);
  facts.waiting = static_cast<std::int64_t>(waiting_);
  return facts;
}

// --------------------------------------------------------------- writer thread

// False: the writer is stopping and nothing is left to do.
bool Writer::wait_for_work(std::unique_lock<std::mutex>& lock) {
  arrived_.wait(lock, [this] { return !queue_.empty() || !interludes_.empty() || stopping_; });
  if (queue_.empty() && interludes_.empty()) return false;
  if (commit_window_.count() > 0) {
    arrived_.wait_until(lock, first_arrival_ + commit_window_,
                        [this] { return urgent_ || stopping_ || !interludes_.empty() || queue_.size() >= kGroupMax; });
  }
  return true;
}

void Writer::run() {
  std::vector<Job> batch;
  std::vector<Interlude> interludes;
  std::unique_lock lock(mutex_);
  while (wait_for_work(lock)) {
    batch.swap(queue_);
    interludes.swap(interludes_);
    urgent_ = false;
    lock.unlock();

    for (std::size_t begin = 0; begin < batch.size(); begin += kGroupMax) {
      beat_.alive();
      run_group(std::span(batch).subspan(begin, std::min(kGroupMax, batch.size() - begin)));
    }
    for (const Interlude& interlude : interludes) {
      beat_.alive();
      interlude.done((*interlude.work)(*connection_));
    }
    static_cast<void>(connection_->take_trouble());  // of interludes: who asked for them was told
    if (log_frames_.load(std::memory_order_relaxed) > kLogFramesMax) {
      sqlite3_wal_checkpoint_v2(connection_->handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    }
    const std::size_t answered = batch.size();
    batch.clear();
    interludes.clear();
    beat_.rests();

    lock.lock();
    waiting_ -= answered;
  }
}

void Writer::run_group(std::span<Job> group) {
  last_group_ = static_cast<std::int64_t>(group.size());
  largest_group_ = std::max(largest_group_.load(), last_group_.load());
  together_.clear();
  for (Job& job : group) together_.push_back(&job);
  Result<void> trouble;
  if (run_together(together_, trouble) != Together::committed) run_apart(group, std::move(trouble));
  for (Job& job : group) finish(job);
}

Writer::Together Writer::run_together(std::span<Job* const> jobs, Result<void>& trouble) {
  const auto all = [&]() -> Result<void> {
    connection_->forget_damage();
    TRY(control(*connection_, "BEGIN IMMEDIATE"));
    for (Job* job : jobs) {
      run_job(*job);
      // A full disk or a failed write may have rolled the whole transaction back, whichever statement noticed it.
      if (!connection_->in_transaction()) {
        if (!job->outcome) return job->outcome.error();
        return Error{ErrorCode::unavailable,
                     "Nothing can be stored: the database cannot be written. Look at the disk of the data directory.",
                     {},
                     "transaction lost",
                     30};
      }
    }
    TRY(log_.before_commit(*connection_));
    return control(*connection_, "COMMIT");  // from here on the group is durable
  };
  wrote_ = false;
  trouble = all();
  note_health(trouble);
  if (trouble) {
    log_.committed();
    ++commits_;
    return Together::committed;
  }
  ++failed_commits_;
  log_error("writer.commit_failed", {{"jobs", jobs.size()}, {"cause", trouble.error().cause}});
  roll_back();
  for (Job* job : jobs) job->effects.clear();
  return trouble.error().code == ErrorCode::unavailable ? Together::disk_failed : Together::lost;
}

// Runs the readings once more in one transaction, because they are alike, and each closure in a transaction of its own.
void Writer::run_apart(std::span<Job> group, Result<void> trouble) {
  int disk_failures = trouble.error().code == ErrorCode::unavailable ? 1 : 0;
  const auto attempt = [&](std::span<Job* const> jobs) {
    if (jobs.empty()) return;
    Together how = Together::disk_failed;
    if (disk_failures < kDiskFailuresMax) {
      how = run_together(jobs, trouble);
      disk_failures = how == Together::disk_failed ? disk_failures + 1 : 0;
    }
    if (how == Together::committed) return;
    for (Job* job : jobs) job->outcome = trouble.error();
  };
  together_.clear();
  for (Job& job : group) {
    if (job.is_reading) together_.push_back(&job);
  }
  attempt(together_);
  for (Job& job : group) {
    Job* const alone = &job;
    if (!job.is_reading) attempt({&alone, 1});
  }
}

void Writer::run_job(Job& job) {
  try {
    job.outcome = job.is_reading ? log_.append(*connection_, job.reading) : run_closure(job);
  } catch (const std::exception& trouble) {  // no memory
    job.outcome = threw(trouble);
  }
}

Result<void> Writer::run_closure(Job& job) {
  TRY(control(*connection_, "SAVEPOINT closure"));
  const std::size_t mark = log_.mark();
  connection_->forget_left_out();
  WriteTransaction transaction(*connection_);
  Result<void> done;
  try {
    done = job.work(transaction);
  } catch (const std::exception& trouble) {
    done = threw(trouble);
  }
  if (!connection_->in_transaction()) return done;  // run_together finds the transaction lost
  // What was looked for is there, but with a word that this version does not know.
  if (!done && done.error().code == ErrorCode::not_found && connection_->left_out()) done = *connection_->left_out();
  if (done) {
    done = control(*connection_, "RELEASE closure");
    if (done) {
      job.effects = transaction.take_effects();
      return done;
    }
  }
  log_.undo_to(mark);
  const Result<void> undone = control(*connection_, "ROLLBACK TO closure");
  const Result<void> released = undone ? control(*connection_, "RELEASE closure") : undone;
  // The closure could not be undone. Half of it must never be committed with the others.
  if (!released) roll_back();
  return done;
}

void Writer::roll_back() {
  if (connection_->in_transaction()) {
    const Result<void> undone = control(*connection_, "ROLLBACK");
    if (!undone) log_error("writer.rollback_failed", {{"cause", undone.error().cause}});
    CONNLOG_ASSERT(!connection_->in_transaction());
  }
  log_.rolled_back();
}

// A commit proves that the disk takes writes only if it wrote: one whose closures failed may have had nothing to write.
void Writer::note_health(const Result<void>& outcome) {
  const std::string cause = connection_->take_trouble();
  if (outcome && wrote_) return health_.stored();
  if (!cause.empty()) return health_.failed(cause);
  if (!outcome && outcome.error().code == ErrorCode::unavailable) health_.failed("the database cannot be written");
}

void Writer::finish(Job& job) {
  if (job.outcome) ++(job.is_reading ? readings_ : closures_);
  try {
    for (const std::function<void()>& effect : job.effects) effect();
    job.done(std::move(job.outcome));
  } catch (const std::exception& trouble) {
    log_error("writer.completion_failed", {{"cause", trouble.what()}});
  }
}

}  // namespace connlog::storage
