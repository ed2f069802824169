#include "core/base/log_queue.h"

#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string_view>
#include <utility>

#include "core/base/log.h"

namespace connlog {
namespace {

constexpr int kSliceMs = 50;  // how late, at most, the thread notices that it must give up
constexpr milliseconds kGraceAfterGivingUp{500};

std::string dropped_line(std::uint64_t lines) {
  return render_log_line(LogLevel::warning, "log.dropped",
                         {{"lines", lines}, {"why", "standard error took no more, or too much waited"}});
}

}  // namespace

struct LogQueue::Shared {
  explicit Shared(int descriptor) : fd(descriptor) {}

  void run();
  bool write_whole(std::string_view text) const;
  bool wait_until_writable() const;
  ssize_t write_some(std::string_view text) const;

  const int fd;
  std::atomic<bool> give_up{false};

  std::mutex mutex;  // guards what follows
  std::condition_variable changed;
  std::deque<std::string> lines;
  std::size_t bytes = 0;
  std::uint64_t dropped = 0;  // not yet said
  bool stopping = false;
  bool ended = false;
};

LogQueue::LogQueue(int descriptor) : shared_(std::make_shared<Shared>(descriptor)) {
  thread_ = std::thread([shared = shared_] { shared->run(); });
  pthread_setname_np(thread_.native_handle(), "log");
}

LogQueue::~LogQueue() {
  finish(milliseconds(0));
}

void LogQueue::push(std::string line) {
  {
    const std::lock_guard lock(shared_->mutex);
    if (shared_->stopping || shared_->lines.size() >= kLinesMax || shared_->bytes + line.size() > kBytesMax) {
      ++shared_->dropped;
      return;
    }
    shared_->bytes += line.size();
    shared_->lines.push_back(std::move(line));
  }
  shared_->changed.notify_all();
}

bool LogQueue::finish(milliseconds limit) {
  if (!thread_.joinable()) return false;
  std::unique_lock lock(shared_->mutex);
  shared_->stopping = true;
  shared_->changed.notify_all();
  const auto has_ended = [this] { return shared_->ended; };
  const bool written = shared_->changed.wait_for(lock, limit, has_ended) && shared_->dropped == 0;
  shared_->give_up = true;
  const bool ended = shared_->changed.wait_for(lock, kGraceAfterGivingUp, has_ended);
  lock.unlock();
  if (ended) {
    thread_.join();
  } else {
    thread_.detach();  // it hangs inside a write, and keeps what it needs
  }
  return written;
}

void LogQueue::Shared::run() {
  std::unique_lock lock(mutex);
  while (true) {
    changed.wait(lock, [this] { return !lines.empty() || stopping; });
    if (lines.empty()) break;
    const std::string line = std::move(lines.front());
    lines.pop_front();
    bytes -= line.size();
    lock.unlock();
    const bool written = write_whole(line);
    lock.lock();
    if (!written) ++dropped;
    if (!written || dropped == 0 || !lines.empty()) continue;
    const std::uint64_t lost = std::exchange(dropped, 0);
    lock.unlock();
    const bool said = write_whole(dropped_line(lost));
    lock.lock();
    if (!said) dropped += lost;
  }
  ended = true;
  changed.notify_all();
}

// False: it cannot be written, or the queue gave up waiting.
bool LogQueue::Shared::write_whole(std::string_view text) const {
  while (!text.empty()) {
    if (!wait_until_writable()) return false;
    // A pipe that is writable takes this much without blocking (pipe(7)).
    const ssize_t count = write_some(text.substr(0, PIPE_BUF));
    if (count > 0) {
      text.remove_prefix(static_cast<std::size_t>(count));
    } else if (count == 0 || (errno != EINTR && errno != EAGAIN)) {
      return false;  // closed, or a full disk
    }
  }
  return true;
}

bool LogQueue::Shared::wait_until_writable() const {
  while (!give_up) {
    pollfd wait{fd, POLLOUT, 0};
    const int ready = ::poll(&wait, 1, kSliceMs);
    if (ready > 0) return true;  // or closed: the write says so
    if (ready < 0 && errno != EINTR) return false;
  }
  return false;
}

// Standard error may be a socket (systemd's journal), where only send() can be told not to block.
ssize_t LogQueue::Shared::write_some(std::string_view text) const {
  const ssize_t sent = ::send(fd, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent >= 0 || errno != ENOTSOCK) return sent;
  return ::write(fd, text.data(), text.size());
}

}  // namespace connlog
