// The parts of ConnectionLoop and Responder that other code calls: they wire inbox, workers and loop together and pass
// answers to the loop.
#include "web/server/connection_loop.h"

#include <pthread.h>

#include <thread>

#include "core/base/assert.h"
#include "web/server/loop/inbox.h"
#include "web/server/loop/event_loop.h"
#include "web/server/tls_server.h"

namespace connlog::web {

using loop::Message;

Responder::Responder(std::shared_ptr<Channel> channel) : channel_(std::move(channel)) {}
Responder::Responder(Responder&& other) noexcept = default;

Responder& Responder::operator=(Responder&& other) noexcept {
  std::swap(channel_, other.channel_);  // the other's destructor gives up what was held here
  return *this;
}

Responder::~Responder() {
  if (!channel_) return;
  Message message;
  message.kind = Message::Kind::abandoned;
  message.connection = channel_->connection;
  channel_->inbox->push(std::move(message));
}

void Responder::send(std::string wire, After after) {
  CONNLOG_ASSERT(channel_);  // otherwise the request was answered twice
  const std::shared_ptr<Channel> channel = std::move(channel_);
  Message message;
  message.kind = Message::Kind::reply;
  message.connection = channel->connection;
  message.bytes = std::move(wire);
  message.after = after;
  channel->inbox->push(std::move(message));
}

void Responder::send_body(std::string head, std::unique_ptr<BodySource> body, std::uint64_t length, After after) {
  CONNLOG_ASSERT(channel_);
  const std::shared_ptr<Channel> channel = std::move(channel_);
  Message message;
  message.kind = Message::Kind::body;
  message.connection = channel->connection;
  message.bytes = std::move(head);
  message.body = std::move(body);
  message.length = length;
  message.after = after;
  channel->inbox->push(std::move(message));
}

std::shared_ptr<EventStream> Responder::stream(std::string head) {
  CONNLOG_ASSERT(channel_);
  const std::shared_ptr<Channel> channel = std::move(channel_);
  auto stream = std::make_shared<loop::StreamBuffer>(channel->inbox, channel->connection);
  Message message;
  message.kind = Message::Kind::stream;
  message.connection = channel->connection;
  message.bytes = std::move(head);
  message.stream = stream;
  channel->inbox->push(std::move(message));
  return stream;
}

class ConnectionLoop::Impl {
 public:
  Impl(LoopOptions options, TlsServer* tls, const Clock& clock, Handler handler)
      : inbox_(std::make_shared<loop::Inbox>()),
        workers_(options.workers, std::move(handler), inbox_),
        loop_(options, session_source(tls), clock, inbox_, workers_) {
    for (const Listener& listener : options.listeners) CONNLOG_ASSERT(!listener.tls || tls != nullptr);
  }
  ~Impl() { stop(); }

  Result<void> start() {
    TRY(loop_.bind());
    workers_.start();
    thread_ = std::thread([this] {
      pthread_setname_np(pthread_self(), "loop");
      loop_.run();
    });
    return {};
  }

  void tell(Message::Kind kind) {
    Message message;
    message.kind = kind;
    inbox_->push(std::move(message));
  }

  void drain(milliseconds limit) {
    if (!thread_.joinable()) return;
    tell(Message::Kind::drain);
    loop_.wait_drained(limit);
  }

  void stop() {
    if (thread_.joinable()) {
      tell(Message::Kind::stop);
      thread_.join();
    }
    workers_.stop();
    inbox_->close();
  }

  const loop::EventLoop& loop() const { return loop_; }
  const loop::WorkerPool& workers() const { return workers_; }

 private:
  static loop::SessionSource session_source(TlsServer* tls) {
    if (!tls) return {};
    return [tls] { return tls->new_session(); };
  }

  std::shared_ptr<loop::Inbox> inbox_;
  loop::WorkerPool workers_;
  loop::EventLoop loop_;
  std::thread thread_;
};

ConnectionLoop::ConnectionLoop(LoopOptions options, TlsServer* tls, const Clock& clock, Handler handler)
    : impl_(std::make_unique<Impl>(std::move(options), tls, clock, std::move(handler))) {}
ConnectionLoop::~ConnectionLoop() = default;

Result<void> ConnectionLoop::start() {
  return impl_->start();
}
std::vector<Listener> ConnectionLoop::bound() const {
  return impl_->loop().bound();
}
void ConnectionLoop::drain(milliseconds limit) {
  impl_->drain(limit);
}
void ConnectionLoop::stop() {
  impl_->stop();
}

std::vector<LoopSign> ConnectionLoop::signs() const {
  std::vector<LoopSign> signs = impl_->workers().signs();
  signs.push_back(impl_->loop().sign());
  return signs;
}

LoopCounters ConnectionLoop::counters() const {
  const loop::Counters& c = impl_->loop().counters;
  LoopCounters out;
  out.accepted = c.accepted.load();
  out.open = c.open.load();
  out.open_tls = c.open_tls.load();
  out.requests = c.requests.load();
  out.refused = c.refused.load();
  out.handshakes = c.handshakes.load();
  out.handshakes_resumed = c.handshakes_resumed.load();
  out.handshake_failures = c.handshake_failures.load();
  out.timed_out = c.timed_out.load();
  return out;
}

}  // namespace connlog::web
