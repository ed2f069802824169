#include "web/server/loop/event_loop.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "core/base/log.h"
#include "web/server/framing_head.h"
#include "web/server/loop/sockets.h"

namespace connlog::web::loop {
namespace {

constexpr int kTickMs = 200;             // how late, at most, a deadline is noticed
constexpr int kMaxEvents = 512;          // in one round
constexpr int kMaxAcceptsPerRound = 64;  // established connections are served in between
constexpr std::size_t kScratchBytes = 64 * 1024;
constexpr std::size_t kOtherDescriptors = 256;  // database, outbound connections, logs
constexpr seconds kLinger{2};
constexpr seconds kWarnEvery{10};
constexpr seconds kMayBeEvicted{
    15};  // a connection idle this long may be closed for a new one; an agent at the default interval of 10 s is not

// epoll's user data: the inbox, a listener (this bit and its index), or a connection's packed id.
constexpr std::uint64_t kInbox = ~std::uint64_t{0};
constexpr std::uint64_t kListenerBit = std::uint64_t{1} << 63;

std::uint64_t pack(ConnectionId id) {
  return std::uint64_t{id.generation & 0x7fffffffU} << 32 | id.slot;
}
ConnectionId unpack(std::uint64_t data) {
  return {static_cast<std::uint32_t>(data), static_cast<std::uint32_t>(data >> 32)};
}

}  // namespace

EventLoop::EventLoop(const LoopOptions& options, SessionSource new_session, const Clock& clock,
                     std::shared_ptr<Inbox> inbox, WorkerPool& workers)
    : options_(options),
      limits_{options.max_head_bytes, options.max_body_bytes},
      new_session_(std::move(new_session)),
      clock_(clock),
      inbox_(std::move(inbox)),
      workers_(workers),
      handshake_deadlines_(options.head_timeout),
      head_deadlines_(options.head_timeout),
      body_deadlines_(options.body_timeout),
      idle_deadlines_(options.idle_timeout),
      write_deadlines_(options.write_timeout),
      linger_deadlines_(kLinger) {
  scratch_.resize(kScratchBytes);
}

EventLoop::~EventLoop() {
  for (const auto& connection : slots_) {
    if (connection) close(*connection);
  }
  for (const OpenListener& listener : listeners_) {
    if (listener.fd >= 0) ::close(listener.fd);
  }
  if (epoll_ >= 0) ::close(epoll_);
  if (spare_fd_ >= 0) ::close(spare_fd_);
}

Result<void> EventLoop::bind() {
  max_connections_ = static_cast<std::size_t>(options_.max_connections);
  const std::size_t wanted = max_connections_ + kOtherDescriptors;
  const std::size_t allowed = raise_descriptor_limit(wanted);
  if (allowed < wanted) {
    max_connections_ = allowed > 2 * kOtherDescriptors ? allowed - kOtherDescriptors : allowed / 2;
    log_warning("loop.descriptor_limit", {{"allowed", allowed},
                                          {"wanted", wanted},
                                          {"max_connections", max_connections_},
                                          {"remedy", "raise the limit of open files (LimitNOFILE=, ulimit -n)"}});
  }
  epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  spare_fd_ = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (epoll_ < 0 || spare_fd_ < 0 || inbox_->descriptor() < 0) {
    return Error{ErrorCode::unavailable,
                 std::string("The connection loop cannot start: ") + std::strerror(errno) + "."};
  }
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;
  event.data.u64 = kInbox;
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, inbox_->descriptor(), &event);
  for (const Listener& wanted_listener : options_.listeners) {
    OpenListener listener{wanted_listener, -1};
    listener.fd = TRY(open_listener(listener.where, options_.listen_backlog));
    event.events = EPOLLIN;
    event.data.u64 = kListenerBit | listeners_.size();
    listeners_.push_back(listener);
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, listener.fd, &event);
  }
  return {};
}

std::vector<Listener> EventLoop::bound() const {
  std::vector<Listener> out;
  for (const OpenListener& listener : listeners_) out.push_back(listener.where);
  return out;
}

