// Owns every socket. It accepts, reads and (under TLS) decrypts without blocking until a whole request is there;
// decides its framing (RFC 9112 §6: an ambiguous request is refused and the connection closed); hands it to a worker;
// and writes the reply. A slow or hostile client holds a buffer, never a thread. The loop knows bytes, limits and
// time-outs; it knows nothing of routes, people or the product.
//
// Threads: one loop thread, `workers` worker threads (requests and TLS handshakes). Responder and EventStream may be
// used from any thread; they pass what they are given to the loop.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/loop_beat.h"
#include "core/base/result.h"

namespace connlog::web {

struct Peer {
  std::string address;  // textual IP of the socket's other end, or of the client when `proxied`
  std::uint16_t port = 0;
  bool tls = false;
  bool loopback = false;
  bool proxied = false;  // a trusted proxy named `address` (web/api/middleware/proxies.h); `port` is then unknown
};

// One whole request, head and body, with its framing decided. A chunked body has become one with Content-Length.
struct RawRequest {
  std::string bytes;
  Peer peer;
};

enum class After { keep_alive, close };

// A reply's body that is too large for memory. The loop reads it as fast as the client takes it.
class BodySource {
 public:
  virtual ~BodySource() = default;
  // Reads up to out.size() bytes; 0 at the end. Must not block on anything but a local file.
  virtual Result<std::size_t> read(std::span<char> out) = 0;
};

// An open event stream (SSE). Writing never blocks: a client that does not read fast enough for its bounded buffer is
// dropped. Abstract because the implementation (web/server/loop) knows sockets, and those who write events must not.
class EventStream {
 public:
  virtual ~EventStream() = default;
  virtual bool write(std::string_view bytes) = 0;  // false: the client is gone
  virtual bool is_open() const = 0;
  virtual void close() = 0;
};

// Answers one request, exactly once. It may be kept (parked) for as long as the answer takes, on any thread. When it is
// destroyed without an answer, it closes the connection.
class Responder {
 public:
  class Channel;  // web/server/loop/inbox.h
  explicit Responder(std::shared_ptr<Channel> channel);
  Responder(Responder&&) noexcept;
  Responder& operator=(Responder&&) noexcept;
  ~Responder();

  void send(std::string wire, After after);  // a whole response, head and body
  void send_body(std::string head, std::unique_ptr<BodySource> body, std::uint64_t length, After after);
  std::shared_ptr<EventStream> stream(std::string head);

 private:
  std::shared_ptr<Channel> channel_;
};

struct Listener {
  std::string address;     // "127.0.0.1", "0.0.0.0", "::"
  std::uint16_t port = 0;  // 0: any free one (tests)
  bool tls = false;
};

struct LoopOptions {
  std::vector<Listener> listeners;
  int workers = 4;
  int max_connections = 12'000;
  int listen_backlog = 1'024;
  std::size_t max_head_bytes = 16 * 1024;
  std::size_t max_body_bytes = 1024 * 1024;  // a larger body is refused with 413 before it is read
  seconds head_timeout{15};                  // a request head must be whole by then
  seconds body_timeout{30};
  seconds idle_timeout{120};  // above the agent's 90 s pool (agent-protocol §1)
  seconds write_timeout{30};
};

struct LoopCounters {  // for /metrics
  std::uint64_t accepted = 0, open = 0, open_tls = 0, requests = 0, refused = 0, handshakes = 0, handshakes_resumed = 0,
                handshake_failures = 0, timed_out = 0;
};

class TlsServer;  // web/server/tls_server.h: certificate, tickets, sessions

class ConnectionLoop {
 public:
  // Called on a worker thread. It answers through the Responder, at once or later.
  using Handler = std::function<void(RawRequest, Responder)>;

  ConnectionLoop(LoopOptions options, TlsServer* tls, const Clock& clock, Handler handler);
  ~ConnectionLoop();

  // Binds every listener, then starts the threads. The error for an address that is in use or not of this machine is
  // one clear sentence.
  Result<void> start();
  std::vector<Listener> bound() const;  // with the ports that the system chose for 0
  LoopCounters counters() const;
  std::vector<LoopSign> signs() const;  // of the loop and its workers, once it has started

  // Stops accepting and waits until every request that was begun is answered (with `Connection: close`), at most
  // `limit`.
  void drain(milliseconds limit);
  void stop();  // closes everything and joins the threads

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace connlog::web
