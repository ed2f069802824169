// The loop itself: one thread, one epoll set, every socket. A round is: wait; serve the sockets that the kernel
// reports; accept; handle the messages from other threads; hand the requests that became whole to the workers, in one
// batch; act on deadlines that have passed. Three files: event_loop.cpp (rounds, accepting, deadlines), event_input.cpp
// (bytes that arrive, framing, TLS), event_output.cpp (replies, bodies, streams, closing).
//
// Threads: run() on the loop thread. Construct, start and destroy on another thread while run() is not running; read
// counters on any.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "core/base/loop_beat.h"
#include "web/server/loop/connection.h"
#include "web/server/loop/inbox.h"
#include "web/server/loop/worker_pool.h"

namespace connlog::web::loop {

struct Counters {
  std::atomic<std::uint64_t> accepted{0}, open{0}, open_tls{0}, requests{0}, refused{0}, handshakes{0},
      handshakes_resumed{0}, handshake_failures{0}, timed_out{0};
};

// Makes TLS sessions; empty where no listener speaks TLS.
using SessionSource = std::function<std::unique_ptr<TlsSession>()>;

class EventLoop {
 public:
  EventLoop(const LoopOptions& options, SessionSource new_session, const Clock& clock, std::shared_ptr<Inbox> inbox,
            WorkerPool& workers);
  ~EventLoop();

  Result<void> bind();  // opens the listeners and the epoll set
  std::vector<Listener> bound() const;
  void run();
  bool wait_drained(milliseconds limit);  // after a drain message was sent; any thread

  LoopSign sign() const { return beat_.sign(); }  // any thread

  Counters counters;

 private:
  struct OpenListener {
    Listener where;
    int fd = -1;
  };

  // event_loop.cpp
  void wait_and_serve();
  void give_way(Connection& c);  // serves the others first; `c` goes on in the next round
  void accept_from(OpenListener& listener);
  void survive_lack_of_descriptors(int listener);
  bool make_room();
  void adopt(int fd, Peer peer);
  Connection* find(ConnectionId id);
  void hear(Message& message);
  void look_who_is_late();
  void begin_drain();
  void note_whether_drained();

  // event_input.cpp
  void on_readable(Connection& c);
  bool wants_more(const Connection& c) const;
  void take_bytes(Connection& c, std::string_view bytes);
  void take_cipher_text(Connection& c, std::string_view bytes);
  void take_plain_text(Connection& c, std::string_view bytes);
  void frame(Connection& c, std::string_view bytes);
  void on_input_ended(Connection& c);
  void request_is_whole(Connection& c);
  void ask_for_handshake(Connection& c);
  void after_handshake(Message& message);
  void free_handshake_slot();
  bool count_held_bytes(Connection& c);

  // event_output.cpp
  void reply(Connection& c, std::string wire, After after);
  void reply_with_body(Connection& c, Message& message);
  void open_stream(Connection& c, Message& message);
  void pump_stream(Connection& c);
  void refuse(Connection& c, const FramingRefusal& why);
  void say(Connection& c, std::string plain);  // appends to what is being sent
  void pump(Connection& c);
  bool encrypt_or_pass(Connection& c);
  void output_is_drained(Connection& c);
  void ready_for_next(Connection& c);
  void say_goodbye(Connection& c);
  void hang_up(Connection& c);
  void close(Connection& c);

  const LoopOptions options_;
  const FramingLimits limits_;
  const SessionSource new_session_;
  const Clock& clock_;
  const std::shared_ptr<Inbox> inbox_;
  WorkerPool& workers_;
  LoopBeat beat_{"The connection loop", seconds(15), "nobody would be answered"};

  int epoll_ = -1;
  int spare_fd_ = -1;  // closed for a moment to accept and close one connection when no descriptor is left
  std::size_t max_connections_ = 0;
  std::vector<OpenListener> listeners_;
  bool running_ = true;
  bool draining_ = false;
  Monotonic now_;
  Monotonic next_descriptor_warning_;

  std::vector<std::unique_ptr<Connection>> slots_;
  std::vector<std::uint32_t> generations_;  // one for each slot; outlives the slot's connection
  std::vector<std::uint32_t> free_slots_;
  std::vector<std::unique_ptr<Connection>> graveyard_;  // closed in this round; freed at its end

  DeadlineList handshake_deadlines_, head_deadlines_, body_deadlines_, idle_deadlines_, write_deadlines_,
      linger_deadlines_;

  std::deque<ConnectionId> handshake_queue_;  // connections that wait for a handshake slot
  std::size_t handshakes_in_flight_ = 0;
  std::size_t held_bytes_ = 0;

  std::vector<RequestJob> ready_requests_;
  std::vector<HandshakeJob> ready_handshakes_;
  std::vector<Message> heard_;
  std::vector<ConnectionId> unfinished_;  // gave way to the others; have more to send or to read
  std::string scratch_;                   // filled by recv
  std::string scratch_plain_;             // filled with what TLS decrypts of it

  std::mutex drained_mutex_;
  std::condition_variable drained_cv_;
  bool drained_ = false;
};

}  // namespace connlog::web::loop
