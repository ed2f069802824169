// A few threads that run handlers and TLS handshakes. The loop submits what became ready in one round as one batch;
// workers take several jobs at a time. Requests of established connections go first, and at most half of the workers
// are ever busy with handshakes, so that a flood of new connections slows new connections only. The queues have no
// limit of their own; the loop bounds them: one request per connection, and its limit of handshakes in flight.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/base/loop_beat.h"
#include "web/server/connection_loop.h"
#include "web/server/loop/inbox.h"

namespace connlog::web::loop {

struct RequestJob {
  RawRequest request;
  Responder responder;
};

struct HandshakeJob {
  ConnectionId connection;
  std::unique_ptr<TlsSession> session;
  std::string bytes;
};

class WorkerPool {
 public:
  WorkerPool(int workers, ConnectionLoop::Handler handler, std::shared_ptr<Inbox> inbox);
  ~WorkerPool();

  void start();
  // Takes all jobs; both vectors are empty afterwards.
  void submit(std::vector<RequestJob>& requests, std::vector<HandshakeJob>& handshakes);
  std::vector<LoopSign> signs() const;  // once it has started
  // Lets each worker finish the jobs that it took, drops the rest, and joins the threads.
  void stop();

 private:
  void run(int number, LoopBeat& beat);
  void serve(RequestJob job);
  void shake_hands(HandshakeJob job);

  const int count_;
  const int most_handshaking_;
  const ConnectionLoop::Handler handler_;
  const std::shared_ptr<Inbox> inbox_;
  std::deque<LoopBeat> beats_;  // one for each thread
  std::vector<std::thread> threads_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable ready_;
  std::deque<RequestJob> requests_;
  std::deque<HandshakeJob> handshakes_;
  int idle_ = 0;
  int handshaking_ = 0;
  bool stopping_ = false;
};

}  // namespace connlog::web::loop
