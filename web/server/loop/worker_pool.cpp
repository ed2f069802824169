#include "web/server/loop/worker_pool.h"

#include <pthread.h>

#include <algorithm>
#include <exception>

#include "core/base/log.h"

namespace connlog::web::loop {
namespace {

constexpr std::size_t kMaxBatch = 16;  // most that a worker takes at once; the last of them waits for the others
constexpr seconds kLongestJob{900};    // the export of a large workspace over a slow disk

}  // namespace

WorkerPool::WorkerPool(int workers, ConnectionLoop::Handler handler, std::shared_ptr<Inbox> inbox)
    : count_(std::max(1, workers)),
      most_handshaking_(std::max(1, workers / 2)),
      handler_(std::move(handler)),
      inbox_(std::move(inbox)) {}

WorkerPool::~WorkerPool() {
  stop();
}

void WorkerPool::start() {
  for (int number = 1; number <= count_; ++number) {
    LoopBeat& beat = beats_.emplace_back("A worker", kLongestJob, "requests would wait for it for ever");
    threads_.emplace_back([this, number, &beat] { run(number, beat); });
  }
}

std::vector<LoopSign> WorkerPool::signs() const {
  std::vector<LoopSign> signs;
  for (const LoopBeat& beat : beats_) signs.push_back(beat.sign());
  return signs;
}

void WorkerPool::stop() {
  std::deque<RequestJob> requests;  // destroyed without the lock: their responders then send messages
  std::deque<HandshakeJob> handshakes;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    requests.swap(requests_);
    handshakes.swap(handshakes_);
  }
  ready_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void WorkerPool::submit(std::vector<RequestJob>& requests, std::vector<HandshakeJob>& handshakes) {
  std::size_t wake = 0;
  {
    const std::lock_guard lock(mutex_);
    if (!stopping_) {
      for (RequestJob& job : requests) requests_.push_back(std::move(job));
      for (HandshakeJob& job : handshakes) handshakes_.push_back(std::move(job));
      const std::size_t shares = (requests.size() + kMaxBatch - 1) / kMaxBatch + handshakes.size();
      wake = std::min(static_cast<std::size_t>(idle_), shares);
    }
  }
  requests.clear();
  handshakes.clear();
  for (std::size_t i = 0; i < wake; ++i) ready_.notify_one();
}

void WorkerPool::run(int number, LoopBeat& beat) {
  const std::string name = "worker-" + std::to_string(number);
  pthread_setname_np(pthread_self(), name.c_str());
  std::vector<RequestJob> batch;
  batch.reserve(kMaxBatch);
  std::unique_lock lock(mutex_);
  while (true) {
    const auto has_work = [&] {
      return stopping_ || !requests_.empty() || (!handshakes_.empty() && handshaking_ < most_handshaking_);
    };
    if (!has_work()) {
      ++idle_;
      ready_.wait(lock, has_work);
      --idle_;
    }
    if (stopping_) return;
    if (!requests_.empty()) {
      const std::size_t share =
          (requests_.size() + static_cast<std::size_t>(count_) - 1) / static_cast<std::size_t>(count_);
      for (std::size_t left = std::min(share, kMaxBatch); left > 0; --left) {
        batch.push_back(std::move(requests_.front()));
        requests_.pop_front();
      }
      lock.unlock();
      for (RequestJob& job : batch) {
        beat.alive();
        serve(std::move(job));
      }
      batch.clear();
      beat.rests();
    } else {
      HandshakeJob job = std::move(handshakes_.front());
      handshakes_.pop_front();
      ++handshaking_;
      lock.unlock();
      beat.alive();
      shake_hands(std::move(job));
      beat.rests();
      lock.lock();
      --handshaking_;
      continue;
    }
    lock.lock();
  }
}

// The last net: every exception of a handler ends here, and the request's responder closes the connection.
void WorkerPool::serve(RequestJob job) {
  try {
    handler_(std::move(job.request), std::move(job.responder));
  } catch (const std::exception& error) {
    log_error("worker.exception", {{"what", error.what()}});
  } catch (...) {
    log_error("worker.exception");
  }
}

void WorkerPool::shake_hands(HandshakeJob job) {
  Message message;
  message.kind = Message::Kind::handshake;
  message.connection = job.connection;
  message.progress = job.session->handshake(job.bytes, message.bytes);
  message.session = std::move(job.session);
  inbox_->push(std::move(message));
}

}  // namespace connlog::web::loop
