// Bytes that leave: replies in order, bodies read as fast as the client takes them, event streams, and the ways to
// close.
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "core/base/log.h"
#include "web/server/framing_head.h"
#include "web/server/loop/event_loop.h"

namespace connlog::web::loop {
namespace {

constexpr std::size_t kSliceBytes = 64 * 1024;  // encrypted, or read from a body, at a time
constexpr int kMaxSlicesPerTurn = 8;            // then the other connections get their turn

// Sets `Connection: <value>` in the head of a whole reply, in place of its Connection and Keep-Alive fields.
void set_connection_field(std::string& wire, std::string_view value) {
  const std::size_t first = wire.find("\r\n");
  if (first == std::string::npos) return;
  std::size_t at = first + 2;
  while (true) {
    const std::size_t end = wire.find("\r\n", at);
    if (end == std::string::npos || end == at) break;
    const std::string_view line(wire.data() + at, end - at);
    const std::string_view name = line.substr(0, line.find(':'));
    if (equals_ignoring_case(name, "connection") || equals_ignoring_case(name, "keep-alive")) {
      wire.erase(at, end + 2 - at);
    } else {
      at = end + 2;
    }
  }
  wire.insert(first + 2, "Connection: " + std::string(value) + "\r\n");
}

// A reply to HEAD carries no body: everything after the head is cut.
void cut_body(std::string& wire) {
  const std::size_t end = wire.find("\r\n\r\n");
  if (end != std::string::npos) wire.resize(end + 4);
}

}  // namespace

void EventLoop::reply(Connection& c, std::string wire, After after) {
  if (c.phase != Phase::answering) return;
  c.phase = Phase::writing;
  if (after == After::close || draining_) c.close_after_reply = true;
  if (c.close_after_reply) {
    set_connection_field(wire, "close");
  } else if (c.say_keep_alive) {
    set_connection_field(wire, "keep-alive");
  }
  if (c.no_body) cut_body(wire);
  say(c, std::move(wire));
}

void EventLoop::reply_with_body(Connection& c, Message& message) {
  if (c.phase != Phase::answering) return;
  if (!c.no_body) {
    c.body = std::move(message.body);
    c.body_left = message.length;
  }
  reply(c, std::move(message.bytes), message.after);
}

void EventLoop::open_stream(Connection& c, Message& message) {
  if (c.phase != Phase::answering || c.input_ended) {  // the client left while the request was answered
    message.stream->connection_closed();
    if (c.input_ended) close(c);
    return;
  }
  c.phase = Phase::streaming;
  c.close_after_reply = true;
  c.stream = std::move(message.stream);
  if (draining_) c.stream->close();
  set_connection_field(message.bytes, "close");  // a stream ends with its connection
  say(c, std::move(message.bytes));
}

// A stream has new bytes. What a slow client has not yet taken stays in the stream's bounded buffer.
void EventLoop::pump_stream(Connection& c) {
  if (c.phase != Phase::streaming) return;
  if (c.stream->is_dropped()) {
    close(c);
  } else if (!c.has_output()) {
    pump(c);
  }
}

// Answers with the loop's own refusal and closes.
void EventLoop::refuse(Connection& c, const FramingRefusal& why) {
  counters.refused.fetch_add(1, std::memory_order_relaxed);
  if (c.phase == Phase::answering || c.phase == Phase::writing || c.phase == Phase::streaming) {
    close(c);  // a reply is under way: another cannot be put before it
    return;
  }
  DeadlineList::leave(c);
  c.phase = Phase::writing;
  c.close_after_reply = true;
  std::string().swap(c.backlog);
  say(c, render(why));
}

void EventLoop::say(Connection& c, std::string plain) {
  if (c.session) {
    if (c.plain_at == c.plain.size()) {
      c.plain = std::move(plain);
      c.plain_at = 0;
    } else {
      c.plain.append(plain);
    }
  } else if (!c.has_output()) {
    c.out = std::move(plain);
    c.out_at = 0;
  } else {
    c.out.append(plain);
  }
  pump(c);
}

// Sends until all is sent, the socket is full, or others should have their turn. A client that takes no byte for
// write_timeout is closed.
void EventLoop::pump(Connection& c) {
  for (int slices = 0;; ++slices) {
    while (c.has_output()) {
      const ssize_t sent = ::send(c.fd, c.out.data() + c.out_at, c.out.size() - c.out_at, MSG_NOSIGNAL);
      if (sent < 0) {
        if (errno == EINTR) continue;
        if (errno == EAGAIN || errno == EWOULDBLOCK) {
          if (c.phase != Phase::handshaking && c.phase != Phase::reading && c.waits_in != &write_deadlines_) {
            write_deadlines_.join(c, now_);
          }
          count_held_bytes(c);
        } else {
          close(c);
        }
        return;
      }
      c.out_at += static_cast<std::size_t>(sent);
      if (c.waits_in == &write_deadlines_) write_deadlines_.join(c, now_);  // progress: the deadline starts anew
    }
    std::string().swap(c.out);
    c.out_at = 0;
    if (slices == kMaxSlicesPerTurn) {
      give_way(c);
      return;
    }
    if (!encrypt_or_pass(c)) break;
    if (c.is_closed()) return;
  }
  output_is_drained(c);
}

// Makes the next bytes for the wire from what is still to be sent (plain text, body, stream). False: nothing is.
bool EventLoop::encrypt_or_pass(Connection& c) {
  if (c.plain_at < c.plain.size()) {
    const std::string_view slice = std::string_view(c.plain).substr(c.plain_at, kSliceBytes);
    if (slice.size() > kSliceBytes / 16) c.needs_trim = true;
    if (!c.session->encrypt(slice, c.out)) {
      close(c);
      return true;
    }
    c.plain_at += slice.size();
    if (c.plain_at == c.plain.size()) {
      std::string().swap(c.plain);
      c.plain_at = 0;
    }
    return true;
  }
  if (c.body) {
    if (c.body_left == 0) {
      c.body.reset();
      return false;
    }
    const std::size_t most = static_cast<std::size_t>(std::min<std::uint64_t>(c.body_left, kSliceBytes));
    std::string slice(most, '\0');
    const Result<std::size_t> got = c.body->read(slice);
    if (!got || *got == 0) {  // shorter than Content-Length promised: only closing tells the client
      log_warning("loop.body_ended_early",
                  {{"missing", c.body_left}, {"cause", got ? std::string("end of the source") : got.error().message}});
      close(c);
      return true;
    }
    slice.resize(*got);
    c.body_left -= *got;
    (c.session ? c.plain : c.out) = std::move(slice);
    return true;
  }
  if (c.phase == Phase::streaming) {
    StreamBuffer::Taken taken = c.stream->take();
    if (taken.dropped) {
      close(c);
      return true;
    }
    if (taken.ended) c.phase = Phase::writing;  // these are the stream's last bytes
    (c.session ? c.plain : c.out) = std::move(taken.bytes);
    return c.session ? !c.plain.empty() : !c.out.empty();
  }
  return false;
}

void EventLoop::output_is_drained(Connection& c) {
  if (c.waits_in == &write_deadlines_) DeadlineList::leave(c);
  if (c.phase != Phase::writing) return;
  if (c.close_after_reply || (c.input_ended && c.backlog.empty())) {
    say_goodbye(c);
  } else {
    ready_for_next(c);
  }
}

void EventLoop::ready_for_next(Connection& c) {
  c.phase = Phase::reading;
  if (c.backlog.empty()) {
    std::string().swap(c.backlog);
    if (c.needs_trim && c.session) {
      c.session->trim();
      c.needs_trim = false;
    }
    idle_deadlines_.join(c, now_);
  } else {
    const std::string pipelined = std::move(c.backlog);
    c.backlog.clear();
    head_deadlines_.join(c, now_);
    frame(c, pipelined);
    if (!c.is_closed() && c.phase == Phase::reading && c.input_ended) say_goodbye(c);
  }
  if (c.is_closed()) return;
  count_held_bytes(c);
  on_readable(c);
}

void EventLoop::say_goodbye(Connection& c) {
  if (c.session) {
    std::string notify;
    c.session->close_notify(notify);
    [[maybe_unused]] const ssize_t sent = ::send(c.fd, notify.data(), notify.size(), MSG_NOSIGNAL);
  }
  hang_up(c);
}

// Closes our side and gives the client a moment (kLinger) to take our last bytes before the descriptor is closed.
// Closing with unread input would reset the connection and might destroy those bytes.
void EventLoop::hang_up(Connection& c) {
  if (c.handshake_slot) {
    c.handshake_slot = false;
    free_handshake_slot();
  }
  c.phase = Phase::lingering;
  c.framer = RequestFramer(limits_);
  std::string().swap(c.backlog);
  c.session.reset();
  if (c.input_ended || ::shutdown(c.fd, SHUT_WR) != 0) {
    close(c);
    return;
  }
  linger_deadlines_.join(c, now_);
  on_readable(c);
}

void EventLoop::close(Connection& c) {
  if (c.is_closed()) return;
  DeadlineList::leave(c);
  ::close(c.fd);  // this also removes it from the epoll set
  c.fd = -1;
  counters.open.fetch_sub(1, std::memory_order_relaxed);
  if (c.peer.tls) counters.open_tls.fetch_sub(1, std::memory_order_relaxed);
  held_bytes_ -= c.counted_bytes;
  if (c.stream) c.stream->connection_closed();
  const bool gives_slot_back = c.handshake_slot && !c.with_worker;  // otherwise the slot comes back with the session
  const std::uint32_t slot = c.id.slot;
  ++generations_[slot];
  generations_[slot] &= 0x7fffffffU;
  graveyard_.push_back(std::move(slots_[slot]));
  free_slots_.push_back(slot);
  if (gives_slot_back) free_handshake_slot();
}

}  // namespace connlog::web::loop
