// Messages from other threads to the loop: replies, stream data, finished handshakes, orders. They are taken in
// batches. The eventfd is written only when the loop sleeps, so a thousand replies released by one commit cost one
// wake-up. The inbox outlives the loop (responders share it); once it is closed, messages are dropped. Any thread may
// push; only the loop takes.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "web/server/connection_loop.h"
#include "web/server/tls_session.h"

namespace connlog::web::loop {

// A connection's slot, and the slot's generation, so that a late message for a closed connection finds no connection.
struct ConnectionId {
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;
};

class StreamBuffer;

struct Message {
  enum class Kind : std::uint8_t { reply, body, abandoned, stream, stream_data, handshake, drain, stop };

  Kind kind = Kind::reply;
  After after = After::close;
  TlsSession::Progress progress = TlsSession::Progress::failed;
  ConnectionId connection;
  std::string bytes;  // reply, head, or the handshake's answer
  std::unique_ptr<BodySource> body;
  std::uint64_t length = 0;
  std::shared_ptr<StreamBuffer> stream;
  std::unique_ptr<TlsSession> session;
};

class Inbox {
 public:
  Inbox();  // descriptor() is -1 when the system has none left
  ~Inbox();
  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;

  void push(Message message);
  void close();

  int descriptor() const { return eventfd_; }
  // The loop calls it when it is about to wait. False: there are messages to take; do not wait.
  bool may_sleep();
  void take(std::vector<Message>& out);  // `out` is cleared first

 private:
  int eventfd_;
  std::mutex mutex_;
  std::vector<Message> messages_;
  bool sleeping_ = false;
  bool closed_ = false;
};

}  // namespace connlog::web::loop

namespace connlog::web {

// Where a Responder's answer goes: the loop's inbox and the id of the request's connection. One per request.
class Responder::Channel {
 public:
  Channel(std::shared_ptr<loop::Inbox> where, loop::ConnectionId whose) : inbox(std::move(where)), connection(whose) {}

  const std::shared_ptr<loop::Inbox> inbox;
  const loop::ConnectionId connection;
};

}  // namespace connlog::web
