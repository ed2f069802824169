// What the loop knows about one connection, and the ordered lists in which connections wait for their deadlines. All of
// it belongs to the loop thread. Buffers are empty while a connection is idle.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/base/assert.h"
#include "web/server/framing.h"
#include "web/server/loop/inbox.h"
#include "web/server/loop/stream_buffer.h"

namespace connlog::web::loop {

enum class Phase : std::uint8_t {
  handshaking,  // TLS, not yet established
  reading,      // idle, or a request is arriving
  answering,    // a request is with a worker, or parked
  writing,      // its reply is being sent
  streaming,    // an event stream is open
  lingering,    // our last bytes are sent; waits for the client to close, so that no reset destroys them
};

class DeadlineList;

struct Connection {
  explicit Connection(const FramingLimits& limits) : framer(limits) {}

  int fd = -1;
  ConnectionId id;
  Phase phase = Phase::reading;
  bool readable = false;      // the kernel may have more input (edge-triggered: it does not report it twice)
  bool input_ending = false;  // the kernel has reported the end of input: read until it arrives
  bool input_ended = false;   // the client has closed its side
  bool close_after_reply = false;
  bool no_body = false;         // the request was HEAD
  bool say_keep_alive = false;  // the request was HTTP/1.0 and asked for keep-alive
  bool needs_trim = false;      // large records have used pages that an idle connection does not need
  bool handshake_slot = false;  // counted among the handshakes in flight
  bool with_worker = false;     // its TLS session is on a worker
  bool awaits_slot = false;
  bool gave_way = false;
  Peer peer;

  RequestFramer framer;
  std::string backlog;  // read, not yet framed: pipelined requests, or handshake bytes for the worker's next step

  std::string out;  // bytes for the wire
  std::size_t out_at = 0;
  std::string plain;  // TLS: still to be encrypted
  std::size_t plain_at = 0;
  std::unique_ptr<BodySource> body;
  std::uint64_t body_left = 0;
  std::shared_ptr<StreamBuffer> stream;
  std::unique_ptr<TlsSession> session;
  std::size_t counted_bytes = 0;  // what count_held_bytes counted for it last

  DeadlineList* waits_in = nullptr;
  Connection* before = nullptr;
  Connection* behind = nullptr;
  Monotonic deadline;

  bool is_closed() const { return fd < 0; }
  bool has_output() const { return out_at < out.size(); }
};

// Connections that all wait for the same span of time. Each joins at the end, so they are in order of their deadlines.
// Joining, leaving and finding the first are O(1).
class DeadlineList {
 public:
  explicit DeadlineList(microseconds span) : span_(span) {}

  void join(Connection& c, Monotonic now) {
    leave(c);
    c.deadline = now + span_;
    c.waits_in = this;
    c.before = last_;
    (last_ ? last_->behind : first_) = &c;
    last_ = &c;
  }
  static void leave(Connection& c) {
    if (!c.waits_in) return;
    DeadlineList& list = *c.waits_in;
    (c.before ? c.before->behind : list.first_) = c.behind;
    (c.behind ? c.behind->before : list.last_) = c.before;
    c.before = c.behind = nullptr;
    c.waits_in = nullptr;
  }
  Connection* first() const { return first_; }
  Connection* due(Monotonic now) const { return first_ && first_->deadline <= now ? first_ : nullptr; }
  microseconds span() const { return span_; }

 private:
  const microseconds span_;
  Connection* first_ = nullptr;
  Connection* last_ = nullptr;
};

}  // namespace connlog::web::loop