void EventLoop::run() {
  now_ = clock_.monotonic();
  while (running_) {
    beat_.alive();
    wait_and_serve();
    inbox_->take(heard_);
    for (Message& message : heard_) hear(message);
    heard_.clear();
    if (!ready_requests_.empty() || !ready_handshakes_.empty()) workers_.submit(ready_requests_, ready_handshakes_);
    look_who_is_late();
    if (draining_) note_whether_drained();
    graveyard_.clear();
  }
  beat_.rests();
  inbox_->close();
  for (const auto& connection : slots_) {
    if (connection) close(*connection);
  }
  graveyard_.clear();
}

void EventLoop::wait_and_serve() {
  std::array<epoll_event, kMaxEvents> events;
  const int count =
      ::epoll_wait(epoll_, events.data(), kMaxEvents, inbox_->may_sleep() && unfinished_.empty() ? kTickMs : 0);
  now_ = clock_.monotonic();
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    if (event.data.u64 == kInbox || (event.data.u64 & kListenerBit) != 0) continue;
    Connection* c = find(unpack(event.data.u64));
    if (!c) continue;
    if ((event.events & (EPOLLERR | EPOLLHUP)) != 0) {  // reset, or both sides closed: nobody to answer
      close(*c);
      continue;
    }
    if ((event.events & EPOLLOUT) != 0 && c->has_output()) pump(*c);
    if ((event.events & (EPOLLIN | EPOLLRDHUP)) != 0 && !c->is_closed()) {
      c->readable = true;
      if ((event.events & EPOLLRDHUP) != 0) c->input_ending = true;
      on_readable(*c);
    }
  }
  std::vector<ConnectionId> turns;
  turns.swap(unfinished_);
  for (const ConnectionId id : turns) {
    Connection* c = find(id);
    if (!c) continue;
    c->gave_way = false;
    pump(*c);
    if (!c->is_closed()) on_readable(*c);
  }
  // New connections are accepted after the established ones were served.
  for (int i = 0; i < count; ++i) {
    const std::uint64_t data = events[static_cast<std::size_t>(i)].data.u64;
    if (data != kInbox && (data & kListenerBit) != 0)
      accept_from(listeners_[static_cast<std::size_t>(data & ~kListenerBit)]);
  }
}

void EventLoop::give_way(Connection& c) {
  if (c.gave_way) return;
  c.gave_way = true;
  unfinished_.push_back(c.id);
}

void EventLoop::accept_from(OpenListener& listener) {
  for (int left = kMaxAcceptsPerRound; left > 0 && listener.fd >= 0; --left) {
    sockaddr_storage address;
    socklen_t length = sizeof address;
    const int fd = ::accept4(listener.fd, reinterpret_cast<sockaddr*>(&address), &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
      if (errno == EINTR || errno == ECONNABORTED) continue;
      if (errno == EMFILE || errno == ENFILE) survive_lack_of_descriptors(listener.fd);
      return;
    }
    counters.accepted.fetch_add(1, std::memory_order_relaxed);
    if (counters.open.load(std::memory_order_relaxed) >= max_connections_ && !make_room()) {
      counters.refused.fetch_add(1, std::memory_order_relaxed);
      if (!listener.where.tls) {  // under TLS an answer would cost a handshake, which is too much now
        const std::string wire = render(refusals::kBusy);
        [[maybe_unused]] const ssize_t sent = ::send(fd, wire.data(), wire.size(), MSG_NOSIGNAL);
      }
      ::close(fd);
      continue;
    }
    adopt(fd, peer_of(address, listener.where.tls));
  }
}

// No descriptor is left for a new connection. A listener that stays readable would make the loop spin, so the
// connection is accepted with the descriptor kept for this, and closed.
void EventLoop::survive_lack_of_descriptors(int listener) {
  if (now_ >= next_descriptor_warning_) {
    log_warning("loop.no_descriptors", {{"open", counters.open.load()}});
    next_descriptor_warning_ = now_ + kWarnEvery;
  }
  ::close(spare_fd_);
  const int fd = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
  if (fd >= 0) ::close(fd);
  counters.refused.fetch_add(1, std::memory_order_relaxed);
  spare_fd_ = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

// At max_connections: closes the connection that has been idle longest, if that is kMayBeEvicted or longer. False: none
// is.
bool EventLoop::make_room() {
  Connection* oldest = idle_deadlines_.first();
  if (!oldest || oldest->deadline + (kMayBeEvicted - idle_deadlines_.span()) > now_) return false;
  close(*oldest);
  return true;
}

void EventLoop::adopt(int fd, Peer peer) {
  if (free_slots_.empty()) {
    free_slots_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
    generations_.push_back(0);
  }
  const std::uint32_t slot = free_slots_.back();
  free_slots_.pop_back();
  auto connection = std::make_unique<Connection>(limits_);
  Connection& c = *connection;
  c.fd = fd;
  c.id = {slot, generations_[slot]};
  c.peer = std::move(peer);
  c.phase = c.peer.tls ? Phase::handshaking : Phase::reading;
  (c.peer.tls ? handshake_deadlines_ : head_deadlines_).join(c, now_);
  slots_[slot] = std::move(connection);
  counters.open.fetch_add(1, std::memory_order_relaxed);
  if (c.peer.tls) counters.open_tls.fetch_add(1, std::memory_order_relaxed);

  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.u64 = pack(c.id);
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) close(c);
}

