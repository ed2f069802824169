// The whole of the web room behind one door: give it a request and the right to answer, and an answer comes, now or
// after a commit. It owns the route table's server, the guard and the live events; sockets are the connection loop's.
//
//   WebApp app(services, options);
//   ConnectionLoop loop(…, [&](RawRequest request, Responder responder) {
//     app.handle(std::move(request), std::move(responder));
//   });
//   periodic.add("live_events", seconds(1), [&] { app.tick(); });
//
// `handle` may be called from any number of workers. Stop order: loop.drain → close_streams → loop.stop → ~WebApp; the
// stores must be closed (no more commits) before it goes, because parked replies and the event bus point into it.
#pragma once

#include <memory>

#include "web/server/connection_loop.h"
#include "web/api/rooms.h"

namespace connlog::web {

class WebApp {
 public:
  WebApp(const Rooms& rooms, WebOptions options);
  ~WebApp();

  void handle(RawRequest request, Responder responder);
  void tick();           // about once a second: keeps event streams alive and ends those whose session ended
  void close_streams();  // at shutdown: event streams would otherwise hold the drain

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace connlog::web
