#include "core/checks/poller.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/assert.h"

namespace connlog {
namespace {

constexpr std::size_t kEventsMax = 256;
constexpr int kErrorsMax = 16;  // read off one socket at a time
constexpr std::uint64_t kWakeKey = ~std::uint64_t{0};

std::uint64_t key_of(int socket, std::uint32_t number) {
  return static_cast<std::uint64_t>(number) << 32 | static_cast<std::uint32_t>(socket);
}

std::uint32_t events_of(std::uint32_t wanted) {
  return ((wanted & CheckRuntime::kReadable) != 0 ? static_cast<std::uint32_t>(EPOLLIN | EPOLLRDHUP) : 0U) |
         ((wanted & CheckRuntime::kWritable) != 0 ? static_cast<std::uint32_t>(EPOLLOUT) : 0U);
}

// What ICMP said about an unconnected packet stays in a queue of its own, and the socket is "ready" until it is read.
void drop_errors(int socket) {
  std::array<char, 512> control;
  char byte = 0;
  for (int i = 0; i < kErrorsMax; ++i) {
    iovec data{&byte, 1};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    if (::recvmsg(socket, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) return;
  }
}

}  // namespace

class Poller::Timer final : public CheckRuntime::Handle {
 public:
  Timer(Poller& poller, Monotonic when, std::function<void()> call)
      : poller_(poller), call_(std::move(call)), place_(poller.timers_.emplace(when, this)) {}
  ~Timer() override {
    if (waits_) poller_.timers_.erase(place_);
  }

 private:
  friend class Poller;
  Poller& poller_;
  std::function<void()> call_;
  bool waits_ = true;
  Timers::iterator place_;
};

Poller::Poller(const Clock& clock) : clock_(clock) {
  epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  CONNLOG_ASSERT(epoll_ >= 0 && wake_ >= 0);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = kWakeKey;
  CONNLOG_ASSERT(::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event) == 0);
}

Poller::~Poller() {
  ::close(wake_);
  ::close(epoll_);
}

void Poller::wake() {
  const std::uint64_t one = 1;
  // It fails only where the counter is full: then a wake-up waits already.
  [[maybe_unused]] const ssize_t written = ::write(wake_, &one, sizeof one);
}

Poller::Held Poller::at(Monotonic when, std::function<void()> call) {
  return std::make_unique<Timer>(*this, when, std::move(call));
}

std::unique_ptr<Poller::Watch> Poller::watch(int socket, std::uint32_t wanted, std::function<void(std::uint32_t)> call) {
  auto watch = std::make_unique<Watch>(*this, socket, std::move(call));
  watch->wants(wanted);
  return watch;
}

Poller::Watch::Watch(Poller& poller, int socket, std::function<void(std::uint32_t)> call)
    : poller_(poller), socket_(socket), number_(poller.next_number_++), call_(std::move(call)) {
  CONNLOG_ASSERT(socket >= 0);
  const auto at = static_cast<std::size_t>(socket);
  if (poller_.watches_.size() <= at) poller_.watches_.resize(at + 64, nullptr);
  // A watch that is still there was left behind by somebody who closed the socket first: the number is this one's now.
  poller_.watches_[at] = this;
  ++poller_.sockets_;
}

Poller::Watch::~Watch() {
  --poller_.sockets_;
  Watch*& mine = poller_.watches_[static_cast<std::size_t>(socket_)];
  if (mine != this) return;
  mine = nullptr;
  if (is_added_) ::epoll_ctl(poller_.epoll_, EPOLL_CTL_DEL, socket_, nullptr);
}

void Poller::Watch::wants(std::uint32_t wanted) {
  if (poller_.watches_[static_cast<std::size_t>(socket_)] != this) return;
  epoll_event event{};
  event.events = events_of(wanted);
  event.data.u64 = key_of(socket_, number_);
  if (::epoll_ctl(poller_.epoll_, is_added_ ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, socket_, &event) == 0) {
    is_added_ = true;
    return;
  }
  // Taken over from a watch that was left behind, or the other way round.
  is_added_ = ::epoll_ctl(poller_.epoll_, is_added_ ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket_, &event) == 0;
}

Poller::Watch* Poller::watch_of(std::uint64_t key) const {
  const auto socket = static_cast<std::size_t>(key & 0xffffffffU);
  if (socket >= watches_.size()) return nullptr;
  Watch* watch = watches_[socket];
  return watch != nullptr && watch->number_ == static_cast<std::uint32_t>(key >> 32) ? watch : nullptr;
}

void Poller::call_watch(std::uint64_t key, std::uint32_t events) {
  Watch* watch = watch_of(key);
  if (watch == nullptr) return;  // ended by a call of this turn
  std::uint32_t ready = 0;
  if ((events & (EPOLLIN | EPOLLRDHUP)) != 0) ready |= CheckRuntime::kReadable;
  if ((events & EPOLLOUT) != 0) ready |= CheckRuntime::kWritable;
  if ((events & (EPOLLERR | EPOLLHUP)) != 0) ready |= kBoth;
  // The call may destroy its own watch, and then must not take the function with it.
  std::function<void(std::uint32_t)> call = std::move(watch->call_);
  call(ready);
  if (Watch* still = watch_of(key)) {
    still->call_ = std::move(call);
    if ((events & EPOLLERR) != 0) drop_errors(still->socket_);
  }
}

void Poller::call_timers() {
  const Monotonic now = clock_.monotonic();
  // As many as there were: one that sets another for at once must not keep the sockets waiting.
  for (std::size_t left = timers_.size(); left > 0 && !timers_.empty(); --left) {
    const auto first = timers_.begin();
    if (first->first > now) return;
    Timer& timer = *first->second;
    timers_.erase(first);
    timer.waits_ = false;
    const std::function<void()> call = std::move(timer.call_);
    call();  // may destroy the timer
  }
}

void Poller::turn(milliseconds longest) {
  if (!timers_.empty()) {
    const microseconds until = timers_.begin()->first - clock_.monotonic();
    // Rounded up: to wake a fraction of a millisecond early would mean to go round until it has passed.
    longest = std::min(longest, std::chrono::ceil<milliseconds>(std::max(until, microseconds(0))));
  }
  std::array<epoll_event, kEventsMax> events;
  const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()),
                                 static_cast<int>(std::max<std::int64_t>(longest.count(), 0)));
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    if (event.data.u64 == kWakeKey) {
      std::uint64_t times = 0;
      [[maybe_unused]] const ssize_t got = ::read(wake_, &times, sizeof times);
      continue;
    }
    call_watch(event.data.u64, event.events);
  }
  call_timers();
}

}  // namespace connlog
