// Bytes that arrive: from the socket, through TLS where it is used, through the framer, until a request goes to the
// workers.
#include <sys/socket.h>

#include <cerrno>

#include "core/base/log.h"
#include "web/server/framing_head.h"
#include "web/server/loop/inbox.h"
#include "web/server/loop/event_loop.h"

namespace connlog::web::loop {
namespace {

constexpr std::size_t kMaxBacklogBytes = 16 * 1024;       // a connection with this many pipelined bytes is not read
constexpr int kMaxReadsPerTurn = 16;                      // of 64 KiB each
constexpr std::size_t kMaxHandshakeBytes = 64 * 1024;     // a client's hello and certificate are far smaller
constexpr std::size_t kMaxHandshakesInFlight = 256;       // sessions in memory of clients that have proved nothing yet
constexpr std::size_t kMaxHeldBytes = 256 * 1024 * 1024;  // that all connections together may hold
constexpr std::size_t kCountedFrom = 4 * 1024;            // smaller buffers of a connection are not counted

}  // namespace

bool EventLoop::wants_more(const Connection& c) const {
  if (c.input_ended || c.is_closed()) return false;
  if (c.phase == Phase::answering || c.phase == Phase::writing) return c.backlog.size() < kMaxBacklogBytes;
  return true;
}

void EventLoop::on_readable(Connection& c) {
  for (int reads = 0; c.readable && wants_more(c); ++reads) {
    if (reads == kMaxReadsPerTurn) {  // a client that sends as fast as we read must not keep the loop from the others
      give_way(c);
      return;
    }
    const ssize_t got = ::recv(c.fd, scratch_.data(), scratch_.size(), 0);
    if (got < 0) {
      if (errno == EINTR) continue;
      c.readable = false;
      if (errno != EAGAIN && errno != EWOULDBLOCK) close(c);
      return;
    }
    if (got == 0) {
      on_input_ended(c);
      return;
    }
    take_bytes(c, std::string_view(scratch_.data(), static_cast<std::size_t>(got)));
    // A short read has emptied the socket; bytes that arrive later are a new edge. An end of input that was reported
    // already is not reported again, so then reading goes on.
    if (static_cast<std::size_t>(got) < scratch_.size() && !c.input_ending) c.readable = false;
  }
}

void EventLoop::take_bytes(Connection& c, std::string_view bytes) {
  if (c.phase == Phase::lingering) return;  // input is read and dropped
  if (c.peer.tls) {
    take_cipher_text(c, bytes);
  } else {
    take_plain_text(c, bytes);
  }
  if (!c.is_closed() && !count_held_bytes(c)) refuse(c, refusals::kBusy);
}

void EventLoop::take_cipher_text(Connection& c, std::string_view bytes) {
  if (c.phase == Phase::handshaking) {
    if (c.backlog.size() + bytes.size() > kMaxHandshakeBytes) {
      close(c);
      return;
    }
    c.backlog.append(bytes);
    ask_for_handshake(c);
    return;
  }
  scratch_plain_.clear();
  std::string alert;
  const TlsSession::Input input = c.session->decrypt(bytes, scratch_plain_, alert);
  if (scratch_plain_.size() > kCountedFrom) c.needs_trim = true;
  if (input == TlsSession::Input::failed) {
    counters.refused.fetch_add(1, std::memory_order_relaxed);
    if (!c.has_output()) {  // otherwise the alert would land in the middle of a record
      [[maybe_unused]] const ssize_t sent = ::send(c.fd, alert.data(), alert.size(), MSG_NOSIGNAL);
    }
    hang_up(c);
    return;
  }
  if (!scratch_plain_.empty()) take_plain_text(c, scratch_plain_);
  if (input == TlsSession::Input::ended && !c.is_closed()) on_input_ended(c);
}

void EventLoop::take_plain_text(Connection& c, std::string_view bytes) {
  if (c.phase == Phase::streaming || c.phase == Phase::lingering) return;
  if (c.phase == Phase::reading && c.backlog.empty()) {
    frame(c, bytes);
  } else {
    c.backlog.append(bytes);
  }
}

void EventLoop::frame(Connection& c, std::string_view bytes) {
  const bool had_begun = c.framer.has_begun();
  const bool had_head = c.framer.head_is_whole();
  const std::size_t used = c.framer.feed(bytes);
  switch (c.framer.state()) {
    case RequestFramer::State::complete:
      c.backlog.assign(bytes.substr(used));
      request_is_whole(c);
      return;
    case RequestFramer::State::refused:
      refuse(c, c.framer.refusal());
      return;
    case RequestFramer::State::reading:
      break;
  }
  if (c.framer.take_continue()) {
    say(c, "HTTP/1.1 100 Continue\r\n\r\n");
    if (c.is_closed()) return;
  }
  if (c.framer.head_is_whole()) {
    if (!had_head) body_deadlines_.join(c, now_);
  } else if (!had_begun && c.framer.has_begun()) {
    head_deadlines_.join(c, now_);
  }
}

void EventLoop::request_is_whole(Connection& c) {
  FramedRequest request = c.framer.take();
  DeadlineList::leave(c);
  c.phase = Phase::answering;
  c.close_after_reply = !request.keep_alive;
  c.no_body = request.head_only;
  c.say_keep_alive = request.http_1_0 && request.keep_alive;
  counters.requests.fetch_add(1, std::memory_order_relaxed);
  count_held_bytes(c);
  ready_requests_.push_back(RequestJob{RawRequest{std::move(request.bytes), c.peer},
                                       Responder(std::make_shared<Responder::Channel>(inbox_, c.id))});
}

// The client has closed its side, or sent close_notify. Requests that it sent before are still answered.
void EventLoop::on_input_ended(Connection& c) {
  c.input_ended = true;
  c.readable = false;
  switch (c.phase) {
    case Phase::answering:
    case Phase::writing:
      return;
    case Phase::handshaking:
    case Phase::streaming:
    case Phase::lingering:
      close(c);
      return;
    case Phase::reading:
      say_goodbye(c);
      return;
  }
}

void EventLoop::ask_for_handshake(Connection& c) {
  if (c.with_worker || c.awaits_slot || c.backlog.empty()) return;
  if (!c.handshake_slot) {
    if (handshakes_in_flight_ >= kMaxHandshakesInFlight) {
      c.awaits_slot = true;
      handshake_queue_.push_back(c.id);
      return;
    }
    c.session = new_session_();
    if (!c.session) {  // no memory
      close(c);
      return;
    }
    c.handshake_slot = true;
    ++handshakes_in_flight_;
  }
  c.with_worker = true;
  ready_handshakes_.push_back(HandshakeJob{c.id, std::move(c.session), std::move(c.backlog)});
  c.backlog.clear();
}

void EventLoop::free_handshake_slot() {
  --handshakes_in_flight_;
  while (!handshake_queue_.empty() && handshakes_in_flight_ < kMaxHandshakesInFlight) {
    Connection* next = find(handshake_queue_.front());
    handshake_queue_.pop_front();
    if (!next) continue;
    next->awaits_slot = false;
    ask_for_handshake(*next);
  }
}

void EventLoop::after_handshake(Message& message) {
  Connection* c = find(message.connection);
  if (!c) {  // closed meanwhile; its slot was kept because the session still existed
    free_handshake_slot();
    return;
  }
  c->with_worker = false;
  c->session = std::move(message.session);
  if (!message.bytes.empty()) {
    c->out.append(message.bytes);
    pump(*c);
    if (c->is_closed()) return;
  }
  switch (message.progress) {
    case TlsSession::Progress::wants_input:
      ask_for_handshake(*c);
      return;
    case TlsSession::Progress::failed:
      counters.handshake_failures.fetch_add(1, std::memory_order_relaxed);
      hang_up(*c);
      return;
    case TlsSession::Progress::done:
      break;
  }
  counters.handshakes.fetch_add(1, std::memory_order_relaxed);
  if (c->session->resumed()) counters.handshakes_resumed.fetch_add(1, std::memory_order_relaxed);
  c->handshake_slot = false;
  free_handshake_slot();
  if (draining_) {
    close(*c);
    return;
  }
  c->session->trim();
  c->phase = Phase::reading;
  head_deadlines_.join(*c, now_);
  const std::string early = std::move(c->backlog);  // may be empty: there may also be records inside the session
  c->backlog.clear();
  take_cipher_text(*c, early);
  if (!c->is_closed()) on_readable(*c);
}

// Counts the bytes that this connection holds. False: it holds more than before, and all together hold too much; it has
// to go.
bool EventLoop::count_held_bytes(Connection& c) {
  std::size_t held = c.framer.held_bytes() + c.backlog.capacity() + c.out.capacity() + c.plain.capacity();
  if (held < kCountedFrom) held = 0;
  held_bytes_ += held;
  held_bytes_ -= c.counted_bytes;
  const bool grows = held > c.counted_bytes;
  c.counted_bytes = held;
  return !grows || held_bytes_ <= kMaxHeldBytes;
}

}  // namespace connlog::web::loop