Connection* EventLoop::find(ConnectionId id) {
  if (id.slot >= slots_.size() || !slots_[id.slot] || slots_[id.slot]->id.generation != id.generation) return nullptr;
  return slots_[id.slot].get();
}

void EventLoop::hear(Message& message) {
  switch (message.kind) {
    case Message::Kind::stop:
      running_ = false;
      return;
    case Message::Kind::drain:
      begin_drain();
      return;
    case Message::Kind::handshake:
      after_handshake(message);
      return;
    default:
      break;
  }
  Connection* c = find(message.connection);
  if (!c) {
    if (message.stream) message.stream->connection_closed();
    return;
  }
  switch (message.kind) {
    case Message::Kind::reply:
      reply(*c, std::move(message.bytes), message.after);
      break;
    case Message::Kind::body:
      reply_with_body(*c, message);
      break;
    case Message::Kind::abandoned:
      close(*c);
      break;
    case Message::Kind::stream:
      open_stream(*c, message);
      break;
    case Message::Kind::stream_data:
      pump_stream(*c);
      break;
    default:
      break;
  }
}

void EventLoop::look_who_is_late() {
  for (DeadlineList* list : {&handshake_deadlines_, &write_deadlines_, &linger_deadlines_}) {
    while (Connection* c = list->due(now_)) {
      if (list != &linger_deadlines_) counters.timed_out.fetch_add(1, std::memory_order_relaxed);
      close(*c);
    }
  }
  while (Connection* c = idle_deadlines_.due(now_)) {
    say_goodbye(*c);
    if (!c->is_closed() && c->waits_in == &idle_deadlines_) close(*c);
  }
  for (DeadlineList* list : {&head_deadlines_, &body_deadlines_}) {
    while (Connection* c = list->due(now_)) {
      counters.timed_out.fetch_add(1, std::memory_order_relaxed);
      if (c->framer.has_begun()) {
        refuse(*c, refusals::kLateHead);
      } else {
        say_goodbye(*c);
      }
      if (!c->is_closed() && c->waits_in == list) close(*c);
    }
  }
}

void EventLoop::begin_drain() {
  if (draining_) return;
  draining_ = true;
  for (OpenListener& listener : listeners_) {
    accept_from(listener);  // connections that the kernel has queued already are still served
    ::close(listener.fd);
    listener.fd = -1;
  }
  for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
    Connection* c = slots_[slot].get();
    if (!c) continue;
    if (c->phase == Phase::reading && !c->framer.has_begun()) {
      c->readable = true;  // a request in the kernel's buffer counts as begun
      on_readable(*c);
      if (!c->is_closed() && c->phase == Phase::reading && !c->framer.has_begun()) say_goodbye(*c);
    } else if (c->phase == Phase::handshaking) {
      close(*c);
    } else if (c->phase == Phase::streaming) {
      c->stream->close();
    }
  }
}

void EventLoop::note_whether_drained() {
  for (const auto& c : slots_) {
    if (c && !c->is_closed() && c->phase != Phase::lingering) return;
  }
  const std::lock_guard lock(drained_mutex_);
  drained_ = true;
  drained_cv_.notify_all();
}

bool EventLoop::wait_drained(milliseconds limit) {
  std::unique_lock lock(drained_mutex_);
  return drained_cv_.wait_for(lock, limit, [this] { return drained_; });
}

}  // namespace connlog::web::loop
